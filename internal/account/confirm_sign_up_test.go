package account_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

const adaMail = "ada@example.com"

func TestConfirmSignUp(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "ada", "email", adaMail)
	f.advance(time.Minute)
	if err := f.confirm(c, "ada", f.code(adaMail)); err != nil {
		t.Fatalf("ConfirmSignUp: %v", err)
	}
	u := f.get(c, "ada")
	if u.Status != cognito.UserStatusConfirmed || !u.Verified("email") {
		t.Errorf("ConfirmSignUp: got %s with %v, want CONFIRMED and a verified email", u.Status, u.Attributes)
	}
	if want := noon.Add(time.Minute); !u.Modified.Equal(want) {
		t.Errorf("ConfirmSignUp: last modified at %s, want %s", u.Modified, want)
	}
}

func TestConfirmSignUpRefuses(t *testing.T) {
	tests := []struct {
		name string
		do   func(f *fixture) (username, code string)
		want error
	}{
		{"wrong code", func(f *fixture) (string, string) { return "ada", wrong(f.code(adaMail)) }, idp.ErrCodeMismatch},
		{"late code", func(f *fixture) (string, string) { f.advance(24 * time.Hour); return "ada", f.code(adaMail) }, idp.ErrCodeExpired},
		{"unknown user", func(*fixture) (string, string) { return "eve", "123456" }, idp.ErrUserClientNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.pool()
			f.signUp(c, "ada", "email", adaMail)
			username, code := tt.do(f)
			wantErr(t, "ConfirmSignUp", f.confirm(c, username, code), tt.want)
			if u := f.get(c, "ada"); u.Status != cognito.UserStatusUnconfirmed || u.Verified("email") {
				t.Errorf("ConfirmSignUp: got %s with %v, want UNCONFIRMED and nothing verified", u.Status, u.Attributes)
			}
		})
	}
}

// Even a client that hides who exists learns that a user is confirmed.
func TestConfirmSignUpTwice(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "ada", "email", adaMail)
	code := f.code(adaMail)
	wantErr(t, "ConfirmSignUp", f.confirm(c, "ada", code), nil)
	again := idp.NotAuthorized("User cannot be confirmed. Current status is CONFIRMED")
	wantErr(t, "ConfirmSignUp again", f.confirm(c, "ada", code), again)
	wantErr(t, "ConfirmSignUp again, hiding", f.confirm(f.hiding(c), "ada", code), again)
}

func TestConfirmSignUpOfDisabledUser(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "ada", "email", adaMail)
	wantErr(t, "Disable", f.Disable(t.Context(), c.Pool, "ada"), nil)
	wantErr(t, "ConfirmSignUp", f.confirm(c, "ada", wrong(f.code(adaMail))), idp.ErrUserDisabled)

	hiding := f.hiding(c)
	wantErr(t, "ConfirmSignUp hiding, wrong code", f.confirm(hiding, "ada", wrong(f.code(adaMail))), idp.ErrCodeMismatch)
	wantErr(t, "ConfirmSignUp hiding, right code", f.confirm(hiding, "ada", f.code(adaMail)), idp.ErrUserDisabled)
}

// A name without a user answers as one with a user would: nothing outstanding
// first, a wrong code after a resend, and no more attempts after the limit.
func TestConfirmSignUpHidesUnknownUser(t *testing.T) {
	f := newService(t)
	c := f.hiding(f.pool())
	wantErr(t, "ConfirmSignUp", f.confirm(c, "eve", "123456"), idp.ErrCodeExpired)
	if _, err := f.resend(c, "eve"); err != nil {
		t.Fatalf("ResendConfirmationCode: %v", err)
	}
	for range 14 {
		wantErr(t, "ConfirmSignUp after a resend", f.confirm(c, "eve", "123456"), idp.ErrCodeMismatch)
	}
	wantErr(t, "ConfirmSignUp after the limit", f.confirm(c, "eve", "123456"), idp.ErrAttemptLimit)
}

func TestConfirmSignUpLimitsAttempts(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "ada", "email", adaMail)
	code := f.code(adaMail)
	for range 15 {
		wantErr(t, "ConfirmSignUp", f.confirm(c, "ada", wrong(code)), idp.ErrCodeMismatch)
	}
	wantErr(t, "ConfirmSignUp, right code after the limit", f.confirm(c, "ada", code), idp.ErrAttemptLimit)
	f.advance(time.Hour)
	wantErr(t, "ConfirmSignUp an hour later", f.confirm(c, "ada", code), nil)
}

