// Package passkeytest is a browser and an authenticator in software, which
// make and use passkeys as real ones do, and wrongly where a test wants it.
package passkeytest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// Flags of an authenticator (WebAuthn §6.1).
const (
	UserPresent    = 1 << 0
	UserVerified   = 1 << 2
	BackupEligible = 1 << 3
	BackedUp       = 1 << 4
	Attested       = 1 << 6
)

// Authenticator is a page of an origin and the authenticator beside it. The
// zero value but for the origin verifies its user and does not count.
type Authenticator struct {
	Origin string
	Counts bool // counts how often each passkey is used
	RSA    bool // makes RSA keys, where others make P-256 keys

	// Change, if not nil, changes what is signed before it is.
	Change func(*Ceremony)

	// Attest, if not nil, returns the attestation of a new passkey: the format
	// and the statement over data.
	Attest func(p *Passkey, data []byte) (format string, statement map[string]any)

	keys []*Passkey
}

// Passkey is what an authenticator keeps.
type Passkey struct {
	ID     []byte
	RPID   string
	Handle []byte
	Count  uint32
	Key    crypto.Signer
}

// Ceremony is what an authenticator is about to sign.
type Ceremony struct {
	Client map[string]any // CollectedClientData
	RPID   string
	Flags  byte
	Count  uint32

	ID        []byte // of the credential
	Handle    []byte // userHandle of an assertion; none if nil
	Key       crypto.Signer
	COSE      map[int]any // the public key, of a new passkey
	AAGUID    []byte
	Response  map[string]any // further members of "response" in a registration
	Signature func([]byte) []byte
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("passkeytest: %v", err)) // a test gave what no browser is given
	}
}

// Passkeys returns what was made so far.
func (a *Authenticator) Passkeys() []*Passkey { return a.keys }

// Create makes a passkey for options (PublicKeyCredentialCreationOptionsJSON)
// and returns what a browser makes of it (RegistrationResponseJSON).
func (a *Authenticator) Create(options []byte) json.RawMessage {
	var o struct {
		Challenge string
		RP        struct{ ID string }
		User      struct{ ID string }
	}
	must(json.Unmarshal(options, &o))
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	must(err)
	p := &Passkey{ID: make([]byte, 32), RPID: o.RP.ID, Handle: handle, Key: a.newKey()}
	_, err = rand.Read(p.ID)
	must(err)
	c := a.ceremony("webauthn.create", o.Challenge, p)
	c.Flags |= Attested
	c.COSE, c.AAGUID, c.Response = publicKey(p.Key), make([]byte, 16), map[string]any{"transports": []string{"internal", "hybrid"}}
	if a.Change != nil {
		a.Change(c)
	}
	a.keys = append(a.keys, p)

	client, err := json.Marshal(c.Client)
	must(err)
	cose, err := webauthncbor.Marshal(c.COSE)
	must(err)
	data := c.data()
	data = append(data, c.AAGUID...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(c.ID)))
	data = append(append(data, c.ID...), cose...)
	format, statement := "none", map[string]any{}
	if a.Attest != nil {
		hash := sha256.Sum256(client)
		format, statement = a.Attest(p, append(append([]byte{}, data...), hash[:]...))
	}
	object, err := webauthncbor.Marshal(map[string]any{"fmt": format, "attStmt": statement, "authData": data})
	must(err)
	c.Response["clientDataJSON"], c.Response["attestationObject"] = encode(client), encode(object)
	return credential(c.ID, c.Response)
}

// Get signs in with the newest passkey that the options
// (PublicKeyCredentialRequestOptionsJSON) allow, or with the newest of all,
// and returns what a browser makes of it (AuthenticationResponseJSON).
func (a *Authenticator) Get(options string) string {
	var o struct {
		Challenge        string
		AllowCredentials []struct{ ID string }
	}
	must(json.Unmarshal([]byte(options), &o))
	p := a.keys[len(a.keys)-1]
	for _, k := range a.keys {
		for _, allowed := range o.AllowCredentials {
			if allowed.ID == encode(k.ID) {
				p = k
			}
		}
	}
	if a.Counts {
		p.Count++
	}
	c := a.ceremony("webauthn.get", o.Challenge, p)
	if a.Change != nil {
		a.Change(c)
	}
	client, err := json.Marshal(c.Client)
	must(err)
	data, hash := c.data(), sha256.Sum256(client)
	signature := sign(c.Key, append(append([]byte{}, data...), hash[:]...))
	if c.Signature != nil {
		signature = c.Signature(signature)
	}
	response := map[string]any{"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature)}
	if c.Handle != nil {
		response["userHandle"] = encode(c.Handle)
	}
	return string(credential(c.ID, response))
}

// ceremony is what is signed where nobody interferes.
func (a *Authenticator) ceremony(kind, challenge string, p *Passkey) *Ceremony {
	return &Ceremony{
		Client: map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false},
		RPID:   p.RPID, Flags: UserPresent | UserVerified | BackupEligible, Count: p.Count, ID: p.ID, Handle: p.Handle, Key: p.Key,
	}
}

// data is the beginning of the authenticator data.
func (c *Ceremony) data() []byte {
	hash := sha256.Sum256([]byte(c.RPID))
	return binary.BigEndian.AppendUint32(append(hash[:], c.Flags), c.Count)
}

func credential(id []byte, response map[string]any) json.RawMessage {
	out, err := json.Marshal(map[string]any{
		"id": encode(id), "rawId": encode(id), "type": "public-key", "response": response,
		"authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{},
	})
	must(err)
	return out
}

func (a *Authenticator) newKey() crypto.Signer {
	if a.RSA {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		must(err)
		return key
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

// publicKey is a key as COSE_Key (RFC 9053).
func publicKey(key crypto.Signer) map[int]any {
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		return map[int]any{1: 3, 3: -257, -1: k.N.Bytes(), -2: big.NewInt(int64(k.E)).Bytes()}
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		must(err)
		return map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}
	}
	panic("passkeytest: a key of another kind")
}

// sign signs as ES256 or RS256.
func sign(key crypto.Signer, data []byte) []byte {
	hash := sha256.Sum256(data)
	signature, err := key.Sign(rand.Reader, hash[:], crypto.SHA256)
	must(err)
	return signature
}
