package account_test

import (
	"testing"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// firstFactors makes a pool whose users may begin with factors.
func firstFactors(list ...cognito.AuthFactorType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) {
		in.Policies = &cognito.UserPoolPolicyType{SignInPolicy: &cognito.SignInPolicyType{AllowedFirstAuthFactors: list}}
	}
}

var byMail = firstFactors(cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp)

// withoutPassword is a sign-up without a password.
func withoutPassword(c *catalog.Client, username string, attributes ...string) account.SignUp {
	in := newcomer(c, username, attributes...)
	in.Password = ""
	return in
}

func TestSignUpWithoutPassword(t *testing.T) {
	tests := []struct {
		name       string
		pool       func(*cognito.CreateUserPoolRequest)
		attributes []string
		want       error
	}{
		{"codes by e-mail", byMail, []string{"email", "ada@example.com"}, nil},
		{"codes by SMS", firstFactors(cognito.AuthFactorSmsOtp), []string{"phone_number", "+12065550100"}, nil},
		{"no address", byMail, nil, idp.ErrNothingToSendCodesTo},
		{"another address", byMail, []string{"phone_number", "+12065550100"}, idp.ErrNothingToSendCodesTo},
		{"passwords only", firstFactors(cognito.AuthFactorPassword), []string{"email", "ada@example.com"}, idp.ErrPasswordMissing},
		{"passkeys", firstFactors(cognito.AuthFactorPassword, cognito.AuthFactorWebAuthn), []string{"email", "ada@example.com"}, idp.ErrPasswordMissing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.pool(tt.pool)
			_, err := f.SignUp(t.Context(), withoutPassword(c, "ada", tt.attributes...))
			wantErr(t, "SignUp", err, tt.want)
			if tt.want != nil {
				return
			}
			if u := f.get(c, "ada"); u.Password != nil || u.Status != cognito.UserStatusUnconfirmed {
				t.Errorf("SignUp: got status %s and password %v, want UNCONFIRMED and none", u.Status, u.Password)
			}
		})
	}
}

// A password that is given must be a good one, where none is needed too.
func TestSignUpWithABadPasswordWhereNoneIsNeeded(t *testing.T) {
	f := newService(t)
	in := withoutPassword(f.pool(byMail), "ada", "email", "ada@example.com")
	in.Password = "short"
	_, err := f.SignUp(t.Context(), in)
	wantErr(t, "SignUp", err, &idp.Error{Code: "InvalidPasswordException", Message: "Password did not conform with policy: Password not long enough"})
}

func TestAdminCreateUserWithoutPassword(t *testing.T) {
	const confirmed, unconfirmed = cognito.UserStatusConfirmed, cognito.UserStatusUnconfirmed
	tests := []struct {
		name       string
		pool       func(*cognito.CreateUserPoolRequest)
		attributes []string
		status     cognito.UserStatusType
		want       error
	}{
		{"verified", byMail, []string{"email", "ada@example.com", "email_verified", "true"}, confirmed, nil},
		{"not verified", byMail, []string{"email", "ada@example.com"}, unconfirmed, nil},
		{"something else verified", byMail, []string{"email", "ada@example.com", "phone_number", "+12065550100", "phone_number_verified", "true"}, unconfirmed, nil},
		{"no address", byMail, nil, "", idp.ErrNothingToSendCodesTo},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.pool(tt.pool)
			u, err := f.AdminCreateUser(t.Context(), account.AdminCreateUser{
				Pool: c.Pool, Username: "ada", Attributes: attrs(tt.attributes...), Media: []cognito.DeliveryMediumType{cognito.DeliveryMediumEmail},
			})
			wantErr(t, "AdminCreateUser", err, tt.want)
			if tt.want != nil {
				return
			}
			if u.Password != nil || u.Status != tt.status {
				t.Errorf("AdminCreateUser: got status %s and password %v, want %s and none", u.Status, u.Password, tt.status)
			}
			if n := f.mail.count(); n != 0 {
				t.Errorf("AdminCreateUser: sent %d invitations without a password in them, want 0", n)
			}
			_, err = f.ResendInvitation(t.Context(), account.AdminCreateUser{Pool: c.Pool, Username: "ada"})
			wantErr(t, "AdminCreateUser(RESEND)", err, idp.ErrResendInvitation("ada"))
		})
	}
}

