package account_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

const (
	janeMail   = "jane@example.com"
	janeNumber = "+12065551234"
)

// mfa makes text messages the second factor of a pool, and lets its users
// recover their accounts by phone first.
func mfa(mode cognito.UserPoolMfaType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) {
		in.MfaConfiguration = mode
		recovery(cognito.RecoveryOptionNameVerifiedPhoneNumber, cognito.RecoveryOptionNameVerifiedEmail)(in)
	}
}

// textMessages turns text messages on as a user's second factor.
func (f *fixture) textMessages(u *idp.User) error {
	return f.ChangeFactors(f.t.Context(), u, func(u *idp.User) error {
		u.Factors.TurnOn(cognito.ChallengeNameSmsMfa)
		return nil
	})
}

// A reset code does not go where the codes of the second factor go.
func TestForgotPasswordIsNotTheSecondFactor(t *testing.T) {
	f := newService(t)
	c := f.pool(mfa(cognito.UserPoolMfaOptional))
	u := f.user(c, "jane", "email", janeMail, "phone_number", janeNumber)
	f.resetCode(c, "jane")
	if to := f.mail.newest().To; to != janeNumber {
		t.Errorf("ForgotPassword without a second factor: sent to %s, want %s", to, janeNumber)
	}
	wantErr(t, "ChangeFactors", f.textMessages(u), nil)
	f.resetCode(c, "jane")
	if to := f.mail.newest().To; to != janeMail {
		t.Errorf("ForgotPassword with SMS as second factor: sent to %s, want %s", to, janeMail)
	}
	wantErr(t, "AdminResetUserPassword", f.AdminResetUserPassword(t.Context(), c.Pool, "jane", nil), nil)
	if to := f.mail.newest().To; to != janeMail {
		t.Errorf("AdminResetUserPassword with SMS as second factor: sent to %s, want %s", to, janeMail)
	}
}

func TestNoWayToRecoverBesideTheSecondFactor(t *testing.T) {
	f := newService(t)
	c := f.pool(mfa(cognito.UserPoolMfaOn))
	f.user(c, "jane", "phone_number", janeNumber)
	_, err := f.forgot(c, "jane")
	wantErr(t, "ForgotPassword", err, idp.ErrNoRecoveryChannel)
	wantErr(t, "AdminResetUserPassword", f.AdminResetUserPassword(t.Context(), c.Pool, "jane", nil), idp.ErrNoRecoveryChannel)

	hidden := map[string]*account.Delivery{}
	for _, name := range []string{"jane", "nobody"} {
		hidden[name], err = f.forgot(f.hiding(c), name)
		wantErr(t, "ForgotPassword("+name+") that hides users", err, nil)
	}
	if hidden["jane"].Medium != hidden["nobody"].Medium || f.mail.count() != 0 {
		t.Errorf("ForgotPassword that hides users: got %+v and %d messages, want the medium of nobody and no message", hidden["jane"], f.mail.count())
	}
}

// A code that went to the phone before the phone became the second factor does
// not reset the password any more.
func TestResetCodeOfTheSecondFactorIsVoid(t *testing.T) {
	f := newService(t)
	c := f.pool(mfa(cognito.UserPoolMfaOptional))
	u := f.user(c, "jane", "email", janeMail, "phone_number", janeNumber)
	code := f.resetCode(c, "jane")
	wantErr(t, "ChangeFactors", f.textMessages(u), nil)
	wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", code, newPassword), idp.ErrCodeExpired)
	if f.knows(c, "jane", newPassword) {
		t.Error("ConfirmForgotPassword refused, and the new password works")
	}
	code = f.resetCode(c, "jane")
	wantErr(t, "ConfirmForgotPassword with a code by e-mail", f.reset(c, "jane", code, newPassword), nil)
}

// The factor is turned on while a function writes the message to the phone.
func TestResetWhileFactorChanges(t *testing.T) {
	calls := map[string]func(f *fixture, c *account.Origin) error{
		"ForgotPassword": func(f *fixture, o *account.Origin) error {
			_, err := f.forgot(o.Client, "jane")
			return err
		},
		"AdminResetUserPassword": func(f *fixture, o *account.Origin) error {
			return f.AdminResetUserPassword(f.t.Context(), o.Client.Pool, "jane", nil)
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			f := newService(t)
			var u *idp.User
			fn := f.lambda.Handle("message", func(event map[string]any) (any, error) {
				if f.lambda.Calls("message") == 1 {
					return event, f.textMessages(u)
				}
				return event, nil
			})
			c := f.pool(mfa(cognito.UserPoolMfaOptional), triggers(cognito.LambdaConfigType{CustomMessage: fn}))
			u = f.user(c, "jane", "email", janeMail, "phone_number", janeNumber)
			wantErr(t, name, call(f, &account.Origin{Client: c}), nil)
			if f.mail.count() != 1 || f.mail.newest().To != janeMail {
				t.Errorf("%s: sent %d messages, the last to %s, want one, to %s", name, f.mail.count(), f.mail.newest().To, janeMail)
			}
			wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", f.mail.newest().Code, newPassword), nil)
		})
	}
}

