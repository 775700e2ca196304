package account_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/trigger/lambdatest"
)

const newPassword = "N3w-passw0rd"

func TestConfirmForgotPassword(t *testing.T) {
	policy := func(rule string) error {
		return &idp.Error{Code: "InvalidPasswordException", Message: "Password does not conform to policy: " + rule}
	}
	tests := []struct {
		name, password string
		wrongCode      bool
		wait           time.Duration
		want           error
	}{
		{name: "right code", password: newPassword},
		{name: "wrong code", password: newPassword, wrongCode: true, want: idp.ErrCodeMismatch},
		{name: "code of almost an hour", password: newPassword, wait: time.Hour - time.Second},
		{name: "code of an hour", password: newPassword, wait: time.Hour, want: idp.ErrCodeExpired},
		{name: "short", password: "N3w-pas", want: policy("Password not long enough")},
		{name: "no lower case", password: "N3W-PASSWORD", want: policy("Password must have lowercase characters")},
		{name: "no upper case", password: "n3w-password", want: policy("Password must have uppercase characters")},
		{name: "no digit", password: "New-password", want: policy("Password must have numeric characters")},
		{name: "no symbol", password: "N3wpassword", want: policy("Password must have symbol characters")},
		{name: "blank at the end", password: "N3w-password ", want: policy(`Password must satisfy regular expression pattern: ^\S.*\S$`)},
		{name: "a blank inside is a symbol", password: "N3w password"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.pool()
			f.user(c, "jane", "email", "jane@example.com")
			code := f.resetCode(c, "jane")
			if tt.wrongCode {
				code = wrong(code)
			}
			f.advance(tt.wait)
			wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", code, tt.password), tt.want)
			if got, want := f.knows(c, "jane", tt.password), tt.want == nil; got != want {
				t.Errorf("the new password works: got %v, want %v", got, want)
			}
			if got, want := f.knows(c, "jane", goodPassword), tt.want != nil; got != want {
				t.Errorf("the old password works: got %v, want %v", got, want)
			}
		})
	}
}

func TestARefusedPasswordDoesNotSpendTheCode(t *testing.T) {
	f := newService(t)
	c := f.pool(func(in *cognito.CreateUserPoolRequest) {
		n := int64(3)
		in.Policies = &cognito.UserPoolPolicyType{PasswordPolicy: &cognito.PasswordPolicyType{PasswordHistorySize: &n}}
	})
	f.user(c, "jane", "email", "jane@example.com")
	code := f.resetCode(c, "jane")
	wantErr(t, "ConfirmForgotPassword with the current password", f.reset(c, "jane", code, goodPassword), idp.ErrPasswordReused)
	wantErr(t, "ConfirmForgotPassword with another", f.reset(c, "jane", code, newPassword), nil)
}

func TestAUsedOrMissingCodeIsExpired(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "jane", "email", "jane@example.com")
	wantErr(t, "ConfirmForgotPassword without a code", f.reset(c, "jane", "123456", newPassword), idp.ErrCodeExpired)
	code := f.resetCode(c, "jane")
	wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", code, newPassword), nil)
	wantErr(t, "ConfirmForgotPassword again", f.reset(c, "jane", code, newPassword), idp.ErrCodeExpired)
}

func TestAFormerPasswordIsNotToldToWhoHasNoCode(t *testing.T) {
	f := newService(t)
	c := f.pool(func(in *cognito.CreateUserPoolRequest) {
		n := int64(3)
		in.Policies = &cognito.UserPoolPolicyType{PasswordPolicy: &cognito.PasswordPolicyType{PasswordHistorySize: &n}}
	})
	f.user(c, "jane", "email", "jane@example.com")
	code := f.resetCode(c, "jane")
	wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", wrong(code), goodPassword), idp.ErrCodeMismatch)
}

