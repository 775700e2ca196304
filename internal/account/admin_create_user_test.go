package account_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// invited is a user whom an administrator makes.
func invited(c *catalog.Client, username string, attributes ...string) account.AdminCreateUser {
	return account.AdminCreateUser{Pool: c.Pool, Username: username, Attributes: attrs(attributes...)}
}

func TestAdminCreateUser(t *testing.T) {
	f := newService(t)
	c := f.pool()
	in := invited(c, "ada", "email", adaMail, "email_verified", "True")
	in.Media = []cognito.DeliveryMediumType{cognito.DeliveryMediumEmail}
	u, err := f.AdminCreateUser(t.Context(), in)
	if err != nil {
		t.Fatalf("AdminCreateUser: %v", err)
	}
	if u.Status != cognito.UserStatusForceChangePassword || u.Attributes["email_verified"] != "true" {
		t.Errorf("AdminCreateUser: got %s with %v", u.Status, u.Attributes)
	}
	m := f.mail.last(adaMail)
	if m.Purpose != message.AdminCreateUser || !strings.Contains(m.Body, "ada") || !m.Expires.Equal(noon.Add(7*24*time.Hour)) {
		t.Errorf("AdminCreateUser: sent %v until %s, want an invitation for 7 days that names the user", m, m.Expires)
	}
	if err := c.Pool.PasswordPolicy().Check(m.Code, ""); err != nil {
		t.Errorf("AdminCreateUser: the password drawn breaks the policy: %v", err)
	}
	if !f.knows(c, "ada", m.Code) {
		t.Error("AdminCreateUser: the password sent is not the user's")
	}
}

func TestAdminCreateUserRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail))
	byEmail := f.pool(usernameIs(cognito.UsernameAttributeEmail))
	f.user(c, "ada", "email", adaMail)
	f.user(byEmail, adaMail)
	email := []cognito.DeliveryMediumType{cognito.DeliveryMediumEmail}
	weak := invited(c, "eve")
	weak.Password = "weak"
	unreachable := invited(c, "eve")
	unreachable.Media = email
	tests := []struct {
		name string
		in   account.AdminCreateUser
		want error
	}{
		{"username taken", invited(c, "ada"), idp.ErrUserAccountExists},
		{"email taken", invited(byEmail, adaMail), idp.ErrUsernameTaken("email")},
		{"alias taken", invited(c, "eve", "email", adaMail, "email_verified", "true"), idp.ErrUsernameTaken("email")},
		{"unknown attribute", invited(c, "eve", "custom:x", "1"), idp.ErrAttributeUnknown("custom:x")},
		{"flag without value", invited(c, "eve", "phone_number_verified", "true"), idp.ErrPhoneToVerify},
		{"sub", invited(c, "eve", "sub", "x"), idp.ErrAttributesImmutable("sub")},
		{"like an email", invited(c, "eve@example.com"), idp.ErrUsernameLikeEmail},
		{"no email to write to", unreachable, idp.ErrNoAttributeSet("email")},
		{"weak password", weak, &idp.Error{Code: "InvalidPasswordException", Message: "Password did not conform with policy: Password not long enough"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := f.AdminCreateUser(t.Context(), tt.in)
			wantErr(t, "AdminCreateUser", err, tt.want)
		})
	}
}

func TestAdminCreateUserUnverifiedAliasMayRepeat(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail))
	f.user(c, "ada", "email", adaMail)
	_, err := f.AdminCreateUser(t.Context(), invited(c, "eve", "email", adaMail))
	wantErr(t, "AdminCreateUser", err, nil)
}

func TestAdminCreateUserForcesAlias(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail))
	f.user(c, "ada", "email", adaMail)
	in := invited(c, "eve", "email", adaMail, "email_verified", "true")
	in.Force = true
	_, err := f.AdminCreateUser(t.Context(), in)
	wantErr(t, "AdminCreateUser", err, nil)
	if u := f.get(c, adaMail); u.Username != "eve" || f.get(c, "ada").Verified("email") {
		t.Errorf("User(%s): got %s, want eve and ada's unverified", adaMail, u.Username)
	}
}

// Without a wish the invitation goes by SMS, by e-mail to who has no number,
// and nowhere for who has neither.
func TestAdminCreateUserMedia(t *testing.T) {
	const phone = "+12065550100"
	both := []cognito.DeliveryMediumType{cognito.DeliveryMediumEmail, cognito.DeliveryMediumSms}
	tests := []struct {
		name       string
		attributes []string
		media      []cognito.DeliveryMediumType
		suppress   bool
		want       []string
	}{
		{"both, no wish", []string{"email", adaMail, "phone_number", phone}, nil, false, []string{phone}},
		{"email, no wish", []string{"email", adaMail}, nil, false, []string{adaMail}},
		{"nothing", nil, nil, false, nil},
		{"both wished", []string{"email", adaMail, "phone_number", phone}, both, false, []string{adaMail, phone}},
		{"both wished, one there", []string{"email", adaMail}, both, false, []string{adaMail}},
		{"suppressed", []string{"email", adaMail}, both, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			in := invited(f.pool(), "ada", tt.attributes...)
			in.Media, in.Suppress = tt.media, tt.suppress
			_, err := f.AdminCreateUser(t.Context(), in)
			wantErr(t, "AdminCreateUser", err, nil)
			if f.mail.count() != len(tt.want) {
				t.Errorf("AdminCreateUser: sent %d messages, want %d", f.mail.count(), len(tt.want))
			}
			for _, to := range tt.want {
				if f.mail.last(to).Code == "" {
					t.Errorf("AdminCreateUser: nothing was sent to %s", to)
				}
			}
		})
	}
}

