package passkey_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/store"
)

// requested asks for a passkey of ada's and returns the challenge.
func (f *fixture) requested() (options, challenge string) {
	f.t.Helper()
	challenge = passkey.NewChallenge(rand.Reader)
	options, err := passkey.RequestOptions(f.ada.Client.Pool, f.ada.User, challenge, f.list(f.ada))
	if err != nil {
		f.t.Fatal(err)
	}
	return options, challenge
}

// parse reads an assertion that must be readable.
func (f *fixture) parse(text string) *passkey.Assertion {
	f.t.Helper()
	a, err := passkey.ParseAssertion(text)
	if err != nil {
		f.t.Fatalf("ParseAssertion: %v", err)
	}
	return a
}

func TestVerify(t *testing.T) {
	for _, rsa := range []bool{false, true} {
		f := newService(t)
		a := &passkeytest.Authenticator{Origin: origin, Counts: true, RSA: rsa}
		c := f.register(f.ada, a)
		options, challenge := f.requested()
		assertion := f.parse(a.Get(options))
		if string(assertion.CredentialID()) != string(c.ID) {
			t.Error("CredentialID: not the passkey's")
		}
		if !assertion.Verify(f.pool, f.ada.User, c, challenge) {
			t.Errorf("Verify of what the passkey signed, RSA %v: got false", rsa)
		}
		assertion.Use(c)
		if c.SignCount != 1 || c.BackedUp {
			t.Errorf("Use: got %+v", c)
		}
		if assertion.Verify(f.pool, f.ada.User, c, challenge) {
			t.Error("Verify of an assertion again: got true, want false by the counter")
		}
	}
}

func TestVerifyChecks(t *testing.T) {
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*passkeytest.Ceremony)
		right  bool
	}{
		{"another challenge", func(c *passkeytest.Ceremony) { c.Client["challenge"] = strings.Repeat("A", 43) }, false},
		{"no challenge", func(c *passkeytest.Ceremony) { c.Client["challenge"] = "" }, false},
		{"another origin", func(c *passkeytest.Ceremony) { c.Client["origin"] = "https://example.com.evil.org" }, false},
		{"an origin without TLS", func(c *passkeytest.Ceremony) { c.Client["origin"] = "http://login.example.com" }, false},
		{"another origin of the relying party", func(c *passkeytest.Ceremony) { c.Client["origin"] = "https://a.b.example.com:8443" }, true},
		{"an Android app", func(c *passkeytest.Ceremony) { c.Client["origin"] = "android:apk-key-hash:" + strings.Repeat("A", 43) }, true},
		{"a frame of another site", func(c *passkeytest.Ceremony) { c.Client["crossOrigin"] = true }, false},
		{"a registration", func(c *passkeytest.Ceremony) { c.Client["type"] = "webauthn.create" }, false},
		{"another relying party", func(c *passkeytest.Ceremony) { c.RPID = "example.org" }, false},
		{"nobody there", func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.UserPresent }, false},
		{"an unverified user", func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.UserVerified }, true},
		{"a key that cannot be backed up any more", func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.BackupEligible }, false},
		{"a key that was backed up", func(c *passkeytest.Ceremony) { c.Flags |= passkeytest.BackedUp }, true},
		{"another key", func(c *passkeytest.Ceremony) { c.Key = stranger }, false},
		{"a broken signature", func(c *passkeytest.Ceremony) {
			c.Signature = func(s []byte) []byte { s[len(s)-1] ^= 1; return s }
		}, false},
		{"no signature", func(c *passkeytest.Ceremony) { c.Signature = func([]byte) []byte { return nil } }, false},
		{"a longer signature", func(c *passkeytest.Ceremony) { c.Signature = func(s []byte) []byte { return append(s, 0) } }, false},
		{"another handle", func(c *passkeytest.Ceremony) { c.Handle = []byte("sub-of-grace") }, false},
		{"no handle", func(c *passkeytest.Ceremony) { c.Handle = nil }, true},
		{"another id", func(c *passkeytest.Ceremony) { c.ID = []byte("other") }, false},
		{"the same count", func(c *passkeytest.Ceremony) { c.Count = 5 }, false},
		{"a lower count", func(c *passkeytest.Ceremony) { c.Count = 4 }, false},
		{"no count any more", func(c *passkeytest.Ceremony) { c.Count = 0 }, false},
		{"a count that jumps", func(c *passkeytest.Ceremony) { c.Count = 1<<32 - 1 }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			a := &passkeytest.Authenticator{Origin: origin, Counts: true, Change: func(c *passkeytest.Ceremony) { c.Count = 5 }}
			c := f.register(f.ada, a)
			a.Change = func(c *passkeytest.Ceremony) {
				c.Count = 6
				tt.change(c)
			}
			options, challenge := f.requested()
			if got := f.parse(a.Get(options)).Verify(f.pool, f.ada.User, c, challenge); got != tt.right {
				t.Errorf("Verify: got %v, want %v", got, tt.right)
			}
		})
	}
}

// A passkey that never counts is never refused for it; one that begins to
// count has to go on.
func TestVerifyCounter(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	c := f.register(f.ada, a)
	for i, step := range []struct {
		count uint32
		right bool
	}{{0, true}, {0, true}, {1, true}, {1, false}, {0, false}, {2, true}} {
		a.Change = func(c *passkeytest.Ceremony) { c.Count = step.count }
		options, challenge := f.requested()
		assertion := f.parse(a.Get(options))
		if got := assertion.Verify(f.pool, f.ada.User, c, challenge); got != step.right {
			t.Errorf("step %d, count %d: got %v, want %v", i, step.count, got, step.right)
		}
		if step.right {
			assertion.Use(c)
		}
	}
}