// A temporary password that is given, and a pool of passwords, lead to the
// usual user.
func TestAdminCreateUserWithPasswordWhereNoneIsNeeded(t *testing.T) {
	f := newService(t)
	c := f.pool(byMail)
	u, err := f.AdminCreateUser(t.Context(), account.AdminCreateUser{Pool: c.Pool, Username: "ada", Password: goodPassword, Suppress: true})
	wantErr(t, "AdminCreateUser", err, nil)
	if u.Password == nil || u.Status != cognito.UserStatusForceChangePassword {
		t.Errorf("AdminCreateUser: got status %s and password %v, want FORCE_CHANGE_PASSWORD and one", u.Status, u.Password)
	}
}

// Each way to a password leads somebody without one to the first.
func TestFirstPassword(t *testing.T) {
	ways := map[string]func(f *fixture, c *catalog.Client) error{
		"by an administrator": func(f *fixture, c *catalog.Client) error {
			return f.AdminSetUserPassword(f.t.Context(), c.Pool, "ada", goodPassword, true)
		},
		"by a code": func(f *fixture, c *catalog.Client) error {
			return f.reset(c, "ada", f.resetCode(c, "ada"), goodPassword)
		},
		"by the user": func(f *fixture, c *catalog.Client) error {
			return f.changePassword(c, "ada", "", goodPassword)
		},
		"after a reset by an administrator": func(f *fixture, c *catalog.Client) error {
			if err := f.AdminResetUserPassword(f.t.Context(), c.Pool, "ada", nil); err != nil {
				return err
			}
			return f.reset(c, "ada", f.mail.newest().Code, goodPassword)
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			f := newService(t)
			c := f.pool(byMail)
			_, err := f.AdminCreateUser(t.Context(), account.AdminCreateUser{
				Pool: c.Pool, Username: "ada", Attributes: attrs("email", "ada@example.com", "email_verified", "true"),
			})
			wantErr(t, "AdminCreateUser", err, nil)
			wantErr(t, "setting a password", way(f, c), nil)
			if !f.knows(c, "ada", goodPassword) || f.get(c, "ada").Status != cognito.UserStatusConfirmed {
				t.Error("the user has no password afterwards, or is not CONFIRMED")
			}
			wantErr(t, "ChangePassword without the previous one", f.changePassword(c, "ada", "", otherPassword), account.ErrPreviousPasswordMissing)
		})
	}
}

// What a caller adds to a sign-up and its confirmation is done with it or not
// at all.
func TestSignUpAlso(t *testing.T) {
	f := newService(t)
	c := f.pool(byMail)
	refusal := idp.InvalidParameter("no")
	in := withoutPassword(c, "ada", "email", "ada@example.com")
	in.Also = func(store.Tx, *idp.User) error { return refusal }
	_, err := f.SignUp(t.Context(), in)
	wantErr(t, "SignUp", err, refusal)
	if _, err := f.User(t.Context(), c.Pool, "ada"); err != idp.ErrUserNotFound {
		t.Errorf("User after a refused sign-up: got error %v, want %v", err, idp.ErrUserNotFound)
	}

	f.signUp(c, "ada", "email", "ada@example.com")
	confirm := account.ConfirmSignUp{Origin: account.Origin{Client: c}, Username: "ada", Code: f.mail.newest().Code}
	confirm.Also = func(_ store.Tx, u *idp.User, attribute string) error {
		if u.Status != cognito.UserStatusConfirmed || attribute != "email" {
			t.Errorf("Also: got status %s and attribute %q, want CONFIRMED and email", u.Status, attribute)
		}
		return refusal
	}
	wantErr(t, "ConfirmSignUp", f.ConfirmSignUp(t.Context(), confirm), refusal)
	if got := f.get(c, "ada").Status; got != cognito.UserStatusUnconfirmed {
		t.Errorf("after a refused confirmation: got %s, want UNCONFIRMED", got)
	}
	confirm.Also = nil
	wantErr(t, "ConfirmSignUp again", f.ConfirmSignUp(t.Context(), confirm), nil)
}