// An administrator's password changes nothing about second factors.
func TestAdminPasswordsKeepFactors(t *testing.T) {
	f := newService(t)
	c := f.pool(mfa(cognito.UserPoolMfaOptional))
	u := f.user(c, "jane", "email", janeMail, "phone_number", janeNumber)
	wantErr(t, "ChangeFactors", f.textMessages(u), nil)
	want := f.get(c, "jane").Factors
	for name, call := range map[string]func() error{
		"AdminSetUserPassword":   func() error { return f.AdminSetUserPassword(t.Context(), c.Pool, "jane", newPassword, true) },
		"AdminResetUserPassword": func() error { return f.AdminResetUserPassword(t.Context(), c.Pool, "jane", nil) },
	} {
		wantErr(t, name, call(), nil)
		if d := cmp.Diff(want, f.get(c, "jane").Factors); d != "" {
			t.Errorf("%s: factors (-want +got):\n%s", name, d)
		}
	}
}

func TestMigrationTurnsTextMessagesOn(t *testing.T) {
	tests := []struct {
		name   string
		mode   cognito.UserPoolMfaType
		number string
		enable bool
		want   []cognito.ChallengeNameType
		fails  bool
	}{
		{"on", cognito.UserPoolMfaOptional, janeNumber, true, []cognito.ChallengeNameType{cognito.ChallengeNameSmsMfa}, false},
		{"required", cognito.UserPoolMfaOn, janeNumber, true, []cognito.ChallengeNameType{cognito.ChallengeNameSmsMfa}, false},
		{"not asked for", cognito.UserPoolMfaOptional, janeNumber, false, nil, false},
		{"no number", cognito.UserPoolMfaOptional, "", true, nil, true},
		{"no MFA", cognito.UserPoolMfaOff, janeNumber, true, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.pool(mfa(tt.mode), triggers(cognito.LambdaConfigType{UserMigration: lambdatest.ARN("migrate")}))
			attributes := map[string]any{"email": janeMail}
			if tt.number != "" {
				attributes["phone_number"] = tt.number
			}
			f.lambda.Set("migrate", lambdatest.Respond(map[string]any{
				"userAttributes": attributes, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS", "enableSMSMFA": tt.enable,
			}))
			_, err := f.Migrate(t.Context(), c, account.Migration{Username: "jane", Password: goodPassword, Source: trigger.UserMigrationAuthentication})
			if tt.fails {
				wantErr(t, "Migrate", err, (&trigger.MigrationError{ClientID: c.ID}).For(false))
				_, err := f.User(t.Context(), c.Pool, "jane")
				wantErr(t, "User(jane)", err, idp.ErrUserNotFound)
				return
			}
			wantErr(t, "Migrate", err, nil)
			if d := cmp.Diff(tt.want, f.get(c, "jane").Factors.Enabled); d != "" {
				t.Errorf("Migrate: second factors (-want +got):\n%s", d)
			}
		})
	}
}

// Of two changes made at once, neither is lost.
func TestChangeFactorsReadsAnew(t *testing.T) {
	f := newService(t)
	c := f.pool(mfa(cognito.UserPoolMfaOptional))
	u := f.user(c, "jane", "phone_number", janeNumber) // as an access token found it
	f.update(func(tx store.Tx) error {
		now := u.Clone()
		now.Factors.TurnOn(cognito.ChallengeNameEmailOtp)
		return tx.SetUser(now)
	})
	wantErr(t, "ChangeFactors", f.textMessages(u), nil)
	want := []cognito.ChallengeNameType{cognito.ChallengeNameSmsMfa, cognito.ChallengeNameEmailOtp}
	if d := cmp.Diff(want, f.get(c, "jane").Factors.Enabled); d != "" {
		t.Errorf("ChangeFactors: enabled (-want +got):\n%s", d)
	}
}
