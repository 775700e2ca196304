package account_test

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
)

func TestVerifyAttribute(t *testing.T) {
	f := newService(t)
	c := f.pool(verifies()) // works without automatic verification
	u := f.user(c, "ada")
	f.adminUpdate(c, u, "phone_number", "+12065550100")
	d, err := f.SendVerification(t.Context(), c, u, "phone_number", nil)
	if err != nil || d.Medium != message.SMS || d.Destination != "+*******0100" {
		t.Fatalf("GetUserAttributeVerificationCode: got %+v, %v, want an SMS to +*******0100", d, err)
	}
	code := f.code("+12065550100")
	wantErr(t, "VerifyUserAttribute", f.VerifyAttribute(t.Context(), c, u, "phone_number", code), nil)
	if !f.get(c, "ada").Verified("phone_number") {
		t.Error("VerifyUserAttribute: the number is not verified")
	}
	wantErr(t, "VerifyUserAttribute again", f.VerifyAttribute(t.Context(), c, u, "phone_number", code), idp.ErrCodeExpired)
}

func TestVerifyAttributeRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada")
	f.adminUpdate(c, u, "email", adaMail)
	code := f.code(adaMail)
	wantErr(t, "VerifyUserAttribute(name)", f.VerifyAttribute(t.Context(), c, u, "name", code), idp.ErrAttributeName)
	wantErr(t, "VerifyUserAttribute(wrong code)", f.VerifyAttribute(t.Context(), c, u, "email", wrong(code)), idp.ErrCodeMismatch)
	wantErr(t, "VerifyUserAttribute(no code)", f.VerifyAttribute(t.Context(), c, u, "phone_number", code), idp.ErrCodeExpired)
	f.advance(24 * time.Hour)
	wantErr(t, "VerifyUserAttribute(late code)", f.VerifyAttribute(t.Context(), c, u, "email", code), idp.ErrCodeExpired)
	if f.get(c, "ada").Verified("email") {
		t.Error("VerifyUserAttribute: the email is verified")
	}
}

func TestVerifyAttributeLimits(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada")
	f.adminUpdate(c, u, "email", adaMail)
	code := f.code(adaMail)
	for range 15 {
		wantErr(t, "VerifyUserAttribute", f.VerifyAttribute(t.Context(), c, u, "email", wrong(code)), idp.ErrCodeMismatch)
	}
	wantErr(t, "VerifyUserAttribute after the limit", f.VerifyAttribute(t.Context(), c, u, "email", code), idp.ErrAttemptLimit)
}

// However slowly codes are tried, and with the error that the operation
// declares.
func TestVerifyAttributeLimitsDay(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada")
	f.adminUpdate(c, u, "email", adaMail)
	code := f.code(adaMail)
	for i := range idp.DailyFailureLimit {
		if i > 0 && i%15 == 0 {
			f.advance(time.Hour)
		}
		wantErr(t, "VerifyUserAttribute", f.VerifyAttribute(t.Context(), c, u, "email", wrong(code)), idp.ErrCodeMismatch)
	}
	f.advance(time.Hour)
	wantErr(t, "VerifyUserAttribute after the day's limit", f.VerifyAttribute(t.Context(), c, u, "email", code), idp.ErrAttemptLimit)
}

func TestVerifyAttributeAliasTaken(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail))
	u := f.user(c, "ada")
	f.adminUpdate(c, u, "email", adaMail)
	f.user(c, "eve", "email", adaMail)
	wantErr(t, "VerifyUserAttribute", f.VerifyAttribute(t.Context(), c, u, "email", f.code(adaMail)), idp.ErrAliasTaken("email"))
}

// In a pool whose usernames are e-mail addresses, one that waits is nobody's
// name until it is verified.
func TestVerifyAttributeSwapsUsername(t *testing.T) {
	f := newService(t)
	c := f.pool(usernameIs(cognito.UsernameAttributeEmail), waiting(cognito.VerifiedAttributeEmail))
	u := f.user(c, adaMail)
	if _, err := f.change(c, false, u, "email", graceMail); err != nil {
		t.Fatalf("UpdateUserAttributes: %v", err)
	}
	f.get(c, adaMail)
	_, err := f.User(t.Context(), c.Pool, graceMail)
	wantErr(t, "User(new email)", err, idp.ErrUserNotFound)
	wantErr(t, "VerifyUserAttribute", f.VerifyAttribute(t.Context(), c, u, "email", f.code(graceMail)), nil)
	f.get(c, graceMail)
	_, err = f.User(t.Context(), c.Pool, adaMail)
	wantErr(t, "User(old email)", err, idp.ErrUserNotFound)
}

func TestSendVerificationRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada", "email", adaMail)
	_, err := f.SendVerification(t.Context(), c, u, "name", nil)
	wantErr(t, "GetUserAttributeVerificationCode(name)", err, idp.ErrAttributeName)
	_, err = f.SendVerification(t.Context(), c, u, "phone_number", nil)
	wantErr(t, "GetUserAttributeVerificationCode(phone_number)", err, idp.ErrNoAttributeSet("phone_number"))
	for range 5 {
		_, err = f.SendVerification(t.Context(), c, u, "email", nil)
		wantErr(t, "GetUserAttributeVerificationCode(email)", err, nil)
	}
	_, err = f.SendVerification(t.Context(), c, u, "email", nil)
	wantErr(t, "GetUserAttributeVerificationCode(email), sixth", err, idp.ErrAttemptLimit)
}
