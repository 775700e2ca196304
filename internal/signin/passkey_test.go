package signin_test

import (
	"crypto/rand"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/signin"
	"rockpool/internal/store"
)

const pageOrigin = "https://login.example.com"

// errPasskey is what a passkey that does not prove anything is told.
var errPasskey = idp.NotAuthorized("The passkey could not be verified.")

// withPasskeys makes a service whose pool has the relying party example.com,
// and a client of it. change may alter the pool.
func withPasskeys(t testing.TB, change ...func(*idp.UserPool)) (*fixture, *catalog.Client) {
	t.Helper()
	f := newService(t, allowing(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp, cognito.AuthFactorWebAuthn))
	f.update(func(tx store.Tx) error {
		p, err := tx.Pool(poolID)
		if err != nil {
			return err
		}
		p.Features.MFA.WebAuthn = &cognito.WebAuthnConfigurationType{RelyingPartyID: "example.com"}
		for _, c := range change {
			c(p)
		}
		return tx.UpdatePool(p)
	})
	return f, f.client(byChoice)
}

// passkeys gives a user a passkey and returns the authenticator that has it.
func (f *fixture) passkeys(c *catalog.Client, username string) *passkeytest.Authenticator {
	f.t.Helper()
	a := &passkeytest.Authenticator{Origin: pageOrigin, Counts: true}
	f.registers(c, username, a)
	return a
}

// registers gives a user a passkey of an authenticator.
func (f *fixture) registers(c *catalog.Client, username string, a *passkeytest.Authenticator) {
	f.t.Helper()
	s := &passkey.Service{Store: f.store, Now: f.clock, Rand: rand.Reader}
	h := passkey.Holder{Client: c, User: f.get(c, username)}
	options, err := s.Start(f.t.Context(), h)
	if err == nil {
		err = s.Complete(f.t.Context(), h, a.Create(options))
	}
	if err != nil {
		f.t.Fatalf("registering a passkey: %v", err)
	}
}

// asksPasskey begins a sign-in that must lead to WEB_AUTHN.
func (f *fixture) asksPasskey(c *catalog.Client, username string) *signin.Result {
	f.t.Helper()
	return f.chosen(by(c), cognito.ChallengeNameWebAuthn, username, "PREFERRED_CHALLENGE", "WEB_AUTHN")
}

// proves answers WEB_AUTHN with what an authenticator makes of it.
func (f *fixture) proves(c *catalog.Client, r *signin.Result, username string, a *passkeytest.Authenticator) (*signin.Result, error) {
	f.t.Helper()
	return f.respond(by(c), r, "USERNAME", username, "CREDENTIAL", a.Get(r.Parameters["CREDENTIAL_REQUEST_OPTIONS"]))
}

// stored returns the only passkey of a user as it is stored.
func (f *fixture) stored(username string) (c *idp.WebAuthnCredential) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		all, err := tx.ListWebAuthnCredentials(poolID, username, 9)
		if err == nil && len(all) == 1 {
			c = all[0]
		}
		return err
	})
	if c == nil {
		f.t.Fatalf("%s does not have one passkey", username)
	}
	return c
}

func TestPasskeySignIn(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada", "email", "ada@example.com")
	a := f.passkeys(c, "ada")
	f.advance(time.Hour)
	r := f.asksPasskey(c, "ada")
	want := append(slices.Clone(passwords), cognito.ChallengeNameEmailOtp, cognito.ChallengeNameWebAuthn)
	if !slices.Equal(r.Available, want) || len(r.Parameters) != 1 {
		t.Errorf("InitiateAuth: got available %v, parameters %v, want %v and the options alone", r.Available, r.Parameters, want)
	}
	var options struct {
		RPID             string `json:"rpId"`
		AllowCredentials []struct{ ID string }
	}
	must(json.Unmarshal([]byte(r.Parameters["CREDENTIAL_REQUEST_OPTIONS"]), &options))
	if options.RPID != "example.com" || len(options.AllowCredentials) != 1 || options.AllowCredentials[0].ID != passkey.CredentialID(f.stored("ada")) {
		t.Errorf("CREDENTIAL_REQUEST_OPTIONS: got %+v", options)
	}
	got, err := f.proves(c, r, "ada", a)
	wantTokens(t, "WEB_AUTHN", got, err)
	if k := f.stored("ada"); k.SignCount != 1 {
		t.Errorf("the passkey after its use: got count %d, want 1", k.SignCount)
	}
	if e := f.events("ada"); len(e) == 0 || !e[0].Passed || e[0].Type != idp.EventSignIn {
		t.Errorf("events: got %+v, want a sign-in that passed first", e)
	}
}

