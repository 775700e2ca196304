package signin_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
)

// required makes a pool whose users must have attributes.
func required(names ...string) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) {
		for _, name := range names {
			in.Schema = append(in.Schema, &cognito.SchemaAttributeType{Name: name, Required: new(true), Mutable: new(true)})
		}
	}
}

func TestNewPasswordRequired(t *testing.T) {
	f := newService(t, required("given_name", "email", "birthdate"))
	c := f.client()
	f.invited(c, "ada", "email", "ada@example.com", "email_verified", "true", "nickname", "\"A\"")
	r, err := f.password(c, "ada", temporary)
	if err != nil {
		t.Fatal(err)
	}
	if r.Challenge != cognito.ChallengeNameNewPasswordRequired || r.Tokens != nil || len(r.Session) < 20 || len(r.Session) > 2048 {
		t.Errorf("InitiateAuth: got %+v, want NEW_PASSWORD_REQUIRED with a session", r)
	}
	if len(r.Parameters) != 3 || r.Parameters["USER_ID_FOR_SRP"] != "ada" {
		t.Errorf("parameters: got %v", r.Parameters)
	}
	if got, want := r.Parameters["requiredAttributes"], `["userAttributes.given_name","userAttributes.birthdate"]`; got != want {
		t.Errorf("requiredAttributes: got %s, want %s", got, want)
	}
	var known map[string]string
	if err := json.Unmarshal([]byte(r.Parameters["userAttributes"]), &known); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"email": "ada@example.com", "email_verified": "true", "nickname": "\"A\""}
	if diff := cmp.Diff(want, known); diff != "" {
		t.Errorf("userAttributes (-want +got):\n%s", diff)
	}
}

// Neither list is ever null.
func TestNewPasswordRequiredEmpty(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.invited(c, "ada")
	r, err := f.password(c, "ada", temporary)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := r.Parameters["requiredAttributes"], r.Parameters["userAttributes"]; a != "[]" || b != "{}" {
		t.Errorf("requiredAttributes, userAttributes: got %s, %s, want [], {}", a, b)
	}
}

// A client sees the attributes that it may read.
func TestNewPasswordRequiredReadable(t *testing.T) {
	f := newService(t)
	c := f.client(func(in *cognito.CreateUserPoolClientRequest) { in.ReadAttributes = []string{"email"} })
	f.invited(c, "ada", "email", "ada@example.com", "nickname", "A")
	r, err := f.password(c, "ada", temporary)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Parameters["userAttributes"], `{"email":"ada@example.com"}`; got != want {
		t.Errorf("userAttributes: got %s, want %s", got, want)
	}
}

func TestNewPassword(t *testing.T) {
	f := newService(t, required("given_name"))
	c := f.client()
	f.invited(c, "ada")
	r, err := f.answer(f.challenged(c, "ada", "userAttributes.given_name", "Ada", "userAttributes.email", "ada@example.com"))
	wantTokens(t, "RespondToAuthChallenge", r, err)
	u := f.get(c, "ada")
	want := map[string]string{"given_name": "Ada", "email": "ada@example.com", "email_verified": "false"}
	if diff := cmp.Diff(want, u.Attributes); diff != "" || u.Status != cognito.UserStatusConfirmed {
		t.Errorf("user: got status %s, want CONFIRMED; attributes (-want +got):\n%s", u.Status, diff)
	}
	if got := claims(t, r.Tokens.IDToken)["given_name"]; got != "Ada" {
		t.Errorf("given_name in the ID token: got %v, want Ada", got)
	}
	f.signedIn(c, "ada", otherPassword)
	_, err = f.password(c, "ada", temporary)
	wantErr(t, "InitiateAuth with the temporary password", err, idp.ErrIncorrectUsernameOrPassword)
}

