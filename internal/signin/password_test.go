package signin_test

import (
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// What a user's state has to say about a sign-in with a password, to clients
// that may know who exists and to those that may not.
func TestPassword(t *testing.T) {
	incorrect := error(idp.ErrIncorrectUsernameOrPassword)
	tests := []struct {
		name         string
		user         func(*idp.User) // nil: there is none
		password     string
		open, hiding error
	}{
		{"right", func(*idp.User) {}, goodPassword, nil, nil},
		{"wrong", func(*idp.User) {}, wrongPassword, incorrect, incorrect},
		{"unknown", nil, goodPassword, idp.ErrUserNotFound, incorrect},
		{"disabled, right", disabled, goodPassword, idp.ErrUserDisabled, idp.ErrUserDisabled},
		{"disabled, wrong", disabled, wrongPassword, idp.ErrUserDisabled, incorrect},
		{"reset, right", status(cognito.UserStatusResetRequired), goodPassword, idp.ErrPasswordResetRequired, idp.ErrPasswordResetRequired},
		{"reset, wrong", status(cognito.UserStatusResetRequired), wrongPassword, idp.ErrPasswordResetRequired, incorrect},
		{"imported", func(u *idp.User) { passwordless(u); u.Status = cognito.UserStatusResetRequired }, goodPassword, idp.ErrPasswordResetRequired, incorrect},
		{"unconfirmed, right", status(cognito.UserStatusUnconfirmed), goodPassword, idp.ErrUserNotConfirmed, idp.ErrUserNotConfirmed},
		{"unconfirmed, wrong", status(cognito.UserStatusUnconfirmed), wrongPassword, incorrect, incorrect},
		{"no password", passwordless, goodPassword, incorrect, incorrect},
		{"invited without a password", func(u *idp.User) { passwordless(u); u.Status = cognito.UserStatusForceChangePassword }, goodPassword, incorrect, incorrect},
		{"of another provider", func(u *idp.User) { passwordless(u); u.Status = cognito.UserStatusExternalProvider }, goodPassword, incorrect, incorrect},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			open, hides := f.client(), f.client(hiding)
			if tt.user != nil {
				f.alter(f.user(open, "ada"), tt.user)
			}
			for client, want := range map[*catalog.Client]error{open: tt.open, hides: tt.hiding} {
				f.advance(time.Hour) // no lock from the client before
				_, err := f.password(client, "ada", tt.password)
				wantErr(t, "InitiateAuth(USER_PASSWORD_AUTH)", err, want)
				_, err = f.initiate(admin(client), cognito.AuthFlowAdminUserPasswordAuth, "USERNAME", "ada", "PASSWORD", tt.password)
				wantErr(t, "AdminInitiateAuth(ADMIN_USER_PASSWORD_AUTH)", err, want)
				_, err = f.srp(by(client), "ada", tt.password)
				wantErr(t, "USER_SRP_AUTH", err, want)
			}
		})
	}
}

// Each check comes before those in the lines below it.
func TestPasswordOrder(t *testing.T) {
	f := newService(t, functions(cognito.LambdaConfigType{PreAuthentication: lambdatest.ARN("pre")}))
	f.lambda.Set("pre", lambdatest.Throw("Error", "not today"))
	c := f.client()
	u := f.user(c, "ada")
	f.alter(u, func(u *idp.User) { u.Enabled, u.Status = false, cognito.UserStatusResetRequired })
	lock := &idp.Attempts{PoolID: poolID, Subject: "ada", Kind: idp.AttemptPassword, Count: 5, Last: noon, LockedUntil: noon.Add(time.Second)}
	f.update(func(tx store.Tx) error { return tx.PutAttempts(lock) })
	signIn := func(what string, want error) {
		t.Helper()
		_, err := f.password(c, "ada", wrongPassword)
		wantErr(t, what, err, want)
		_, err = f.begin(by(c), "ada")
		wantErr(t, what+", SRP", err, want)
	}
	signIn("locked", idp.ErrPasswordAttemptsExceeded)
	f.advance(time.Second)
	signIn("disabled", idp.ErrUserDisabled)
	if n := f.lambda.Calls("pre"); n != 0 {
		t.Errorf("PreAuthentication ran %d times for a user who is locked or disabled, want 0", n)
	}
	f.alter(u, func(u *idp.User) { u.Enabled = true })
	signIn("refused by PreAuthentication", trigger.ErrThrown("PreAuthentication", "not today"))
	f.lambda.Set("pre", lambdatest.Echo())
	signIn("reset required", idp.ErrPasswordResetRequired)
	f.alter(u, status(cognito.UserStatusUnconfirmed))
	_, err := f.password(c, "ada", wrongPassword)
	wantErr(t, "wrong password", err, idp.ErrIncorrectUsernameOrPassword)
	f.advance(time.Hour)
	_, err = f.password(c, "ada", goodPassword)
	wantErr(t, "unconfirmed", err, idp.ErrUserNotConfirmed)
}

// The name may be any of the user's.
func TestPasswordByAlias(t *testing.T) {
	f := newService(t, aliases("email", "preferred_username"))
	c := f.client()
	f.user(c, "ada", "email", "ada@example.com", "email_verified", "true", "preferred_username", "countess")
	f.user(c, "eve", "email", "eve@example.com")
	for _, name := range []string{"ada", "ada@example.com", "countess"} {
		if got := claims(t, f.signedIn(c, name, goodPassword).AccessToken)["username"]; got != "ada" {
			t.Errorf("InitiateAuth(%s): got a token of %v, want one of ada", name, got)
		}
	}
	_, err := f.password(c, "eve@example.com", goodPassword)
	wantErr(t, "InitiateAuth with an address that is not verified", err, idp.ErrUserNotFound)
}