func TestConfirmSignUpAlias(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail))
	f.user(c, "ada", "email", adaMail)
	f.signUp(c, "eve", "email", adaMail)
	code := f.code(adaMail)
	wantErr(t, "ConfirmSignUp", f.confirm(c, "eve", code), idp.ErrAliasTakenAtConfirmation("email"))

	// The code is not spent, and the caller may insist.
	err := f.ConfirmSignUp(t.Context(), account.ConfirmSignUp{Origin: account.Origin{Client: c}, Username: "eve", Code: code, Force: true})
	wantErr(t, "ConfirmSignUp with force", err, nil)
	if u := f.get(c, adaMail); u.Username != "eve" {
		t.Errorf("User(%s): got %s, want eve", adaMail, u.Username)
	}
	if f.get(c, "ada").Verified("email") {
		t.Error("ConfirmSignUp with force: the former owner's email is still verified")
	}
}

func TestConfirmSignUpTellsPostConfirmation(t *testing.T) {
	f := newService(t)
	c := f.pool(triggers(cognito.LambdaConfigType{PostConfirmation: f.lambda.Set("post", lambdatest.Throw("Error", "no"))}))
	f.signUp(c, "ada", "email", adaMail)
	err := f.ConfirmSignUp(t.Context(), account.ConfirmSignUp{
		Origin: account.Origin{Client: c}, Username: "ada", Code: f.code(adaMail), Metadata: map[string]string{"m": "1"},
	})
	wantErr(t, "ConfirmSignUp", err, trigger.ErrThrown("PostConfirmation", "no"))
	if u := f.get(c, "ada"); u.Status != cognito.UserStatusConfirmed {
		t.Errorf("ConfirmSignUp: got %s, want CONFIRMED in spite of the function", u.Status)
	}
	var event struct {
		TriggerSource string
		Request       map[string]map[string]string
	}
	if err := json.Unmarshal(f.lambda.Events("post")[0], &event); err != nil {
		t.Fatal(err)
	}
	got := event.Request["userAttributes"]
	if event.TriggerSource != "PostConfirmation_ConfirmSignUp" || got["cognito:user_status"] != "CONFIRMED" ||
		got["email_verified"] != "true" || event.Request["clientMetadata"]["m"] != "1" {
		t.Errorf("PostConfirmation: got %s with %v", event.TriggerSource, event.Request)
	}
}

// A code proves the address it was sent to and no other.
func TestConfirmSignUpAfterAddressChanged(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.signUp(c, "ada", "email", adaMail).User
	code := f.code(adaMail)
	f.adminUpdate(c, u, "email", "grace@example.com")
	wantErr(t, "ConfirmSignUp", f.confirm(c, "ada", code), idp.ErrCodeExpired)
	if _, err := f.resend(c, "ada"); err != nil {
		t.Fatalf("ResendConfirmationCode: %v", err)
	}
	wantErr(t, "ConfirmSignUp with a new code", f.confirm(c, "ada", f.code("grace@example.com")), nil)
}

func TestConfirmSignUpOnce(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "ada", "email", adaMail)
	code := f.code(adaMail)
	const callers = 4
	errs := make(chan error, callers)
	for range callers {
		go func() { errs <- f.confirm(c, "ada", code) }()
	}
	wins := 0
	for range callers {
		switch err := <-errs; {
		case err == nil:
			wins++
		case !errors.Is(err, idp.ErrCodeExpired) && !errors.Is(err, idp.ErrCannotConfirm(cognito.UserStatusConfirmed)):
			t.Errorf("ConfirmSignUp: got %v", err)
		}
	}
	if wins != 1 {
		t.Errorf("ConfirmSignUp: %d of %d at once succeeded, want 1", wins, callers)
	}
}

func TestAdminConfirmSignUp(t *testing.T) {
	f := newService(t)
	c := f.pool(triggers(cognito.LambdaConfigType{PostConfirmation: f.lambda.Set("post", lambdatest.Echo())}))
	f.signUp(c, "ada", "email", adaMail)
	wantErr(t, "AdminConfirmSignUp", f.AdminConfirmSignUp(t.Context(), c.Pool, "ada", nil), nil)
	if u := f.get(c, "ada"); u.Status != cognito.UserStatusConfirmed || u.Verified("email") {
		t.Errorf("AdminConfirmSignUp: got %s with %v, want CONFIRMED and nothing verified", u.Status, u.Attributes)
	}
	if n := f.lambda.Calls("post"); n != 1 {
		t.Errorf("PostConfirmation: got %d calls, want 1", n)
	}
	wantErr(t, "AdminConfirmSignUp again", f.AdminConfirmSignUp(t.Context(), c.Pool, "ada", nil), idp.ErrCannotConfirm(cognito.UserStatusConfirmed))
	wantErr(t, "AdminConfirmSignUp(eve)", f.AdminConfirmSignUp(t.Context(), c.Pool, "eve", nil), idp.ErrUserNotFound)
	err := f.Store.View(t.Context(), func(tx store.Tx) error {
		_, err := tx.Code(c.PoolID, "ada", idp.PurposeSignUp)
		return err
	})
	wantErr(t, "Code after AdminConfirmSignUp", err, store.ErrNotFound)
}
