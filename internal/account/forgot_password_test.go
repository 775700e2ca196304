package account_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
	"rockpool/internal/trigger/lambdatest"
)

func (f *fixture) forgot(c *catalog.Client, username string) (*account.Delivery, error) {
	return f.ForgotPassword(f.t.Context(), account.ForgotPassword{Origin: account.Origin{Client: c}, Username: username})
}

func (f *fixture) reset(c *catalog.Client, username, code, password string) error {
	return f.ConfirmForgotPassword(f.t.Context(), account.NewPassword{
		Origin: account.Origin{Client: c}, Username: username, Code: code, Password: password,
	})
}

// resetCode asks for a code for a user and returns it.
func (f *fixture) resetCode(c *catalog.Client, username string) string {
	f.t.Helper()
	if _, err := f.forgot(c, username); err != nil {
		f.t.Fatalf("ForgotPassword(%s): %v", username, err)
	}
	return f.mail.newest().Code
}

func recovery(mechanisms ...cognito.RecoveryOptionNameType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) {
		in.AccountRecoverySetting = &cognito.AccountRecoverySettingType{}
		for i, m := range mechanisms {
			in.AccountRecoverySetting.RecoveryMechanisms = append(in.AccountRecoverySetting.RecoveryMechanisms,
				&cognito.RecoveryOptionType{Name: m, Priority: int64(i + 1)})
		}
	}
}

func TestForgotPasswordSendsACodeWherePoolAndUserAllow(t *testing.T) {
	const email, phone = "jane@example.com", "+12065551234"
	both := []string{"email", email, "phone_number", phone}
	tests := []struct {
		name            string
		pool            func(*cognito.CreateUserPoolRequest)
		attributes      []string
		to, destination string
		want            error
	}{
		{"no setting prefers the phone", nil, both, phone, "+*******1234", nil},
		{"no setting falls back to e-mail", nil, both[:2], email, "j***@e***", nil},
		{"first priority", recovery(cognito.RecoveryOptionNameVerifiedEmail, cognito.RecoveryOptionNameVerifiedPhoneNumber), both, email, "j***@e***", nil},
		{"second priority", recovery(cognito.RecoveryOptionNameVerifiedPhoneNumber, cognito.RecoveryOptionNameVerifiedEmail), both[:2], email, "j***@e***", nil},
		{"only a channel the pool allows", recovery(cognito.RecoveryOptionNameVerifiedPhoneNumber), both[:2], "", "", idp.ErrNoRecoveryChannel},
		{"administrator only", recovery(cognito.RecoveryOptionNameAdminOnly), both, "", "", idp.ErrContactAdministrator},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			pool := tt.pool
			if pool == nil {
				pool = func(*cognito.CreateUserPoolRequest) {}
			}
			c := f.pool(pool)
			f.user(c, "jane", tt.attributes...)
			d, err := f.forgot(c, "jane")
			wantErr(t, "ForgotPassword", err, tt.want)
			if tt.want != nil {
				return
			}
			if d.Destination != tt.destination {
				t.Errorf("destination: got %q, want %q", d.Destination, tt.destination)
			}
			if m := f.mail.newest(); m.To != tt.to || len(m.Code) != 6 {
				t.Errorf("message: got to %q with code of %d digits, want to %q with 6", m.To, len(m.Code), tt.to)
			}
		})
	}
}

func TestForgotPasswordUsesVerifiedAttributesOnly(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "jane", "email", "jane@example.com")
	if err := f.AdminSetUserPassword(t.Context(), c.Pool, "jane", goodPassword, true); err != nil {
		t.Fatal(err)
	}
	_, err := f.forgot(c, "jane")
	wantErr(t, "ForgotPassword", err, idp.ErrNoRecoveryChannel)
}

