package passkey_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/store"
)

const complete = "CompleteWebAuthnRegistration"

func TestComplete(t *testing.T) {
	for _, rsa := range []bool{false, true} {
		f := newService(t)
		a := &passkeytest.Authenticator{Origin: origin, RSA: rsa, Change: func(c *passkeytest.Ceremony) {
			c.Count, c.Flags = 7, c.Flags|passkeytest.BackedUp
		}}
		got := f.register(f.ada, a)
		if len(got.PublicKey) == 0 {
			t.Error("Complete: stored no public key")
		}
		want := &idp.WebAuthnCredential{
			PoolID: poolID, Username: "ada", ID: a.Passkeys()[0].ID, RelyingPartyID: "example.com", PublicKey: got.PublicKey,
			SignCount: 7, Name: "Passkey", Attachment: "platform", Transports: []string{"internal", "hybrid"},
			BackupEligible: true, BackedUp: true, Created: noon,
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("Complete: (-want +got):\n%s", d)
		}
	}
}

// Everything that a browser or an authenticator may do wrong has its error,
// and leaves no passkey behind.
func TestCompleteChecks(t *testing.T) {
	notSupported := func(why string) error { return idp.ErrWebAuthnCredentialNotSupported(why) }
	tests := []struct {
		name   string
		change func(*passkeytest.Ceremony)
		want   error
	}{
		{"another challenge", func(c *passkeytest.Ceremony) { c.Client["challenge"] = strings.Repeat("A", 43) }, idp.ErrWebAuthnChallengeNotFound},
		{"no challenge", func(c *passkeytest.Ceremony) { delete(c.Client, "challenge") }, idp.ErrWebAuthnChallengeNotFound},
		{"another origin", func(c *passkeytest.Ceremony) { c.Client["origin"] = "https://example.org" }, idp.ErrWebAuthnOriginNotAllowed},
		{"an origin without TLS", func(c *passkeytest.Ceremony) { c.Client["origin"] = "http://example.com" }, idp.ErrWebAuthnOriginNotAllowed},
		{"a frame of another site", func(c *passkeytest.Ceremony) { c.Client["crossOrigin"] = true }, idp.ErrWebAuthnOriginNotAllowed},
		{"a page of another site", func(c *passkeytest.Ceremony) { c.Client["topOrigin"] = origin }, idp.ErrWebAuthnOriginNotAllowed},
		{"another relying party", func(c *passkeytest.Ceremony) { c.RPID = "example.org" }, idp.ErrWebAuthnRelyingPartyMismatch},
		{"the host as relying party", func(c *passkeytest.Ceremony) { c.RPID = "login.example.com" }, idp.ErrWebAuthnRelyingPartyMismatch},
		{"an assertion", func(c *passkeytest.Ceremony) { c.Client["type"] = "webauthn.get" }, idp.ErrWebAuthnCredentialInvalid},
		{"nobody there", func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.UserPresent }, notSupported("the user was not present")},
		{"a backup that cannot be", func(c *passkeytest.Ceremony) {
			c.Flags = c.Flags&^passkeytest.BackupEligible | passkeytest.BackedUp
		}, notSupported("it is backed up, but cannot be")},
		{"an algorithm nobody asked for", func(c *passkeytest.Ceremony) {
			c.COSE = map[int]any{1: 1, 3: -8, -1: 6, -2: bytes.Repeat([]byte{7}, 32)}
		}, notSupported("its key is of none of the algorithms that were asked for")},
		{"a point that is not on the curve", func(c *passkeytest.Ceremony) { c.COSE[-3] = bytes.Repeat([]byte{7}, 32) },
			notSupported("its key is of none of the algorithms that were asked for")},
		{"a key for another algorithm", func(c *passkeytest.Ceremony) { c.COSE[3] = -257 },
			notSupported("its key is of none of the algorithms that were asked for")},
		{"no key", func(c *passkeytest.Ceremony) { c.COSE = map[int]any{} }, notSupported("its key is of none of the algorithms that were asked for")},
		{"no attested key", func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.Attested }, idp.ErrWebAuthnCredentialInvalid},
		{"extensions that are not there", func(c *passkeytest.Ceremony) { c.Flags |= 1 << 7 }, idp.ErrWebAuthnCredentialInvalid},
		{"an id that is too long", func(c *passkeytest.Ceremony) { c.ID = make([]byte, 1024) }, idp.ErrWebAuthnCredentialInvalid},
		{"no id", func(c *passkeytest.Ceremony) { c.ID = nil }, idp.ErrWebAuthnCredentialInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			a := &passkeytest.Authenticator{Origin: origin, Change: tt.change}
			wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(f.start(f.ada))), tt.want)
			if n := len(f.list(f.ada)); n != 0 {
				t.Errorf("after a refusal there are %d passkeys, want none", n)
			}
		})
	}
}