func TestPasskeyByChoice(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada")
	a := f.passkeys(c, "ada")
	r := f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada")
	r = f.replied(by(c), r, cognito.ChallengeNameWebAuthn, "USERNAME", "ada", "ANSWER", "WEB_AUTHN")
	got, err := f.proves(c, r, "ada", a)
	wantTokens(t, "WEB_AUTHN", got, err)
}

// Somebody without a passkey is not asked for one; whoever has none of the
// present relying party has none.
func TestPasskeyNotAvailable(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada")
	f.user(c, "grace")
	f.passkeys(c, "ada")
	r := f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "grace", "PREFERRED_CHALLENGE", "WEB_AUTHN")
	if slices.Contains(r.Available, cognito.ChallengeNameWebAuthn) {
		t.Errorf("available without a passkey: got %v", r.Available)
	}
	_, err := f.respond(by(c), r, "USERNAME", "grace", "ANSWER", "WEB_AUTHN")
	wantErr(t, "SELECT_CHALLENGE, WEB_AUTHN without a passkey", err, errNotOffered)

	c.Pool.Features.MFA.WebAuthn.RelyingPartyID = "example.org"
	r = f.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada", "PREFERRED_CHALLENGE", "WEB_AUTHN")
	if slices.Contains(r.Available, cognito.ChallengeNameWebAuthn) {
		t.Errorf("available with a passkey of another relying party: got %v", r.Available)
	}
}

// Every wrong assertion has one error and ends its sign-in. However many there
// are, the user is not locked out: strangers can make them.
func TestPasskeyWrong(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada")
	f.user(c, "grace")
	a, other := f.passkeys(c, "ada"), f.passkeys(c, "grace")
	wrong := []func(*passkeytest.Ceremony){
		func(c *passkeytest.Ceremony) { c.Client["challenge"] = strings.Repeat("A", 43) },
		func(c *passkeytest.Ceremony) { c.Client["origin"] = "https://example.org" },
		func(c *passkeytest.Ceremony) { c.ID = other.Passkeys()[0].ID },
		func(c *passkeytest.Ceremony) { c.ID = []byte("nobody's") },
	}
	for _, change := range wrong {
		r := f.asksPasskey(c, "ada")
		a.Change = change
		_, err := f.proves(c, r, "ada", a)
		wantErr(t, "WEB_AUTHN", err, errPasskey)
		a.Change = nil
		_, err = f.proves(c, r, "ada", a)
		wantErr(t, "WEB_AUTHN again, rightly", err, idp.ErrSessionSpent)
	}
	for range 3 {
		_, err := f.proves(c, f.asksPasskey(c, "ada"), "ada", other)
		wantErr(t, "WEB_AUTHN with another user's passkey", err, errPasskey)
	}
	got, err := f.proves(c, f.asksPasskey(c, "ada"), "ada", a)
	wantTokens(t, "WEB_AUTHN after seven wrong ones", got, err)
}

func TestPasskeyUnreadable(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada")
	a := f.passkeys(c, "ada")
	r := f.asksPasskey(c, "ada")
	_, err := f.respond(by(c), r, "USERNAME", "ada")
	wantErr(t, "WEB_AUTHN without CREDENTIAL", err, errMissing("CREDENTIAL"))
	_, err = f.respond(by(c), r, "USERNAME", "ada", "CREDENTIAL", "{}")
	wantErr(t, "WEB_AUTHN with something else", err, idp.ErrWebAuthnCredentialInvalid)
	got, err := f.proves(c, r, "ada", a)
	wantTokens(t, "WEB_AUTHN", got, err)
}