func TestForgotPasswordLeavesPasswordAndStatus(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "jane", "email", "jane@example.com")
	f.resetCode(c, "jane")
	if !f.knows(c, "jane", goodPassword) {
		t.Error("the password stopped working")
	}
	if got := f.get(c, "jane").Status; got != cognito.UserStatusConfirmed {
		t.Errorf("status: got %s, want CONFIRMED", got)
	}
}

func TestForgotPasswordByState(t *testing.T) {
	states := []struct {
		name   string
		set    func(*fixture, *catalog.Client)
		legacy error
		hidden error // nil: simulated details
	}{
		{"unknown", func(f *fixture, c *catalog.Client) {}, idp.ErrUserClientNotFound, nil},
		{"disabled", func(f *fixture, c *catalog.Client) { f.alter(c, func(u *idp.User) { u.Enabled = false }) }, idp.ErrUserDisabled, nil},
		{"temporary password", func(f *fixture, c *catalog.Client) {
			f.alter(c, func(u *idp.User) { u.Status = cognito.UserStatusForceChangePassword })
		}, idp.ErrResetInState, idp.ErrResetInState},
		{"external", func(f *fixture, c *catalog.Client) {
			f.alter(c, func(u *idp.User) { u.Status = cognito.UserStatusExternalProvider })
		}, idp.ErrResetInState, idp.ErrResetInState},
		{"nothing verified", func(f *fixture, c *catalog.Client) {
			f.alter(c, func(u *idp.User) { u.Attributes["email_verified"] = "false" })
		}, idp.ErrNoRecoveryChannel, nil},
	}
	for _, tt := range states {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.pool()
			if tt.name != "unknown" {
				f.user(c, "jane", "email", "jane@example.com")
				tt.set(f, c)
			}
			_, err := f.forgot(c, "jane")
			wantErr(t, "ForgotPassword (LEGACY)", err, tt.legacy)
			d, err := f.forgot(f.hiding(c), "jane")
			wantErr(t, "ForgotPassword (ENABLED)", err, tt.hidden)
			if tt.hidden == nil && (d == nil || d.Destination == "") {
				t.Errorf("ForgotPassword (ENABLED): got %v, want simulated details", d)
			}
			if n := f.mail.count(); n != 0 {
				t.Errorf("messages sent: got %d, want 0", n)
			}
		})
	}
}

func TestForgotPasswordSimulatesTheSameDestinationEachTime(t *testing.T) {
	f := newService(t)
	c := f.hiding(f.pool())
	for _, tt := range []struct{ name, want string }{{"ghost@example.org", "g***@e***"}, {"ghost", ""}} {
		first, err := f.forgot(c, tt.name)
		if err != nil {
			t.Fatal(err)
		}
		second, err := f.forgot(c, tt.name)
		if err != nil {
			t.Fatal(err)
		}
		if *first != *second {
			t.Errorf("details for %s: got %v, then %v, want the same", tt.name, first, second)
		}
		if tt.want != "" && first.Destination != tt.want {
			t.Errorf("destination for %s: got %s, want %s", tt.name, first.Destination, tt.want)
		}
	}
}

func TestForgotPasswordReplacesTheFormerCode(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "jane", "email", "jane@example.com")
	first := f.resetCode(c, "jane")
	second := f.resetCode(c, "jane")
	if first != second { // one in a million
		wantErr(t, "ConfirmForgotPassword with the former code", f.reset(c, "jane", first, "N3w-passw0rd"), idp.ErrCodeMismatch)
	}
	wantErr(t, "ConfirmForgotPassword with the new code", f.reset(c, "jane", second, "N3w-passw0rd"), nil)
}