func TestPasswordHistoryRemembersAsManyAsThePolicySays(t *testing.T) {
	for _, tt := range []struct {
		size int64
		old  int // how many of the oldest may be used again
	}{{0, 4}, {1, 3}, {2, 2}, {3, 1}, {4, 0}, {24, 0}} {
		f := newService(t)
		c := f.pool(func(in *cognito.CreateUserPoolRequest) {
			in.Policies = &cognito.UserPoolPolicyType{PasswordPolicy: &cognito.PasswordPolicyType{PasswordHistorySize: &tt.size}}
		})
		f.user(c, "jane", "email", "jane@example.com")
		passwords := []string{goodPassword, "Passw0rd-1", "Passw0rd-2", "Passw0rd-3"}
		for _, p := range passwords[1:] {
			wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", f.resetCode(c, "jane"), p), nil)
		}
		code := f.resetCode(c, "jane")
		for i := len(passwords) - 1; i >= tt.old; i-- {
			wantErr(t, "ConfirmForgotPassword with a former password", f.reset(c, "jane", code, passwords[i]), idp.ErrPasswordReused)
		}
		if tt.old > 0 {
			wantErr(t, "ConfirmForgotPassword with one that is forgotten", f.reset(c, "jane", code, passwords[tt.old-1]), nil)
		}
	}
}

func TestConfirmForgotPasswordFindsTheUserByEveryName(t *testing.T) {
	t.Run("aliases", func(t *testing.T) {
		f := newService(t)
		c := f.pool(func(in *cognito.CreateUserPoolRequest) {
			in.AliasAttributes = []cognito.AliasAttributeType{cognito.AliasAttributeEmail, cognito.AliasAttributePhoneNumber, cognito.AliasAttributePreferredUsername}
			in.UsernameConfiguration = &cognito.UsernameConfigurationType{CaseSensitive: false}
		})
		f.user(c, "jane", "email", "Jane@example.com", "phone_number", "+12065551234", "preferred_username", "jd")
		for i, name := range []string{"jane", "JANE", "jane@EXAMPLE.com", "+12065551234", "JD"} {
			password := "Passw0rd-" + string(rune('a'+i))
			wantErr(t, "ConfirmForgotPassword("+name+")", f.reset(c, name, f.resetCode(c, name), password), nil)
			if !f.knows(c, "jane", password) {
				t.Errorf("the password set as %s does not work", name)
			}
		}
	})
	t.Run("e-mail as username", func(t *testing.T) {
		f := newService(t)
		c := f.pool(func(in *cognito.CreateUserPoolRequest) {
			in.UsernameAttributes = []cognito.UsernameAttributeType{cognito.UsernameAttributeEmail}
		})
		u := f.user(c, "jane@example.com", "email", "jane@example.com")
		for i, name := range []string{"jane@example.com", u.Sub} {
			password := "Passw0rd-" + string(rune('a'+i))
			wantErr(t, "ConfirmForgotPassword("+name+")", f.reset(c, name, f.resetCode(c, name), password), nil)
			if !f.knows(c, u.Sub, password) {
				t.Errorf("the password set as %s does not work", name)
			}
		}
	})
	t.Run("case counts where the pool says so", func(t *testing.T) {
		f := newService(t)
		c := f.pool()
		f.user(c, "jane", "email", "jane@example.com")
		_, err := f.forgot(c, "JANE")
		wantErr(t, "ForgotPassword", err, idp.ErrUserClientNotFound)
	})
}

func TestConfirmForgotPasswordByState(t *testing.T) {
	tests := []struct {
		name   string
		set    func(*idp.User)
		legacy error
		hidden error
	}{
		{"disabled", func(u *idp.User) { u.Enabled = false }, idp.ErrUserDisabled, idp.ErrUserDisabled},
		{"unconfirmed", func(u *idp.User) { u.Status = cognito.UserStatusUnconfirmed }, idp.ErrUserNotConfirmed, idp.ErrUserNotConfirmed},
		{"temporary password", func(u *idp.User) { u.Status = cognito.UserStatusForceChangePassword }, idp.ErrResetInState, idp.ErrResetInState},
		{"reset required", func(u *idp.User) { u.Status = cognito.UserStatusResetRequired }, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, mode := range []string{"LEGACY", "ENABLED"} {
				f := newService(t)
				c := f.pool()
				want := tt.legacy
				if mode == "ENABLED" {
					c, want = f.hiding(c), tt.hidden
				}
				f.user(c, "jane", "email", "jane@example.com")
				code := f.resetCode(c, "jane")
				f.alter(c, tt.set)
				if mode == "ENABLED" {
					wantErr(t, mode+" with a wrong code", f.reset(c, "jane", wrong(code), newPassword), idp.ErrCodeMismatch)
				}
				wantErr(t, mode+" with the right code", f.reset(c, "jane", code, newPassword), want)
				if want == nil {
					if got := f.get(c, "jane").Status; got != cognito.UserStatusConfirmed {
						t.Errorf("status: got %s, want CONFIRMED", got)
					}
				}
			}
		})
	}
}

