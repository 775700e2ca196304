package signin_test

import (
	"sync"
	"testing"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// migrating makes a service with a UserMigration function that knows ada.
func migrating(t *testing.T, change ...func(*cognito.CreateUserPoolRequest)) *fixture {
	t.Helper()
	f := newService(t, append(change, functions(cognito.LambdaConfigType{
		UserMigration: lambdatest.ARN("migrate"), PreAuthentication: lambdatest.ARN("pre"),
	}))...)
	f.lambda.Set("pre", lambdatest.Echo())
	f.migrates("CONFIRMED")
	return f
}

func (f *fixture) migrates(status string) {
	f.lambda.Set("migrate", lambdatest.Respond(map[string]any{
		"userAttributes":  map[string]any{"email": "ada@example.com", "email_verified": "true"},
		"finalUserStatus": status,
		"messageAction":   "SUPPRESS",
	}))
}

func TestMigration(t *testing.T) {
	f := migrating(t)
	c := f.client()
	const weak = "weak" // the policy does not apply
	out := f.signedIn(c, "ada", weak)
	if id := claims(t, out.IDToken); id["cognito:username"] != "ada" || id["email"] != "ada@example.com" {
		t.Errorf("ID token: got %v", id)
	}
	if got := f.member("migrate", "password"); got != `"weak"` || f.event("migrate").TriggerSource != "UserMigration_Authentication" {
		t.Errorf("UserMigration: got password %s, source %s", got, f.event("migrate").TriggerSource)
	}
	if got := f.event("pre").UserName; got != "ada" {
		t.Errorf("PreAuthentication of the migrated user: got %q, want ada", got)
	}
	f.signedIn(c, "ada", weak)
	r, err := f.srp(by(c), "ada", weak)
	wantTokens(t, "USER_SRP_AUTH afterwards", r, err)
	_, err = f.password(c, "ada", goodPassword)
	wantErr(t, "InitiateAuth(another password) afterwards", err, idp.ErrIncorrectUsernameOrPassword)
	if n := f.lambda.Calls("migrate"); n != 1 {
		t.Errorf("UserMigration ran %d times, want 1", n)
	}
}

func TestMigrationThroughAdmin(t *testing.T) {
	f := migrating(t)
	r, err := f.initiate(admin(f.client()), cognito.AuthFlowAdminUserPasswordAuth, "USERNAME", "ada", "PASSWORD", "weak")
	wantTokens(t, "AdminInitiateAuth", r, err)
}

// With SRP there is no password that the function could be shown.
func TestMigrationNotWithSRP(t *testing.T) {
	f := migrating(t)
	_, err := f.begin(by(f.client()), "ada")
	wantErr(t, "InitiateAuth(USER_SRP_AUTH)", err, idp.ErrUserNotFound)
	if n := f.lambda.Calls("migrate"); n != 0 {
		t.Errorf("UserMigration ran %d times, want 0", n)
	}
}

func TestMigrationResetRequired(t *testing.T) {
	for name, hidden := range map[string]bool{"open": false, "hiding": true} {
		t.Run(name, func(t *testing.T) {
			f := migrating(t)
			f.migrates("RESET_REQUIRED")
			c := f.client()
			if hidden {
				c = f.client(hiding)
			}
			_, err := f.password(c, "ada", "weak")
			wantErr(t, "InitiateAuth", err, idp.ErrPasswordResetRequired)
			if u := f.get(c, "ada"); u.Status != cognito.UserStatusResetRequired || u.Password != nil {
				t.Errorf("migrated user: got %s, password %t, want RESET_REQUIRED without one", u.Status, u.Password != nil)
			}
			if got := f.event("pre").UserName; got != "ada" {
				t.Errorf("PreAuthentication of the migrated user: got %q, want ada", got)
			}
		})
	}
}

// What the function refuses is told in its words, and counts as a wrong
// password.
func TestMigrationRefused(t *testing.T) {
	tests := []struct {
		name         string
		behaviour    lambdatest.Behaviour
		open, hiding func(c *catalog.Client) error
	}{
		{"thrown", lambdatest.Throw("Error", "Bad password"),
			func(*catalog.Client) error { return trigger.ErrThrown("UserMigration", "Bad password") },
			func(*catalog.Client) error { return trigger.ErrThrown("UserMigration", "Bad password") }},
		{"nothing in the answer", lambdatest.Echo(),
			func(c *catalog.Client) error { return (&trigger.MigrationError{ClientID: c.ID}).For(false) },
			func(c *catalog.Client) error { return (&trigger.MigrationError{ClientID: c.ID}).For(true) }},
		{"no event", lambdatest.Raw([]byte(`null`)),
			func(c *catalog.Client) error { return (&trigger.MigrationError{ClientID: c.ID}).For(false) },
			func(c *catalog.Client) error { return (&trigger.MigrationError{ClientID: c.ID}).For(true) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for client, want := range map[bool]func(*catalog.Client) error{false: tt.open, true: tt.hiding} {
				f := migrating(t)
				f.lambda.Set("migrate", tt.behaviour)
				c := f.client()
				if client {
					c = f.client(hiding)
				}
				for range 5 {
					_, err := f.password(c, "ada", "weak")
					wantErr(t, "InitiateAuth", err, want(c))
				}
				_, err := f.password(c, "ada", "weak")
				wantErr(t, "InitiateAuth during the lock", err, idp.ErrPasswordAttemptsExceeded)
				if n := f.lambda.Calls("migrate"); n != 5 {
					t.Errorf("UserMigration ran %d times, want 5", n)
				}
			}
		})
	}
}

// A function that cannot be reached has not looked at any password.
func TestMigrationUnreachable(t *testing.T) {
	f := migrating(t)
	f.lambda.Set("migrate", lambdatest.AccessDenied())
	c := f.client()
	for range 6 {
		_, err := f.password(c, "ada", "weak")
		wantErr(t, "InitiateAuth", err, trigger.ErrInvocation("UserMigration", "AccessDeniedException"))
	}
}

// Two sign-ins may bring the same user at once: there is one user, and both
// are let in.
func TestMigrationAtOnce(t *testing.T) {
	f := migrating(t)
	var both sync.WaitGroup
	both.Add(2)
	f.lambda.Handle("migrate", func(event map[string]any) (any, error) {
		both.Done()
		both.Wait()
		event["response"] = map[string]any{"userAttributes": map[string]any{"name": "Ada"}, "finalUserStatus": "CONFIRMED"}
		return event, nil
	})
	c := f.client()
	var wg sync.WaitGroup
	subs := make([]any, 2)
	for i := range subs {
		wg.Go(func() {
			r, err := f.password(c, "ada", "weak")
			wantTokens(t, "InitiateAuth", r, err)
			if err == nil {
				subs[i] = claims(t, r.Tokens.AccessToken)["sub"]
			}
		})
	}
	wg.Wait()
	if subs[0] != subs[1] {
		t.Errorf("two sign-ins at once made two users, %v and %v", subs[0], subs[1])
	}
}

// An alias that belongs to somebody else moves only if the function says so.
func TestMigrationAlias(t *testing.T) {
	f := migrating(t, aliases("email"))
	c := f.client()
	f.user(c, "grace", "email", "ada@example.com", "email_verified", "true")
	_, err := f.password(c, "ada", "weak")
	wantErr(t, "InitiateAuth", err, (&trigger.MigrationError{ClientID: c.ID}).For(false))
	f.lambda.Set("migrate", lambdatest.Respond(map[string]any{
		"userAttributes":  map[string]any{"email": "ada@example.com", "email_verified": "true"},
		"finalUserStatus": "CONFIRMED", "forceAliasCreation": true,
	}))
	f.signedIn(c, "ada", "weak")
	if u := f.get(c, "ada@example.com"); u.Username != "ada" {
		t.Errorf("ada@example.com is %s after the migration, want ada", u.Username)
	}
	if f.get(c, "grace").Verified("email") {
		t.Error("grace's address is still verified")
	}
}