// A session lets in once, an assertion too, and each only with the other.
func TestPasskeyReplay(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada")
	f.user(c, "grace")
	a := f.passkeys(c, "ada")
	f.passkeys(c, "grace")
	a.Counts = false // so that the counter does not catch it
	r := f.asksPasskey(c, "ada")
	credential := a.Get(r.Parameters["CREDENTIAL_REQUEST_OPTIONS"])
	in := signin.Answer{Caller: by(c), Challenge: r.Challenge, Session: r.Session, Responses: pairs("USERNAME", "ada", "CREDENTIAL", credential)}
	if n := winners(t, f, in, idp.ErrSessionSpent); n != 1 {
		t.Errorf("%d of the answers to one session won, want 1", n)
	}
	_, err := f.answer(in)
	wantErr(t, "WEB_AUTHN again", err, idp.ErrSessionSpent)
	_, err = f.respond(by(c), f.asksPasskey(c, "ada"), "USERNAME", "ada", "CREDENTIAL", credential)
	wantErr(t, "WEB_AUTHN with an assertion of another session", err, errPasskey)
	_, err = f.respond(by(c), f.asksPasskey(c, "grace"), "USERNAME", "grace", "CREDENTIAL", credential)
	wantErr(t, "WEB_AUTHN with an assertion of another user", err, errPasskey)
	_, err = f.respond(by(c), f.asksPasskey(c, "grace"), "USERNAME", "ada", "CREDENTIAL", credential)
	wantErr(t, "WEB_AUTHN in the session of another user", err, idp.ErrSessionInvalid)
}

// Of two uses of a passkey that were verified against one count, the second
// is refused where it is written.
func TestPasskeyCounterRace(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada")
	a := f.passkeys(c, "ada")
	first, second := f.asksPasskey(c, "ada"), f.asksPasskey(c, "ada")
	a.Change = func(c *passkeytest.Ceremony) { c.Count = 1 } // a clone
	got, err := f.proves(c, first, "ada", a)
	wantTokens(t, "WEB_AUTHN", got, err)
	_, err = f.proves(c, second, "ada", a)
	wantErr(t, "WEB_AUTHN of the clone", err, errPasskey)
	a.Change = func(c *passkeytest.Ceremony) { c.Count = 2 }
	got, err = f.proves(c, f.asksPasskey(c, "ada"), "ada", a)
	wantTokens(t, "WEB_AUTHN with the next count", got, err)
}

func TestPasskeyDeletedMeanwhile(t *testing.T) {
	f, c := withPasskeys(t)
	f.user(c, "ada")
	a := f.passkeys(c, "ada")
	r := f.asksPasskey(c, "ada")
	id := f.stored("ada").ID
	f.update(func(tx store.Tx) error { return tx.DeleteWebAuthnCredential(poolID, "ada", id) })
	_, err := f.proves(c, r, "ada", a)
	wantErr(t, "WEB_AUTHN after the only passkey was deleted", err, idp.ErrSessionInvalid)
	other := f.passkeys(c, "ada")
	_, err = f.proves(c, r, "ada", a)
	wantErr(t, "WEB_AUTHN with a deleted passkey", err, errPasskey)
	got, err := f.proves(c, f.asksPasskey(c, "ada"), "ada", other)
	wantTokens(t, "WEB_AUTHN with a passkey registered meanwhile", got, err)
}

// In whatever state a user is that does not let them in, the passkey does not
// either.
func TestPasskeyBarred(t *testing.T) {
	for _, tt := range []struct {
		name  string
		alter func(*idp.User)
		want  error
	}{
		{"disabled", disabled, idp.ErrUserDisabled},
		{"reset required", status(cognito.UserStatusResetRequired), idp.ErrPasswordResetRequired},
		{"unconfirmed", status(cognito.UserStatusUnconfirmed), idp.ErrUserNotConfirmed},
		{"temporary password", status(cognito.UserStatusForceChangePassword), idp.ErrSessionInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, c := withPasskeys(t)
			u := f.user(c, "ada")
			a := f.passkeys(c, "ada")
			r := f.asksPasskey(c, "ada")
			f.alter(u, tt.alter)
			_, err := f.proves(c, r, "ada", a)
			wantErr(t, "WEB_AUTHN", err, tt.want)
		})
	}
}