// What is wrong with an answer; none of it uses the session up or changes the
// user.
func TestNewPasswordRefuses(t *testing.T) {
	f := newService(t, required("given_name"), func(in *cognito.CreateUserPoolRequest) {
		in.Schema = append(in.Schema, &cognito.SchemaAttributeType{Name: "locale", Mutable: new(false)},
			&cognito.SchemaAttributeType{Name: "email", Required: new(true), Mutable: new(false)})
	})
	c := f.client(func(in *cognito.CreateUserPoolClientRequest) {
		in.WriteAttributes = []string{"given_name", "email", "phone_number", "locale", "nickname"}
	})
	f.user(c, "grace", "email", "grace@example.com")
	f.invited(c, "ada", "nickname", "A", "email", "ada@example.com")
	with := f.challenged(c, "ada", "userAttributes.given_name", "Ada")
	policy := func(rule string) error {
		return &idp.Error{Code: "InvalidPasswordException", Message: "Password does not conform to policy: " + rule}
	}
	tests := []struct {
		name, key, value string
		want             error
	}{
		{"no password", "NEW_PASSWORD", "", errMissing("NEW_PASSWORD")},
		{"short password", "NEW_PASSWORD", "Sh0rt-", policy("Password not long enough")},
		{"password without digits", "NEW_PASSWORD", "No-digits", policy("Password must have numeric characters")},
		{"required attribute missing", "userAttributes.given_name", "", idp.InvalidParameter("Invalid attributes given, given_name is missing")},
		{"attribute there already", "userAttributes.nickname", "B", idp.NotAuthorized("Cannot modify an already provided nickname")},
		{"attribute there already, same value", "userAttributes.email", "ada@example.com", idp.NotAuthorized("Cannot modify an already provided email")},
		{"not writable", "userAttributes.website", "https://example.com", idp.ErrUnauthorizedAttributeWrite},
		{"verified by itself", "userAttributes.email_verified", "true", idp.ErrUnauthorizedAttributeWrite},
		{"immutable", "userAttributes.locale", "en", idp.ErrAttributesImmutable("locale")},
		{"unknown", "userAttributes.custom:x", "1", idp.ErrAttributeUnknown("custom:x")},
		{"bad value", "userAttributes.phone_number", "555", idp.ErrPhoneFormat},
		{"no name", "USERNAME", "", errMissing("USERNAME")},
		{"another user", "USERNAME", "grace", idp.ErrSessionInvalid},
		{"no user", "USERNAME", "nobody", idp.ErrSessionInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := with
			in.Responses = pairs("USERNAME", "ada", "NEW_PASSWORD", otherPassword, "userAttributes.given_name", "Ada")
			in.Responses[tt.key] = tt.value
			_, err := f.answer(in)
			wantErr(t, "RespondToAuthChallenge", err, tt.want)
		})
	}
	if u := f.get(c, "ada"); u.Status != cognito.UserStatusForceChangePassword || u.Attributes["given_name"] != "" {
		t.Errorf("user after refused answers: got %s, %v", u.Status, u.Attributes)
	}
	r, err := f.answer(with)
	wantTokens(t, "RespondToAuthChallenge at last", r, err)
}

// A required attribute that can be set but once can be set here.
func TestNewPasswordImmutableRequired(t *testing.T) {
	f := newService(t, func(in *cognito.CreateUserPoolRequest) {
		in.Schema = []*cognito.SchemaAttributeType{{Name: "email", Required: new(true), Mutable: new(false)}}
	})
	c := f.client()
	f.invited(c, "ada")
	r, err := f.answer(f.challenged(c, "ada", "userAttributes.email", "ada@example.com"))
	wantTokens(t, "RespondToAuthChallenge", r, err)
}

func TestNewPasswordHistory(t *testing.T) {
	remember := func(n int64) func(*cognito.CreateUserPoolRequest) {
		return func(in *cognito.CreateUserPoolRequest) {
			in.Policies = &cognito.UserPoolPolicyType{PasswordPolicy: &cognito.PasswordPolicyType{PasswordHistorySize: &n}}
		}
	}
	f := newService(t, remember(3))
	c := f.client()
	f.invited(c, "ada")
	_, err := f.answer(f.challenged(c, "ada", "NEW_PASSWORD", temporary))
	wantErr(t, "RespondToAuthChallenge with the temporary password", err, idp.ErrPasswordReused)

	f = newService(t)
	c = f.client()
	f.invited(c, "ada")
	r, err := f.answer(f.challenged(c, "ada", "NEW_PASSWORD", temporary))
	wantTokens(t, "RespondToAuthChallenge with the temporary password, no history", r, err)
}