func TestConfirmForgotPasswordOfAnUnknownUser(t *testing.T) {
	f := newService(t)
	c := f.pool()
	wantErr(t, "LEGACY", f.reset(c, "ghost", "123456", newPassword), idp.ErrUserClientNotFound)
	h := f.hiding(c)
	wantErr(t, "ENABLED, no code asked for", f.reset(h, "ghost", "123456", newPassword), idp.ErrCodeExpired)
	if _, err := f.forgot(h, "ghost"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "ENABLED, a code asked for", f.reset(h, "ghost", "123456", newPassword), idp.ErrCodeMismatch)
	f.advance(time.Hour)
	wantErr(t, "ENABLED, an hour later", f.reset(h, "ghost", "123456", newPassword), idp.ErrCodeExpired)
}

func TestOfManyWhoRedeemOneCodeOneWins(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "jane", "email", "jane@example.com")
	code := f.resetCode(c, "jane")
	var wg sync.WaitGroup
	var wins atomic.Int32
	var winner atomic.Value
	for i := range 12 {
		wg.Go(func() {
			password := "Passw0rd-" + string(rune('a'+i))
			switch err := f.reset(c, "jane", code, password); {
			case err == nil:
				wins.Add(1)
				winner.Store(password)
			case !errors.Is(err, idp.ErrCodeExpired):
				t.Errorf("ConfirmForgotPassword: got %v, want nil or %v", err, idp.ErrCodeExpired)
			}
		})
	}
	wg.Wait()
	if n := wins.Load(); n != 1 {
		t.Fatalf("%d redeemed the code, want 1", n)
	}
	if !f.knows(c, "jane", winner.Load().(string)) {
		t.Error("the winner's password does not work")
	}
}

func TestAResetClearsTheLockout(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "jane", "email", "jane@example.com")
	f.lock(c, u)
	wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", f.resetCode(c, "jane"), newPassword), nil)
	if a := f.attempts(c, u.Username, idp.AttemptPassword); a.Count != 0 || a.Locked(f.clock()) {
		t.Errorf("counter of wrong passwords: got %+v, want none", a)
	}
}

func TestConfirmForgotPasswordTellsPostConfirmation(t *testing.T) {
	withTrigger := func(f *fixture) *catalog.Client {
		c := f.pool(func(in *cognito.CreateUserPoolRequest) {
			in.LambdaConfig = &cognito.LambdaConfigType{PostConfirmation: lambdatest.ARN("post")}
		})
		f.user(c, "jane", "email", "jane@example.com")
		return c
	}
	t.Run("event", func(t *testing.T) {
		f := newService(t)
		c := withTrigger(f)
		f.lambda.Set("post", lambdatest.Echo())
		err := f.ConfirmForgotPassword(t.Context(), account.NewPassword{
			Origin: account.Origin{Client: c}, Username: "jane", Code: f.resetCode(c, "jane"), Password: newPassword, Metadata: map[string]string{"k": "v"},
		})
		wantErr(t, "ConfirmForgotPassword", err, nil)
		event := f.event("post")
		request := event["request"].(map[string]any)
		if event["triggerSource"] != "PostConfirmation_ConfirmForgotPassword" || event["userName"] != "jane" ||
			request["clientMetadata"].(map[string]any)["k"] != "v" || request["userAttributes"].(map[string]any)["cognito:user_status"] != "CONFIRMED" {
			t.Errorf("event: got %v", event)
		}
	})
	t.Run("refusal leaves the new password", func(t *testing.T) {
		f := newService(t)
		c := withTrigger(f)
		f.lambda.Set("post", lambdatest.Throw("Error", "no"))
		err := f.reset(c, "jane", f.resetCode(c, "jane"), newPassword)
		wantErr(t, "ConfirmForgotPassword", err, &idp.Error{Code: "UserLambdaValidationException", Message: "PostConfirmation failed with error no."})
		if !f.knows(c, "jane", newPassword) {
			t.Error("the new password does not work")
		}
	})
	t.Run("unusable answer", func(t *testing.T) {
		f := newService(t)
		c := withTrigger(f)
		f.lambda.Set("post", lambdatest.Raw([]byte(`"what"`)))
		err := f.reset(c, "jane", f.resetCode(c, "jane"), newPassword)
		wantErr(t, "ConfirmForgotPassword", err, &idp.Error{Code: "InvalidLambdaResponseException", Message: "Unrecognizable lambda output"})
	})
}