func TestForgotPasswordAndConfirmShareTheAttemptsOfAnHour(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "jane", "email", "jane@example.com")
	code := f.resetCode(c, "jane")
	for i := range idp.HourlyLimit[idp.AttemptReset] - 1 {
		wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", wrong(code), "N3w-passw0rd"), idp.ErrCodeMismatch)
		_ = i
	}
	wantErr(t, "ConfirmForgotPassword beyond the limit", f.reset(c, "jane", code, "N3w-passw0rd"), idp.ErrAttemptLimit)
	_, err := f.forgot(c, "jane")
	wantErr(t, "ForgotPassword beyond the limit", err, idp.ErrAttemptLimit)
	f.advance(time.Hour)
	wantErr(t, "ConfirmForgotPassword an hour later", f.reset(c, "jane", f.resetCode(c, "jane"), "N3w-passw0rd"), nil)
}

func TestSlowGuessingEndsWithTooManyFailedAttempts(t *testing.T) {
	for _, name := range []string{"jane", "ghost"} {
		t.Run(name, func(t *testing.T) {
			f := newService(t)
			c := f.hiding(f.pool())
			f.user(c, "jane", "email", "jane@example.com")
			var err error
			for range 8 {
				if _, err = f.forgot(c, name); err != nil {
					break
				}
				for err = idp.ErrCodeMismatch; err == idp.ErrCodeMismatch; {
					err = f.reset(c, name, "nocode", "N3w-passw0rd")
				}
				if err != idp.ErrAttemptLimit {
					break
				}
				f.advance(time.Hour)
			}
			wantErr(t, "the guess after a hundred wrong ones", err, idp.ErrTooManyFailedAttempts)
			_, err = f.forgot(c, name)
			wantErr(t, "ForgotPassword after them", err, idp.ErrAttemptLimit)
			f.advance(24 * time.Hour)
			_, err = f.forgot(c, name)
			wantErr(t, "ForgotPassword a day later", err, nil)
		})
	}
}

func TestForgotPasswordThatCannotBeDeliveredSaysSo(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "jane", "email", "jane@example.com")
	f.mail.fail = errors.New("refused")
	_, err := f.forgot(c, "jane")
	wantErr(t, "ForgotPassword", err, idp.ErrCodeDelivery)
}

func TestForgotPasswordTellsTheCustomMessageFunctionAndUsesItsText(t *testing.T) {
	f := newService(t)
	c := f.pool(func(in *cognito.CreateUserPoolRequest) {
		in.LambdaConfig = &cognito.LambdaConfigType{CustomMessage: lambdatest.ARN("message")}
		in.EmailConfiguration = &cognito.EmailConfigurationType{
			EmailSendingAccount: cognito.EmailSendingAccountDeveloper, SourceARN: "arn:aws:ses:us-east-1:000000000000:identity/example.com",
		}
	})
	f.user(c, "jane", "email", "jane@example.com")
	f.lambda.Set("message", lambdatest.Respond(map[string]any{"emailSubject": "Reset", "emailMessage": "Use {####}, please"}))
	_, err := f.ForgotPassword(t.Context(), account.ForgotPassword{
		Origin: account.Origin{Client: c}, Username: "jane", Metadata: map[string]string{"why": "test"},
	})
	wantErr(t, "ForgotPassword", err, nil)
	m := f.mail.newest()
	if want := "Use " + m.Code + ", please"; m.Body != want || m.Subject != "Reset" {
		t.Errorf("message: got %q, %q, want %q, Reset", m.Body, m.Subject, want)
	}
	event := f.event("message")
	if got := event["triggerSource"]; got != "CustomMessage_ForgotPassword" {
		t.Errorf("triggerSource: got %v", got)
	}
	if got := event["request"].(map[string]any)["clientMetadata"]; got == nil || got.(map[string]any)["why"] != "test" {
		t.Errorf("clientMetadata: got %v, want why: test", got)
	}
}