func TestVerifyWantsVerification(t *testing.T) {
	unverified := func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.UserVerified }
	for name, require := range map[string]func(*fixture){
		"required": func(f *fixture) { f.pool.Features.MFA.WebAuthn.UserVerification = cognito.UserVerificationRequired },
		"second factor": func(f *fixture) {
			f.pool.Features.MFA.WebAuthn.FactorConfiguration = cognito.WebAuthnFactorConfigurationMultiFactorWithUserVerification
			f.ada.User.Factors.WebAuthn = true
		},
	} {
		f := newService(t)
		a := &passkeytest.Authenticator{Origin: origin}
		c := f.register(f.ada, a)
		require(f)
		for change, want := range map[*func(*passkeytest.Ceremony)]bool{&unverified: false, new(func(*passkeytest.Ceremony) {}): true} {
			a.Change = *change
			options, challenge := f.requested()
			if got := f.parse(a.Get(options)).Verify(f.pool, f.ada.User, c, challenge); got != want {
				t.Errorf("%s: Verify: got %v, want %v", name, got, want)
			}
		}
	}
}

// A passkey signs its own user in, for the relying party that it was made for.
func TestVerifyWhose(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	c := f.register(f.ada, a)
	a.Change = func(c *passkeytest.Ceremony) { c.Handle = nil }
	options, challenge := f.requested()
	assertion := f.parse(a.Get(options))
	if assertion.Verify(f.pool, f.holder("client", "grace").User, c, challenge) {
		t.Error("Verify of another user's passkey: got true")
	}
	elsewhere := *c
	elsewhere.PoolID = "us-east-1_other"
	if assertion.Verify(f.pool, f.ada.User, &elsewhere, challenge) {
		t.Error("Verify of another pool's passkey: got true")
	}
	f.pool.Features.MFA.WebAuthn.RelyingPartyID = "login.example.com"
	if assertion.Verify(f.pool, f.ada.User, c, challenge) {
		t.Error("Verify for another relying party: got true")
	}
	f.pool.Features.MFA.WebAuthn.RelyingPartyID = "example.com"
	if !assertion.Verify(f.pool, f.ada.User, c, challenge) {
		t.Error("Verify of the user's own passkey: got false")
	}
}

func TestParseAssertion(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	f.register(f.ada, a)
	options, _ := f.requested()
	right := a.Get(options)
	for name, text := range map[string]string{
		"nothing": "", "null": "null", "list": "[]", "empty": "{}", "two": right + right, "cut": right[1:],
		"other type":    strings.Replace(right, `"public-key"`, `"password"`, 1),
		"other id":      strings.Replace(right, `"id":"`, `"id":"AAAA`, 1),
		"not base64":    strings.Replace(right, `"signature":"`, `"signature":"!`, 1),
		"no data":       strings.Replace(right, `"authenticatorData"`, `"other"`, 1),
		"much too long": strings.Replace(right, `"id":"`, `"x":"`+strings.Repeat("x", 64<<10)+`","id":"`, 1),
	} {
		if _, err := passkey.ParseAssertion(text); !errors.Is(err, idp.ErrWebAuthnCredentialInvalid) {
			t.Errorf("ParseAssertion(%s): got %v, want %v", name, err, idp.ErrWebAuthnCredentialInvalid)
		}
	}
}

// Nothing that a stranger sends does more than be refused.
func FuzzParseAssertion(f *testing.F) {
	s := newService(f)
	a := &passkeytest.Authenticator{Origin: origin}
	c := s.register(s.ada, a)
	options, challenge := s.requested()
	f.Add(a.Get(options))
	a.Change = func(c *passkeytest.Ceremony) { c.Flags |= 1<<7 | passkeytest.Attested }
	f.Add(a.Get(options))
	f.Add(`{"id":"AA","rawId":"AA","type":"public-key","response":{}}`)
	f.Fuzz(func(_ *testing.T, text string) {
		parsed, err := passkey.ParseAssertion(text)
		if err == nil {
			parsed.Verify(s.pool, s.ada.User, c, challenge)
			parsed.Verify(s.pool, s.ada.User, c, "another")
		}
	})
}

func FuzzComplete(f *testing.F) {
	s := newService(f)
	a := &passkeytest.Authenticator{Origin: origin}
	options := s.start(s.ada)
	var pending *idp.WebAuthnRegistration
	s.update(func(tx store.Tx) (err error) {
		pending, err = tx.WebAuthnRegistration(poolID, "ada")
		return err
	})
	f.Add([]byte(a.Create(options)))
	for _, format := range []string{"packed", "fido-u2f", "tpm", "apple", "android-key", "android-safetynet", "compound", "new"} {
		a.Attest = func(*passkeytest.Passkey, []byte) (string, map[string]any) {
			return format, map[string]any{"alg": -7, "ver": "2.0", "sig": []byte{1}, "x5c": []any{[]byte{1}}, "response": []byte("e30.e30.")}
		}
		f.Add([]byte(a.Create(options)))
	}
	f.Fuzz(func(t *testing.T, credential []byte) {
		// What can be read uses the challenge up.
		err := s.Store.Update(t.Context(), func(tx store.Tx) error { return tx.PutWebAuthnRegistration(pending) })
		if err != nil {
			t.Fatal(err)
		}
		err = s.Complete(t.Context(), s.ada, json.RawMessage(credential))
		var known *idp.Error
		if err != nil && !errors.As(err, &known) {
			t.Errorf("Complete: got %v, want an error of the API", err)
		}
	})
}
