package account_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
)

func (f *fixture) resend(c *catalog.Client, username string) (*account.Delivery, error) {
	return f.ResendConfirmationCode(f.t.Context(), account.ResendConfirmationCode{
		Origin: account.Origin{Client: c}, Username: username,
	})
}

func TestResendConfirmationCode(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "ada", "email", adaMail)
	first := f.code(adaMail)
	d, err := f.resend(c, "ada")
	if err != nil {
		t.Fatalf("ResendConfirmationCode: %v", err)
	}
	if d := cmp.Diff(&account.Delivery{Attribute: "email", Medium: message.Email, Destination: "a***@e***"}, d); d != "" {
		t.Errorf("ResendConfirmationCode: (-want +got):\n%s", d)
	}
	m := f.mail.last(adaMail)
	if m.Purpose != message.ResendCode || m.Code == first {
		t.Errorf("ResendConfirmationCode: sent %v, want another code", m)
	}
	wantErr(t, "ConfirmSignUp with the first code", f.confirm(c, "ada", first), idp.ErrCodeMismatch)
	wantErr(t, "ConfirmSignUp with the second code", f.confirm(c, "ada", m.Code), nil)
}

func TestResendConfirmationCodeRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool()
	off := f.pool(verifies())
	f.user(c, "ada", "email", adaMail)
	f.signUp(c, "eve", "phone_number", "+12065550100")
	f.signUp(c, "mallory", "email", "mallory@example.com")
	wantErr(t, "Disable", f.Disable(t.Context(), c.Pool, "mallory"), nil)
	tests := []struct {
		name     string
		client   *catalog.Client
		username string
		want     error
	}{
		{"verification off", off, "ada", idp.ErrNoAutoVerification},
		{"confirmed", c, "ada", idp.ErrAlreadyConfirmed},
		{"confirmed, hiding", f.hiding(c), "ada", idp.ErrAlreadyConfirmed},
		{"unknown", c, "nobody", idp.ErrUserClientNotFound},
		{"no email", c, "eve", idp.ErrNoAddressToVerify},
		{"disabled", c, "mallory", idp.ErrUserDisabled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := f.resend(tt.client, tt.username)
			wantErr(t, "ResendConfirmationCode", err, tt.want)
		})
	}
}

// Whoever asks through a client that hides who exists sees the same for users
// who get a code, users who get none, and names without a user.
func TestResendConfirmationCodeHides(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "ada", "email", adaMail)
	f.signUp(c, "mallory", "email", "mallory@example.com")
	wantErr(t, "Disable", f.Disable(t.Context(), c.Pool, "mallory"), nil)
	before := f.mail.count()
	for _, name := range []string{"ada", "mallory", "nobody"} {
		d, err := f.resend(f.hiding(c), name)
		if err != nil || d == nil || d.Attribute != "email" || len(d.Destination) != len("a***@e***") {
			t.Errorf("ResendConfirmationCode(%s): got %+v, %v, want a masked email", name, d, err)
		}
	}
	if n := f.mail.count() - before; n != 1 || f.mail.queued != 1 {
		t.Errorf("ResendConfirmationCode: sent %d messages, %d without waiting, want 1 and 1", n, f.mail.queued)
	}
}

func TestResendConfirmationCodeLimits(t *testing.T) {
	f := newService(t)
	c := f.hiding(f.pool())
	f.signUp(c, "ada", "email", adaMail)
	for _, name := range []string{"ada", "nobody"} {
		for range 5 {
			_, err := f.resend(c, name)
			wantErr(t, "ResendConfirmationCode("+name+")", err, nil)
		}
		_, err := f.resend(c, name)
		wantErr(t, "ResendConfirmationCode("+name+"), sixth", err, idp.ErrAttemptLimit)
	}
	f.advance(time.Hour)
	_, err := f.resend(c, "ada")
	wantErr(t, "ResendConfirmationCode an hour later", err, nil)
}

func TestResendConfirmationCodeReportsDelivery(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.signUp(c, "ada", "email", adaMail)
	f.mail.fail = errors.New("refused")
	_, err := f.resend(c, "ada")
	wantErr(t, "ResendConfirmationCode", err, idp.ErrCodeDelivery)
}

func TestResendConfirmationCodeByPhoneForUnknown(t *testing.T) {
	f := newService(t)
	c := f.hiding(f.pool(verifies(cognito.VerifiedAttributePhoneNumber)))
	d, err := f.resend(c, "nobody")
	if err != nil || d.Medium != message.SMS || d.Attribute != "phone_number" {
		t.Errorf("ResendConfirmationCode: got %+v, %v, want an SMS", d, err)
	}
}