// secondFactors is what pool and user say of second factors, and whether a
// passkey signs in.
func TestPasskeyBesideMFA(t *testing.T) {
	const on, optional, off = cognito.UserPoolMfaOn, cognito.UserPoolMfaOptional, cognito.UserPoolMfaOff
	totp := func(u *idp.User) {
		u.Factors.SoftwareToken = &idp.SoftwareToken{Sealed: []byte{1}}
		u.Factors.Enabled = []cognito.ChallengeNameType{cognito.ChallengeNameSoftwareTokenMfa}
	}
	none := func(*idp.User) {}
	both := func(u *idp.User) { totp(u); u.Factors.WebAuthn = true }
	tests := []struct {
		name  string
		mfa   cognito.UserPoolMfaType
		multi bool
		user  func(*idp.User)
		want  bool
	}{
		{"off", off, false, none, true},
		{"off, user has a factor", off, false, totp, true},
		{"optional", optional, false, none, true},
		{"optional, user has a factor", optional, false, totp, false},
		{"on", on, false, none, false},
		{"on, user has a factor", on, false, totp, false},
		{"single factor only", on, false, both, false},
		{"multi-factor, optional, user has a factor", optional, true, totp, false},
		{"multi-factor, optional, user turned passkeys on", optional, true, both, true},
		{"multi-factor, on, user has a factor", on, true, totp, false},
		{"multi-factor, on, user turned passkeys on", on, true, both, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, c := withPasskeys(t, func(p *idp.UserPool) {
				p.Settings.MfaConfiguration = tt.mfa
				p.Features.MFA.SoftwareToken = &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)}
				if tt.multi {
					p.Features.MFA.WebAuthn.FactorConfiguration = cognito.WebAuthnFactorConfigurationMultiFactorWithUserVerification
				}
			})
			u := f.user(c, "ada")
			f.alter(u, tt.user)
			a := f.passkeys(c, "ada")
			r, err := f.choose(by(c), "ada", "PREFERRED_CHALLENGE", "WEB_AUTHN")
			if err != nil {
				t.Fatal(err)
			}
			if asked := r.Challenge == cognito.ChallengeNameWebAuthn; asked != tt.want || slices.Contains(r.Available, cognito.ChallengeNameWebAuthn) != tt.want {
				t.Fatalf("InitiateAuth: got %s of %v, want WEB_AUTHN: %v", r.Challenge, r.Available, tt.want)
			}
			if !tt.want {
				return
			}
			if tt.multi {
				a.Change = func(c *passkeytest.Ceremony) { c.Flags &^= passkeytest.UserVerified }
				_, err := f.proves(c, r, "ada", a)
				wantErr(t, "WEB_AUTHN without verification of the user", err, errPasskey)
				a.Change = nil
				r = f.asksPasskey(c, "ada")
			}
			got, err := f.proves(c, r, "ada", a)
			wantTokens(t, "WEB_AUTHN", got, err)
		})
	}
}

// A second factor that is turned on while the passkey signs is not passed by.
func TestPasskeyMFATurnedOnMeanwhile(t *testing.T) {
	f, c := withPasskeys(t, func(p *idp.UserPool) {
		p.Settings.MfaConfiguration = cognito.UserPoolMfaOptional
		p.Features.MFA.SoftwareToken = &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)}
	})
	u := f.user(c, "ada")
	a := f.passkeys(c, "ada")
	r := f.asksPasskey(c, "ada")
	f.alter(u, func(u *idp.User) {
		u.Factors.SoftwareToken = &idp.SoftwareToken{Sealed: []byte{1}}
		u.Factors.Enabled = []cognito.ChallengeNameType{cognito.ChallengeNameSoftwareTokenMfa}
	})
	_, err := f.proves(c, r, "ada", a)
	wantErr(t, "WEB_AUTHN", err, idp.ErrSessionInvalid)
}