func TestForgotPasswordWhoseFunctionRefusesLeavesTheFormerCode(t *testing.T) {
	f := newService(t)
	c := f.pool(func(in *cognito.CreateUserPoolRequest) {
		in.LambdaConfig = &cognito.LambdaConfigType{CustomMessage: lambdatest.ARN("message")}
	})
	f.user(c, "jane", "email", "jane@example.com")
	f.lambda.Set("message", lambdatest.Echo(), lambdatest.Throw("Error", "not today"))
	code := f.resetCode(c, "jane")
	_, err := f.forgot(c, "jane")
	wantErr(t, "ForgotPassword", err, &idp.Error{Code: "UserLambdaValidationException", Message: "CustomMessage failed with error not today."})
	wantErr(t, "ConfirmForgotPassword with the former code", f.reset(c, "jane", code, "N3w-passw0rd"), nil)
}

func TestForgotPasswordMigratesAnUnknownUser(t *testing.T) {
	f := newService(t)
	c := f.pool(func(in *cognito.CreateUserPoolRequest) {
		in.LambdaConfig = &cognito.LambdaConfigType{UserMigration: lambdatest.ARN("migrate")}
	})
	f.lambda.Set("migrate", lambdatest.Respond(map[string]any{
		"userAttributes": map[string]any{"email": "jane@example.com", "email_verified": "true"},
		"messageAction":  "SUPPRESS",
	}))
	code := f.resetCode(c, "jane")
	if got := f.get(c, "jane").Status; got != cognito.UserStatusResetRequired {
		t.Errorf("status: got %s, want RESET_REQUIRED", got)
	}
	wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", code, "N3w-passw0rd"), nil)
	if !f.knows(c, "jane", "N3w-passw0rd") {
		t.Error("the new password does not work")
	}
}

func TestForgotPasswordRecordsTheAddressOfTheUser(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "jane", "email", "jane@example.com")
	ctx := idp.WithRequest(t.Context(), &idp.Request{ID: "r1", SourceIP: "192.0.2.1", UserAgent: "test"})
	if _, err := f.ForgotPassword(ctx, account.ForgotPassword{Origin: account.Origin{Client: c}, Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	e := f.events(u)[0]
	if e.Type != idp.EventForgotPassword || e.SourceIP != "192.0.2.1" || !e.Passed || e.Request != "r1" {
		t.Errorf("newest event: got %+v, want a passed ForgotPassword from 192.0.2.1", e)
	}
	in := account.ForgotPassword{Username: "jane", Origin: account.Origin{Client: c, UserContext: &cognito.UserContextDataType{IPAddress: "198.51.100.7"}}}
	_, err := f.ForgotPassword(ctx, in)
	wantErr(t, "ForgotPassword with an address from a client that may not pass it on", err, account.ErrUserContextAddress)
}

// alter changes the stored user jane.
func (f *fixture) alter(c *catalog.Client, how func(*idp.User)) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		u, err := tx.User(c.PoolID, "jane")
		if err != nil {
			return err
		}
		how(u)
		return tx.UpdateUser(u, u.Identifiers(c.Pool.UserPool))
	})
}

// newest returns the newest message, whoever it went to.
func (m *mailbox) newest() message.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent[len(m.sent)-1]
}

// attempts returns what was counted of a user.
func (f *fixture) attempts(c *catalog.Client, username string, kind idp.AttemptKind) *idp.Attempts {
	f.t.Helper()
	var a *idp.Attempts
	f.update(func(tx store.Tx) (err error) {
		a, err = tx.Attempts(c.PoolID, username, kind)
		return err
	})
	return a
}

// lock counts so many wrong passwords that the user is locked out.
func (f *fixture) lock(c *catalog.Client, u *idp.User) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		a, err := tx.Attempts(c.PoolID, u.Username, idp.AttemptPassword)
		if err != nil {
			return err
		}
		for range 8 {
			a.FailPassword(f.clock())
		}
		return tx.PutAttempts(a)
	})
}

// event returns the first event that a function got.
func (f *fixture) event(function string) map[string]any {
	f.t.Helper()
	var event map[string]any
	if err := json.Unmarshal(f.lambda.Events(function)[0], &event); err != nil {
		f.t.Fatal(err)
	}
	return event
}