// A name that stands beside the username cannot belong to two.
func TestNewPasswordAliasTaken(t *testing.T) {
	f := newService(t, aliases("preferred_username"))
	c := f.client()
	f.user(c, "grace", "preferred_username", "admiral")
	f.invited(c, "ada")
	in := f.challenged(c, "ada", "userAttributes.preferred_username", "admiral")
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrAliasTaken("preferred_username"))
	in.Responses["userAttributes.preferred_username"] = "countess"
	r, err := f.answer(in)
	wantTokens(t, "RespondToAuthChallenge with a free name", r, err)
	f.signedIn(c, "countess", otherPassword)
}

func TestNewPasswordOnce(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.invited(c, "ada")
	in := f.challenged(c, "ada")
	if n := winners(t, f, in, idp.ErrSessionSpent); n != 1 {
		t.Errorf("of 8 answers at once %d were accepted, want 1", n)
	}
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge later", err, idp.ErrSessionSpent)
}

func TestSession(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.invited(c, "ada")
	f.user(c, "grace")
	in := f.challenged(c, "ada")
	change := func(how func(in *signin.Answer)) signin.Answer {
		out := in
		how(&out)
		return out
	}
	other := f.client()
	for _, tt := range []struct {
		name string
		in   signin.Answer
		want error
	}{
		{"none", change(func(in *signin.Answer) { in.Session = "" }), errMissing("Session")},
		{"garbage", change(func(in *signin.Answer) { in.Session = "xxxxxxxxxxxxxxxxxxxxxxxxxxxx" }), idp.ErrSessionInvalid},
		{"another client", change(func(in *signin.Answer) { in.Client = other }), idp.ErrSessionInvalid},
		{"another user", change(func(in *signin.Answer) { in.Responses = pairs("USERNAME", "grace", "NEW_PASSWORD", otherPassword) }), idp.ErrSessionInvalid},
		{"another challenge", change(func(in *signin.Answer) {
			in.Challenge, in.Responses = cognito.ChallengeNameSmsMfa, pairs("USERNAME", in.Responses["USERNAME"], "SMS_MFA_CODE", "123456")
		}), idp.ErrSessionInvalid},
		{"a challenge without session", change(func(in *signin.Answer) { in.Challenge = cognito.ChallengeNamePasswordVerifier }), errMissing("PASSWORD_CLAIM_SIGNATURE")},
	} {
		_, err := f.answer(tt.in)
		wantErr(t, "RespondToAuthChallenge, "+tt.name, err, tt.want)
	}
	f.advance(3*time.Minute - time.Second)
	r, err := f.answer(in)
	wantTokens(t, "RespondToAuthChallenge in time", r, err)
}

// What ends a session before its answer.
func TestSessionEnds(t *testing.T) {
	tests := []struct {
		name string
		do   func(f *fixture, u *idp.User)
		want error
	}{
		{"time", func(f *fixture, u *idp.User) { f.advance(3 * time.Minute) }, idp.ErrSessionExpired},
		{"disabled", func(f *fixture, u *idp.User) { f.alter(u, disabled) }, idp.ErrUserDisabled},
		{"deleted", func(f *fixture, u *idp.User) {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(poolID, "ada") })
		}, idp.ErrSessionInvalid},
		{"made again", func(f *fixture, u *idp.User) {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(poolID, "ada") })
			f.invited(f.client(), "ada")
		}, idp.ErrSessionInvalid},
		{"another temporary password", func(f *fixture, u *idp.User) { f.set(u, otherPassword, false) }, idp.ErrSessionInvalid},
		{"a password to keep", func(f *fixture, u *idp.User) { f.set(u, otherPassword, true) }, idp.ErrSessionInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.client()
			u := f.invited(c, "ada")
			in := f.challenged(c, "ada")
			tt.do(f, u)
			_, err := f.answer(in)
			wantErr(t, "RespondToAuthChallenge", err, tt.want)
		})
	}
}

// set gives a user a password as an administrator does.
func (f *fixture) set(u *idp.User, password string, permanent bool) {
	f.t.Helper()
	pool, err := f.Accounts.Catalog.Pool(f.t.Context(), poolID)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.Accounts.AdminSetUserPassword(f.t.Context(), pool, u.Username, password, permanent); err != nil {
		f.t.Fatalf("AdminSetUserPassword: %v", err)
	}
}