func TestCompleteWantsVerification(t *testing.T) {
	f := newService(t, func(p *idp.UserPool) { p.Features.MFA.WebAuthn.UserVerification = cognito.UserVerificationRequired })
	a := &passkeytest.Authenticator{Origin: origin, Change: func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.UserVerified }}
	err := f.Complete(t.Context(), f.ada, a.Create(f.start(f.ada)))
	wantErr(t, complete, err, idp.ErrWebAuthnCredentialNotSupported("the user was not verified"))
	a.Change = nil
	f.register(f.ada, a)

	f = newService(t) // preferred, which is not required
	f.register(f.ada, &passkeytest.Authenticator{Origin: origin, Change: func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.UserVerified }})
}

func TestCompleteReadsJSONOnly(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	right := string(a.Create(f.start(f.ada)))
	for name, credential := range map[string]string{
		"nothing": "", "null": "null", "text": `"credential"`, "list": "[]", "empty": "{}", "number": "7",
		"two":           right + right,
		"cut":           right[:len(right)-1],
		"other type":    strings.Replace(right, `"public-key"`, `"password"`, 1),
		"other id":      strings.Replace(right, `"id":"`, `"id":"AAAA`, 1),
		"much too long": strings.Replace(right, `"id":"`, `"x":"`+strings.Repeat("x", 64<<10)+`","id":"`, 1),
	} {
		err := f.Complete(t.Context(), f.ada, json.RawMessage(credential))
		if !errors.Is(err, idp.ErrWebAuthnCredentialInvalid) {
			t.Errorf("Complete(%s): got %v, want %v", name, err, idp.ErrWebAuthnCredentialInvalid)
		}
	}
	// What could not be read has not used the challenge up.
	wantErr(t, complete, f.Complete(t.Context(), f.ada, json.RawMessage(right)), nil)
}

func TestCompleteOnce(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	options := f.start(f.ada)
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), nil)
	wantErr(t, complete+" again", f.Complete(t.Context(), f.ada, a.Create(options)), idp.ErrWebAuthnChallengeNotFound)

	// A wrong credential uses the challenge up too.
	options = f.start(f.ada)
	a.Origin = "https://evil.example.org"
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), idp.ErrWebAuthnOriginNotAllowed)
	a.Origin = origin
	wantErr(t, complete+" after a wrong one", f.Complete(t.Context(), f.ada, a.Create(options)), idp.ErrWebAuthnChallengeNotFound)
}

func TestCompleteFindsNoChallenge(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	former := f.start(f.ada)
	newer := f.start(f.ada)
	grace := f.holder("client", "grace")
	wantErr(t, complete, f.Complete(t.Context(), grace, a.Create(newer)), idp.ErrWebAuthnChallengeNotFound) // she began none
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(former)), idp.ErrWebAuthnChallengeNotFound)

	options := f.start(f.ada)
	f.now = noon.Add(5 * time.Minute) // as long as the client's sessions
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), idp.ErrWebAuthnChallengeNotFound)
	options = f.start(f.ada)
	f.now = f.now.Add(5*time.Minute - time.Microsecond)
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), nil)
}

// Another client cannot finish a registration, nor spoil it.
func TestCompleteClientMismatch(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	options := f.start(f.ada)
	wantErr(t, complete, f.Complete(t.Context(), f.holder("other", "ada"), a.Create(options)), idp.ErrWebAuthnClientMismatch)
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), nil)
}

func TestCompleteAfterSettingsChanged(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	options := f.start(f.ada)
	f.pool.Features.MFA.WebAuthn = &cognito.WebAuthnConfigurationType{RelyingPartyID: "example.org"}
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), idp.ErrWebAuthnRelyingPartyMismatch)
	f.pool.Features.MFA.WebAuthn = nil
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), idp.ErrWebAuthnNotEnabled)
	f.pool.Features.MFA.WebAuthn = &cognito.WebAuthnConfigurationType{RelyingPartyID: "example.com"}
	f.pool.Settings.Policies.SignInPolicy.AllowedFirstAuthFactors = []cognito.AuthFactorType{cognito.AuthFactorPassword}
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), idp.ErrWebAuthnNotEnabled)
}

