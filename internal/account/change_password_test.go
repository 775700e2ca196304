package account_test

import (
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const otherPassword = "An0ther-horse"

func (f *fixture) changePassword(c *catalog.Client, username, previous, proposed string) error {
	return f.ChangePassword(f.t.Context(), account.ChangePassword{
		Client: c, User: f.get(c, username), Previous: previous, Proposed: proposed,
	})
}

func remembers(n int64) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) {
		in.Policies = &cognito.UserPoolPolicyType{PasswordPolicy: &cognito.PasswordPolicyType{PasswordHistorySize: new(n)}}
	}
}

func TestChangePassword(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "ada")
	f.advance(time.Minute)
	wantErr(t, "ChangePassword", f.changePassword(c, "ada", goodPassword, otherPassword), nil)
	if !f.knows(c, "ada", otherPassword) || f.knows(c, "ada", goodPassword) {
		t.Error("ChangePassword: the new password is not the only one that works")
	}
	u := f.get(c, "ada")
	if !u.Modified.Equal(f.Now()) {
		t.Errorf("ChangePassword: last modified at %s, want %s", u.Modified, f.Now())
	}
	if e := f.events(u); len(e) != 1 || e[0].Type != idp.EventPasswordChange || !e[0].Passed {
		t.Errorf("ChangePassword: got events %+v, want one that passed", e)
	}
}

func TestChangePasswordRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool(remembers(2))
	f.user(c, "ada")
	short := &idp.Error{Code: "InvalidPasswordException", Message: "Password does not conform to policy: Password not long enough"}
	wantErr(t, "ChangePassword(wrong)", f.changePassword(c, "ada", "Wr0ng-horse", otherPassword), idp.ErrIncorrectUsernameOrPassword)
	wantErr(t, "ChangePassword(none)", f.changePassword(c, "ada", "", otherPassword), account.ErrPreviousPasswordMissing)
	wantErr(t, "ChangePassword(short)", f.changePassword(c, "ada", goodPassword, "Sh0rt!"), short)
	wantErr(t, "ChangePassword(same)", f.changePassword(c, "ada", goodPassword, goodPassword), idp.ErrPasswordReused)
	if !f.knows(c, "ada", goodPassword) {
		t.Error("ChangePassword: a refused change changed the password")
	}
}

// A stolen token lets nobody try passwords for long.
func TestChangePasswordLimits(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "ada")
	for range 5 {
		wantErr(t, "ChangePassword", f.changePassword(c, "ada", "Wr0ng-horse", otherPassword), idp.ErrIncorrectUsernameOrPassword)
	}
	wantErr(t, "ChangePassword after the limit", f.changePassword(c, "ada", goodPassword, otherPassword), idp.ErrAttemptLimit)
	f.advance(time.Hour)
	wantErr(t, "ChangePassword an hour later", f.changePassword(c, "ada", goodPassword, otherPassword), nil)
}

func TestChangePasswordByStatus(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "ada", "email", adaMail)
	wantErr(t, "AdminSetUserPassword", f.AdminSetUserPassword(t.Context(), c.Pool, "ada", otherPassword, false), nil)
	wantErr(t, "ChangePassword(temporary)", f.changePassword(c, "ada", otherPassword, goodPassword), idp.ErrResetInState)

	wantErr(t, "AdminSetUserPassword", f.AdminSetUserPassword(t.Context(), c.Pool, "ada", otherPassword, true), nil)
	wantErr(t, "AdminResetUserPassword", f.AdminResetUserPassword(t.Context(), c.Pool, "ada", nil), nil)
	wantErr(t, "ChangePassword(reset)", f.changePassword(c, "ada", otherPassword, goodPassword), idp.ErrPasswordResetRequired)
}

func TestChangePasswordSetsTheFirst(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada")
	u.Password = nil
	f.update(func(tx store.Tx) error { return tx.SetUser(u) })
	wantErr(t, "ChangePassword", f.changePassword(c, "ada", "", otherPassword), nil)
	if !f.knows(c, "ada", otherPassword) {
		t.Error("ChangePassword: the password is not the user's")
	}
}

func TestAdminSetUserPassword(t *testing.T) {
	for permanent, want := range map[bool]cognito.UserStatusType{true: cognito.UserStatusConfirmed, false: cognito.UserStatusForceChangePassword} {
		f := newService(t)
		c := f.pool()
		f.signUp(c, "ada", "email", adaMail)
		f.advance(time.Minute)
		wantErr(t, "AdminSetUserPassword", f.AdminSetUserPassword(t.Context(), c.Pool, "ada", otherPassword, permanent), nil)
		u := f.get(c, "ada")
		if u.Status != want || u.Verified("email") || !u.Password.SetAt.Equal(f.Now()) || !f.knows(c, "ada", otherPassword) {
			t.Errorf("AdminSetUserPassword(permanent %t): got %s with %v, set at %s, want %s", permanent, u.Status, u.Attributes, u.Password.SetAt, want)
		}
		wantErr(t, "ConfirmSignUp afterwards", f.confirm(c, "ada", f.code(adaMail)), idp.ErrCannotConfirm(want))
	}
}

func TestAdminSetUserPasswordRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool(remembers(1))
	f.user(c, "ada")
	set := func(username, password string) error {
		return f.AdminSetUserPassword(t.Context(), c.Pool, username, password, true)
	}
	short := &idp.Error{Code: "InvalidPasswordException", Message: "Password does not conform to policy: Password not long enough"}
	wantErr(t, "AdminSetUserPassword(eve)", set("eve", otherPassword), idp.ErrUserNotFound)
	wantErr(t, "AdminSetUserPassword(short)", set("ada", "Sh0rt!"), short)
	wantErr(t, "AdminSetUserPassword(same)", set("ada", goodPassword), idp.ErrPasswordReused)
}

// A reset that was asked for before must not undo what an administrator set.
func TestAdminSetUserPasswordEndsReset(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "ada", "email", adaMail)
	if _, err := f.ForgotPassword(t.Context(), account.ForgotPassword{Origin: account.Origin{Client: c}, Username: "ada"}); err != nil {
		t.Fatalf("ForgotPassword: %v", err)
	}
	wantErr(t, "AdminSetUserPassword", f.AdminSetUserPassword(t.Context(), c.Pool, "ada", otherPassword, true), nil)
	err := f.ConfirmForgotPassword(t.Context(), account.NewPassword{
		Origin: account.Origin{Client: c}, Username: "ada", Code: f.code(adaMail), Password: "Th1rd-horse",
	})
	wantErr(t, "ConfirmForgotPassword", err, idp.ErrCodeExpired)
}

func TestAdminSetUserPasswordEndsLockout(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "ada")
	f.update(func(tx store.Tx) error {
		a, err := tx.Attempts(c.PoolID, "ada", idp.AttemptPassword)
		if err != nil {
			return err
		}
		for range 6 {
			a.FailPassword(f.Now())
		}
		return tx.PutAttempts(a)
	})
	wantErr(t, "AdminSetUserPassword", f.AdminSetUserPassword(t.Context(), c.Pool, "ada", otherPassword, true), nil)
	f.update(func(tx store.Tx) error {
		a, err := tx.Attempts(c.PoolID, "ada", idp.AttemptPassword)
		if err == nil && a.Locked(f.Now()) {
			t.Error("AdminSetUserPassword: the user is still locked out")
		}
		return err
	})
}
