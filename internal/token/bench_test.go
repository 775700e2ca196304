package token

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
)

// What Prepare cannot do without: two signatures.
func BenchmarkTwoSignatures(b *testing.B) {
	keys := testKeys()
	digest := sha256.Sum256([]byte("token"))
	for b.Loop() {
		for _, key := range keys {
			if _, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkPrepare(b *testing.B) {
	f := newFixture(b)
	grant := Grant{Client: f.client, User: f.user}
	f.prepare(grant)
	for b.Loop() {
		if _, err := f.Prepare(b.Context(), grant); err != nil {
			b.Fatal(err)
		}
	}
}

// What Access cannot do without: one verification.
func BenchmarkVerification(b *testing.B) {
	key := testKeys()[0]
	digest := sha256.Sum256([]byte("token"))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAccess(b *testing.B) {
	f := newFixture(b)
	token := f.signIn().AccessToken
	for b.Loop() {
		if _, err := f.Access(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
}

// Refresh up to the signatures.
func BenchmarkRefreshCheck(b *testing.B) {
	f := newFixture(b)
	token := f.signIn().RefreshToken
	for b.Loop() {
		if _, err := f.Refresh(b.Context(), f.client, token, ""); err != nil {
			b.Fatal(err)
		}
	}
}