func TestStartNeedsSettings(t *testing.T) {
	const start = "StartWebAuthnRegistration"
	f := newService(t)
	f.pool.Features.MFA.WebAuthn = nil
	_, err := f.Start(t.Context(), f.ada)
	wantErr(t, start, err, idp.ErrWebAuthnConfigurationMissing)
	f.pool.Settings.Policies.SignInPolicy.AllowedFirstAuthFactors = []cognito.AuthFactorType{cognito.AuthFactorPassword}
	_, err = f.Start(t.Context(), f.ada)
	wantErr(t, start, err, idp.ErrWebAuthnNotEnabled)
}

// A passkey has one owner in a pool.
func TestCompleteTakenID(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	c := f.register(f.ada, a)
	a.Change = func(made *passkeytest.Ceremony) { made.ID = c.ID }
	for _, h := range []string{"ada", "grace"} {
		holder := f.holder("client", h)
		wantErr(t, complete, f.Complete(t.Context(), holder, a.Create(f.start(holder))), idp.ErrWebAuthnCredentialExists)
	}
	if got := f.list(f.ada); len(got) != 1 || !bytes.Equal(got[0].PublicKey, c.PublicKey) {
		t.Error("the passkey was replaced")
	}
}

func TestPasskeyLimit(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	options := f.start(f.ada) // while there is still room
	for i := range idp.MaxWebAuthnCredentials {
		f.update(func(tx store.Tx) error {
			return tx.CreateWebAuthnCredential(&idp.WebAuthnCredential{PoolID: poolID, Username: "ada", ID: fmt.Append(nil, i), Created: noon})
		})
	}
	_, err := f.Start(t.Context(), f.ada)
	wantErr(t, "StartWebAuthnRegistration", err, idp.ErrWebAuthnCredentialLimit)
	wantErr(t, complete, f.Complete(t.Context(), f.ada, a.Create(options)), idp.ErrWebAuthnCredentialLimit)
	wantErr(t, "DeleteWebAuthnCredential", f.Delete(t.Context(), f.ada, "MA"), nil)
	f.register(f.ada, a)
}

// Browsers may say anything about transports; what is kept stays small.
func TestCompleteTransports(t *testing.T) {
	for _, tt := range []struct{ given, want []string }{
		{nil, nil},
		{[]string{"usb", "usb", "cable"}, []string{"usb", "hybrid"}},
		{[]string{"smart-card", "", "<script>", "UPPER", strings.Repeat("x", 33), "new2"}, []string{"smart-card", "new2"}},
		{strings.Split("a,b,c,d,e,f,g,h,i,j", ","), strings.Split("a,b,c,d,e,f,g,h", ",")},
	} {
		f := newService(t)
		a := &passkeytest.Authenticator{Origin: origin, Change: func(c *passkeytest.Ceremony) { c.Response["transports"] = tt.given }}
		if d := cmp.Diff(tt.want, f.register(f.ada, a).Transports); d != "" {
			t.Errorf("transports of %q: (-want +got):\n%s", tt.given, d)
		}
	}
}

func TestFriendlyName(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin, Change: func(c *passkeytest.Ceremony) {
		c.AAGUID = []byte{0xea, 0x9b, 0x8d, 0x66, 0x4d, 0x01, 0x1d, 0x21, 0x3c, 0xe4, 0xb6, 0xb4, 0x8c, 0xb5, 0x75, 0xd4}
	}}
	if got := f.register(f.ada, a).Name; got != "Google Password Manager" {
		t.Errorf("FriendlyCredentialName of a known authenticator: got %q", got)
	}
	a.Change = nil
	made := strings.Replace(string(a.Create(f.start(f.ada))), `"platform"`, `"cross-platform"`, 1)
	wantErr(t, complete, f.Complete(t.Context(), f.ada, json.RawMessage(made)), nil)
	if got := f.list(f.ada); got[0].Name != "Security key" && got[1].Name != "Security key" {
		t.Errorf("FriendlyCredentialName: got %q and %q, want one Security key", got[0].Name, got[1].Name)
	}
}