func TestAdminCreateUserNamesWhoSignsInByEmail(t *testing.T) {
	f := newService(t)
	c := f.pool(usernameIs(cognito.UsernameAttributeEmail))
	u, err := f.AdminCreateUser(t.Context(), invited(c, adaMail))
	if err != nil || u.Username != u.Sub {
		t.Fatalf("AdminCreateUser: got %+v, %v, want a user named by the sub", u, err)
	}
	if m := f.mail.last(adaMail); !strings.Contains(m.Body, adaMail) || strings.Contains(m.Body, u.Sub) {
		t.Errorf("AdminCreateUser: the invitation does not call the user by the email")
	}
}

func TestAdminCreateUserTriggers(t *testing.T) {
	f := newService(t)
	c := f.pool(triggers(cognito.LambdaConfigType{
		PreSignUp:        f.lambda.Set("pre", lambdatest.Respond(map[string]any{"autoConfirmUser": true, "autoVerifyEmail": true})),
		CustomMessage:    f.lambda.Set("message", lambdatest.Respond(map[string]any{"smsMessage": "{username}: {####}"})),
		PostConfirmation: f.lambda.Set("post", lambdatest.Echo()),
	}))
	in := invited(c, "ada", "email", adaMail, "phone_number", "+12065550100")
	in.ValidationData, in.Metadata = map[string]string{"v": "1"}, map[string]string{"m": "1"}
	u, err := f.AdminCreateUser(t.Context(), in)
	if err != nil {
		t.Fatalf("AdminCreateUser: %v", err)
	}
	if u.Status != cognito.UserStatusForceChangePassword || u.Attributes["email_verified"] != "" {
		t.Errorf("AdminCreateUser: got %s with %v, want what the function answers ignored", u.Status, u.Attributes)
	}
	m := f.mail.last("+12065550100")
	if m.Body != "ada: "+m.Code {
		t.Error("AdminCreateUser: the invitation is not the function's")
	}
	var event struct {
		TriggerSource string
		CallerContext struct{ ClientID string }
		Request       map[string]map[string]string
	}
	if err := json.Unmarshal(f.lambda.Events("pre")[0], &event); err != nil {
		t.Fatal(err)
	}
	if event.TriggerSource != "PreSignUp_AdminCreateUser" || event.CallerContext.ClientID != "CLIENT_ID_NOT_APPLICABLE" ||
		event.Request["validationData"]["v"] != "1" || event.Request["clientMetadata"]["m"] != "1" {
		t.Errorf("PreSignUp: got %+v", event)
	}
	if n := f.lambda.Calls("post"); n != 0 {
		t.Errorf("PostConfirmation: got %d calls, want 0", n)
	}
}

func TestAdminCreateUserRefusedByFunction(t *testing.T) {
	f := newService(t)
	c := f.pool(triggers(cognito.LambdaConfigType{PreSignUp: f.lambda.Set("pre", lambdatest.Throw("Error", "no"))}))
	_, err := f.AdminCreateUser(t.Context(), invited(c, "ada", "email", adaMail))
	wantErr(t, "AdminCreateUser", err, trigger.ErrThrown("PreSignUp", "no"))
	_, err = f.User(t.Context(), c.Pool, "ada")
	wantErr(t, "User", err, idp.ErrUserNotFound)
}

func TestAdminCreateUserReportsDelivery(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.mail.fail = errors.New("refused")
	_, err := f.AdminCreateUser(t.Context(), invited(c, "ada", "email", adaMail))
	wantErr(t, "AdminCreateUser", err, idp.ErrCodeDelivery)
	f.get(c, "ada")
}

// An invitation without the password would be of no use.
func TestAdminCreateUserTemplateWithoutPassword(t *testing.T) {
	f := newService(t)
	c := f.pool(func(in *cognito.CreateUserPoolRequest) {
		in.AdminCreateUserConfig = &cognito.AdminCreateUserConfigType{
			InviteMessageTemplate: &cognito.MessageTemplateType{EmailMessage: "Welcome, {username}"},
		}
	})
	_, err := f.AdminCreateUser(t.Context(), invited(c, "ada", "email", adaMail))
	if err != nil || f.mail.count() != 0 {
		t.Errorf("AdminCreateUser: got %v and %d messages, want none of both", err, f.mail.count())
	}
}

func TestResendInvitation(t *testing.T) {
	f := newService(t)
	c := f.pool()
	in := invited(c, "ada", "email", adaMail)
	if _, err := f.AdminCreateUser(t.Context(), in); err != nil {
		t.Fatalf("AdminCreateUser: %v", err)
	}
	first := f.code(adaMail)
	f.advance(6 * 24 * time.Hour)
	u, err := f.ResendInvitation(t.Context(), account.AdminCreateUser{Pool: c.Pool, Username: "ada"})
	if err != nil {
		t.Fatalf("ResendInvitation: %v", err)
	}
	if second := f.code(adaMail); second == first || !f.knows(c, "ada", second) || f.knows(c, "ada", first) {
		t.Error("ResendInvitation: the password that was sent is not the only one that works")
	}
	if !u.Password.SetAt.Equal(f.Now()) || u.Attributes["email"] != adaMail {
		t.Errorf("ResendInvitation: the time begins at %s with %v, want %s and the attributes kept", u.Password.SetAt, u.Attributes, f.Now())
	}
}

func TestResendInvitationRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.user(c, "ada", "email", adaMail)
	_, err := f.ResendInvitation(t.Context(), account.AdminCreateUser{Pool: c.Pool, Username: "ada"})
	wantErr(t, "ResendInvitation(ada)", err, idp.ErrResendInvitation("ada"))
	_, err = f.ResendInvitation(t.Context(), account.AdminCreateUser{Pool: c.Pool, Username: "eve"})
	wantErr(t, "ResendInvitation(eve)", err, idp.ErrUserNotFound)
}
