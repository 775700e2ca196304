package passkey_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/passkey/passkeytest"
)

func sign(t *testing.T, key crypto.Signer, data []byte) []byte {
	t.Helper()
	hash := sha256.Sum256(data)
	s, err := key.Sign(rand.Reader, hash[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// vendor is a certificate of authenticators with this unit in its subject
// (WebAuthn §8.2.1).
func vendor(t *testing.T, unit string) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		Subject:               pkix.Name{Country: []string{"SE"}, Organization: []string{"Keys"}, OrganizationalUnit: []string{unit}, CommonName: "Key"},
		BasicConstraintsValid: true,
		ExtraExtensions:       []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 45724, 1, 1, 4}, Value: append([]byte{4, 16}, make([]byte, 16)...)}},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return key, cert
}

// An attestation need not be there, but must hold if it is.
func TestCompleteAttestation(t *testing.T) {
	key, cert := vendor(t, "Authenticator Attestation")
	otherKey, otherCert := vendor(t, "Something Else")
	packed := func(key crypto.Signer, cert []byte) func(*passkeytest.Passkey, []byte) (string, map[string]any) {
		return func(_ *passkeytest.Passkey, data []byte) (string, map[string]any) {
			return "packed", map[string]any{"alg": -7, "sig": sign(t, key, data), "x5c": []any{cert}}
		}
	}
	refused := idp.ErrWebAuthnCredentialNotSupported("its attestation cannot be verified")
	tests := []struct {
		name   string
		attest func(*passkeytest.Passkey, []byte) (string, map[string]any)
		want   error
	}{
		{"self", func(p *passkeytest.Passkey, data []byte) (string, map[string]any) {
			return "packed", map[string]any{"alg": -7, "sig": sign(t, p.Key, data)}
		}, nil},
		{"self, over other data", func(p *passkeytest.Passkey, _ []byte) (string, map[string]any) {
			return "packed", map[string]any{"alg": -7, "sig": sign(t, p.Key, []byte("other"))}
		}, refused},
		{"self, by another key", func(_ *passkeytest.Passkey, data []byte) (string, map[string]any) {
			return "packed", map[string]any{"alg": -7, "sig": sign(t, key, data)}
		}, refused},
		{"self, of another algorithm", func(p *passkeytest.Passkey, data []byte) (string, map[string]any) {
			return "packed", map[string]any{"alg": -257, "sig": sign(t, p.Key, data)}
		}, refused},
		{"vendor", packed(key, cert), nil},
		{"vendor, by another key", packed(otherKey, cert), refused},
		{"vendor, of something else", packed(otherKey, otherCert), refused},
		{"vendor, no certificate", packed(key, []byte("x")), refused},
		{"packed without a statement", func(*passkeytest.Passkey, []byte) (string, map[string]any) { return "packed", nil }, refused},
		{"none with a statement", func(*passkeytest.Passkey, []byte) (string, map[string]any) {
			return "none", map[string]any{"alg": -7}
		}, refused},
		{"of an unknown format", func(*passkeytest.Passkey, []byte) (string, map[string]any) { return "new", map[string]any{} }, refused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			a := &passkeytest.Authenticator{Origin: origin, Attest: tt.attest}
			wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(f.start(f.ada))), tt.want)
		})
	}
}