func TestConfirmForgotPasswordRecordsEveryAttempt(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "jane", "email", "jane@example.com")
	code := f.resetCode(c, "jane")
	ctx := idp.WithRequest(t.Context(), &idp.Request{SourceIP: "192.0.2.9"})
	for _, typed := range []string{wrong(code), code} {
		f.advance(time.Second)
		_ = f.ConfirmForgotPassword(ctx, account.NewPassword{Origin: account.Origin{Client: c}, Username: "jane", Code: typed, Password: newPassword})
	}
	events := f.events(u)
	if e := events[0]; e.Type != idp.EventPasswordChange || !e.Passed || e.SourceIP != "192.0.2.9" {
		t.Errorf("newest event: got %+v, want a passed PasswordChange from 192.0.2.9", e)
	}
	if e := events[1]; e.Passed || e.Outcome != "CodeMismatchException" {
		t.Errorf("event before: got %+v, want a CodeMismatchException", e)
	}
}

func TestAdminResetUserPassword(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "jane", "email", "jane@example.com")
	if err := f.AdminResetUserPassword(t.Context(), c.Pool, "jane", nil); err != nil {
		t.Fatal(err)
	}
	if got := f.get(c, "jane").Status; got != cognito.UserStatusResetRequired {
		t.Errorf("status: got %s, want RESET_REQUIRED", got)
	}
	wantErr(t, "ConfirmForgotPassword", f.reset(c, "jane", f.mail.newest().Code, newPassword), nil)
	if got := f.get(c, "jane").Status; got != cognito.UserStatusConfirmed {
		t.Errorf("status after: got %s, want CONFIRMED", got)
	}
}

// The operation has no error for a delivery that failed, but one for a medium
// that is not set up.
func TestAdminResetUserPasswordThatCannotBeDeliveredSaysSo(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "jane", "email", "jane@example.com")
	f.mail.fail = errors.New("refused")
	wantErr(t, "AdminResetUserPassword", f.AdminResetUserPassword(t.Context(), c.Pool, "jane", nil), idp.ErrEmailNotSent)
	f.mail.fail = nil
	wantErr(t, "AdminResetUserPassword again", f.AdminResetUserPassword(t.Context(), c.Pool, "jane", nil), nil)
}

func TestAdminResetUserPasswordByState(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*idp.User)
		want error
	}{
		{"disabled", func(u *idp.User) { u.Enabled = false }, account.ErrDisabledAdminReset},
		{"unconfirmed", func(u *idp.User) { u.Status = cognito.UserStatusUnconfirmed }, idp.ErrResetInState},
		{"temporary password", func(u *idp.User) { u.Status = cognito.UserStatusForceChangePassword }, idp.ErrResetInState},
		{"reset required", func(u *idp.User) { u.Status = cognito.UserStatusResetRequired }, nil},
		{"nothing verified", func(u *idp.User) { u.Attributes["email_verified"] = "false" }, idp.ErrNoRecoveryChannel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.pool()
			f.user(c, "jane", "email", "jane@example.com")
			f.alter(c, tt.set)
			wantErr(t, "AdminResetUserPassword", f.AdminResetUserPassword(t.Context(), c.Pool, "jane", nil), tt.want)
		})
	}
	f := newService(t)
	c := f.pool()
	wantErr(t, "AdminResetUserPassword of nobody", f.AdminResetUserPassword(t.Context(), c.Pool, "ghost", nil), idp.ErrUserNotFound)
}