func TestPasswordByEmail(t *testing.T) {
	f := newService(t, func(in *cognito.CreateUserPoolRequest) {
		in.UsernameAttributes = []cognito.UsernameAttributeType{cognito.UsernameAttributeEmail}
		in.UsernameConfiguration = &cognito.UsernameConfigurationType{CaseSensitive: false}
	})
	c := f.client()
	u := f.user(c, "ada@example.com")
	for _, name := range []string{"ada@example.com", "Ada@Example.COM", u.Sub} {
		if got := claims(t, f.signedIn(c, name, goodPassword).AccessToken)["username"]; got != u.Sub {
			t.Errorf("InitiateAuth(%s): got a token of %v, want one of %s", name, got, u.Sub)
		}
	}
}

// A temporary password works for as long as the pool says.
func TestTemporaryPassword(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.invited(c, "ada")
	f.advance(7*24*time.Hour - time.Second)
	f.challenged(c, "ada")
	f.advance(time.Second)
	expired := idp.NotAuthorized("Temporary password has expired and must be reset by an administrator.")
	_, err := f.password(c, "ada", temporary)
	wantErr(t, "InitiateAuth after a week", err, expired)
	_, err = f.srp(by(c), "ada", temporary)
	wantErr(t, "USER_SRP_AUTH after a week", err, expired)
	_, err = f.password(c, "ada", wrongPassword)
	wantErr(t, "InitiateAuth after a week with a wrong password", err, idp.ErrIncorrectUsernameOrPassword)
}

// functions makes a pool with triggers.
func functions(l cognito.LambdaConfigType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) { in.LambdaConfig = &l }
}

// The tokens of one sign-in belong together and to the user.
func TestPasswordTokens(t *testing.T) {
	f := newService(t)
	c := f.client()
	u := f.user(c, "ada", "email", "ada@example.com")
	out := f.signedIn(c, "ada", goodPassword)
	access, id := claims(t, out.AccessToken), claims(t, out.IDToken)
	for _, name := range []string{"sub", "event_id", "origin_jti", "auth_time"} {
		if access[name] == nil || access[name] != id[name] {
			t.Errorf("claim %s: got %v in the access token and %v in the ID token, want the same", name, access[name], id[name])
		}
	}
	if access["sub"] != u.Sub || access["scope"] != "aws.cognito.signin.user.admin" || access["client_id"] != c.ID {
		t.Errorf("access token: got %v", access)
	}
	if id["email"] != "ada@example.com" || id["cognito:username"] != "ada" || id["aud"] != c.ID {
		t.Errorf("ID token: got %v", id)
	}
	if _, err := f.Tokens.Access(t.Context(), out.AccessToken); err != nil {
		t.Errorf("Access: %v", err)
	}
	if out.RefreshToken == "" || out.ExpiresIn != 3600 {
		t.Errorf("got refresh token %t and ExpiresIn %d, want one and 3600", out.RefreshToken != "", out.ExpiresIn)
	}
}

// A user who changes in the last moment is not let in: PostAuthentication is
// where a test can get between the check and the tokens.
func TestPasswordRaces(t *testing.T) {
	tests := []struct {
		name   string
		change func(f *fixture, c *catalog.Client, u *idp.User)
		want   error
	}{
		{"disabled", func(f *fixture, c *catalog.Client, u *idp.User) { f.alter(u, disabled) }, idp.ErrUserDisabled},
		{"reset", func(f *fixture, c *catalog.Client, u *idp.User) { f.alter(u, status(cognito.UserStatusResetRequired)) }, idp.ErrPasswordResetRequired},
		{"no password", func(f *fixture, c *catalog.Client, u *idp.User) { f.alter(u, passwordless) }, idp.ErrIncorrectUsernameOrPassword},
		{"another password", func(f *fixture, c *catalog.Client, u *idp.User) {
			if err := f.Accounts.AdminSetUserPassword(f.t.Context(), c.Pool, "ada", otherPassword, true); err != nil {
				f.t.Error(err)
			}
		}, idp.ErrIncorrectUsernameOrPassword},
		{"deleted", func(f *fixture, c *catalog.Client, u *idp.User) {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(poolID, "ada") })
		}, idp.ErrUserNotFound},
		{"locked", func(f *fixture, c *catalog.Client, u *idp.User) {
			for range 5 {
				_, err := f.password(c, "ada", wrongPassword)
				wantErr(f.t, "InitiateAuth(wrong password)", err, idp.ErrIncorrectUsernameOrPassword)
			}
		}, idp.ErrPasswordAttemptsExceeded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t, functions(cognito.LambdaConfigType{PostAuthentication: lambdatest.ARN("post")}))
			c := f.client()
			u := f.user(c, "ada")
			f.lambda.Handle("post", func(event map[string]any) (any, error) {
				tt.change(f, c, u)
				return event, nil
			})
			r, err := f.password(c, "ada", goodPassword)
			wantErr(t, "InitiateAuth", err, tt.want)
			if r != nil {
				t.Errorf("InitiateAuth: got %+v, want nothing", r)
			}
		})
	}
}
