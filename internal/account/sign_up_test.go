package account_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// Changes of pools that tests need.
func usernameIs(list ...cognito.UsernameAttributeType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) { in.UsernameAttributes = list }
}

func aliases(list ...cognito.AliasAttributeType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) { in.AliasAttributes = list }
}

func verifies(list ...cognito.VerifiedAttributeType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) { in.AutoVerifiedAttributes = list }
}

func triggers(c cognito.LambdaConfigType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) { in.LambdaConfig = &c }
}

func schema(list ...*cognito.SchemaAttributeType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) { in.Schema = list }
}

func ignoringCase(in *cognito.CreateUserPoolRequest) {
	in.UsernameConfiguration = &cognito.UsernameConfigurationType{CaseSensitive: false}
}

func TestSignUp(t *testing.T) {
	f := newService(t)
	c := f.pool()
	out := f.signUp(c, "ada", "email", "ada@example.com", "name", "Ada")

	want := &account.Delivery{Attribute: "email", Medium: message.Email, Destination: "a***@e***"}
	if d := cmp.Diff(want, out.Delivery); d != "" {
		t.Errorf("SignUp: delivery (-want +got):\n%s", d)
	}
	u := f.get(c, "ada")
	if u.Status != cognito.UserStatusUnconfirmed || u.Sub != out.User.Sub || !u.Enabled {
		t.Errorf("SignUp: got %s, %s, %t, want UNCONFIRMED, %s, true", u.Status, u.Sub, u.Enabled, out.User.Sub)
	}
	attributes := map[string]string{"email": "ada@example.com", "email_verified": "false", "name": "Ada"}
	if d := cmp.Diff(attributes, u.Attributes); d != "" {
		t.Errorf("SignUp: attributes (-want +got):\n%s", d)
	}
	if !f.knows(c, "ada", goodPassword) {
		t.Error("SignUp: the password is not the user's")
	}
	m := f.mail.last("ada@example.com")
	if m.Purpose != message.SignUp || len(m.Code) != 6 || !strings.Contains(m.Body, m.Code) {
		t.Errorf("SignUp: sent %v with a code of %d digits, want one of 6 in the body", m, len(m.Code))
	}
	if e := f.events(u); len(e) != 1 || e[0].Type != idp.EventSignUp || !e[0].Passed {
		t.Errorf("SignUp: got events %+v, want one of a sign-up that passed", e)
	}
}

func TestSignUpRefuses(t *testing.T) {
	f := newService(t)
	plain := f.pool(ignoringCase, schema(
		&cognito.SchemaAttributeType{Name: "family_name", Required: new(true)},
		&cognito.SchemaAttributeType{Name: "email", Required: new(true)},
		&cognito.SchemaAttributeType{Name: "note", AttributeDataType: cognito.AttributeDataString, DeveloperOnlyAttribute: new(true)},
	))
	limited := f.client(plain.PoolID, func(in *cognito.CreateUserPoolClientRequest) {
		in.WriteAttributes = []string{"email", "family_name"}
	})
	byEmail := f.pool(usernameIs(cognito.UsernameAttributeEmail))
	byPhone := f.pool(usernameIs(cognito.UsernameAttributePhoneNumber))
	byBoth := f.pool(usernameIs(cognito.UsernameAttributeEmail, cognito.UsernameAttributePhoneNumber))
	alias := f.pool(aliases(cognito.AliasAttributeEmail, cognito.AliasAttributePhoneNumber, cognito.AliasAttributePreferredUsername))
	closed := f.pool(func(in *cognito.CreateUserPoolRequest) {
		in.AdminCreateUserConfig = &cognito.AdminCreateUserConfigType{AllowAdminCreateUserOnly: new(true)}
	})
	f.signUp(plain, "Ada", "email", "ada@example.com", "family_name", "King")
	f.signUp(byEmail, "ada@example.com")

	required := []string{"email", "eve@example.com", "family_name", "Eve"}
	with := func(pairs ...string) []string { return append(append([]string(nil), required...), pairs...) }
	tests := []struct {
		name string
		in   account.SignUp
		want error
	}{
		{"closed", newcomer(closed, "eve"), idp.ErrSignUpNotPermitted},
		{"username taken", newcomer(plain, "Ada", required...), idp.ErrUserExists},
		{"username taken in other case", newcomer(plain, "aDA", required...), idp.ErrUserExists},
		{"email taken", newcomer(byEmail, "ada@example.com"), idp.ErrUsernameTaken("email")},
		{"not an email", newcomer(byEmail, "eve"), idp.ErrUsernameEmail},
		{"not a phone number", newcomer(byPhone, "eve@example.com"), idp.ErrUsernamePhone},
		{"neither", newcomer(byBoth, "eve"), idp.ErrUsernameEmailOrPhone},
		{"another email", newcomer(byEmail, "eve@example.com", "email", "eva@example.com"), idp.ErrUsernameDiffers("email")},
		{"like an email", newcomer(alias, "eve@example.com"), idp.ErrUsernameLikeEmail},
		{"like a phone number", newcomer(alias, "+12065550100"), idp.ErrUsernameLikePhone},
		{"alias before confirmation", newcomer(alias, "eve", "preferred_username", "e"), idp.ErrPreferredUsernameUnconfirmed},
		{"unknown attribute", newcomer(plain, "eve", with("custom:x", "1")...), idp.ErrSignUpAttributeUnknown("custom:x")},
		{"attributes missing", newcomer(plain, "eve"), idp.ErrAttributesRequired("family_name", "email")},
		{"empty required attribute", newcomer(plain, "eve", "email", "eve@example.com", "family_name", ""), idp.ErrAttributesRequired("family_name")},
		{"attribute twice", newcomer(plain, "eve", with("name", "a", "name", "b")...), idp.ErrAttributeTwice("name")},
		{"sub", newcomer(plain, "eve", with("sub", "x")...), idp.ErrAttributesImmutable("sub")},
		{"not writable", newcomer(limited, "eve", with("name", "Eve")...), idp.ErrUnauthorizedAttributeWrite},
		{"verified flag", newcomer(plain, "eve", with("email_verified", "true")...), idp.ErrUnauthorizedAttributeWrite},
		{"developer only", newcomer(plain, "eve", with("dev:custom:note", "x")...), idp.ErrUnauthorizedAttributeWrite},
		{"bad email", newcomer(plain, "eve", "email", "eve", "family_name", "Eve"), idp.ErrEmailFormat},
		{"bad phone number", newcomer(plain, "eve", with("phone_number", "0123")...), idp.ErrPhoneFormat},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := f.mail.count()
			_, err := f.SignUp(t.Context(), tt.in)
			wantErr(t, "SignUp", err, tt.want)
			if f.mail.count() != before {
				t.Error("SignUp: a refused user was sent a message")
			}
		})
	}
}

func TestSignUpChecksPassword(t *testing.T) {
	f := newService(t)
	c := f.pool()
	for password, want := range map[string]string{
		"":           "InvalidParameterException",
		"Sh0rt!":     "InvalidPasswordException",
		"n0-capital": "InvalidPasswordException",
	} {
		in := newcomer(c, "ada")
		in.Password = password
		_, err := f.SignUp(t.Context(), in)
		var seen *idp.Error
		if !errors.As(err, &seen) || seen.Code != want {
			t.Errorf("SignUp(password %q): got %v, want %s", password, err, want)
		}
	}
}

func TestSignUpPrefersPhone(t *testing.T) {
	f := newService(t)
	c := f.pool(verifies(cognito.VerifiedAttributeEmail, cognito.VerifiedAttributePhoneNumber))
	out := f.signUp(c, "ada", "email", "ada@example.com", "phone_number", "+12065550100")
	if f.mail.count() != 1 || out.Delivery.Medium != message.SMS || f.mail.last("+12065550100").Code == "" {
		t.Errorf("SignUp: sent %d messages, details %+v, want one SMS", f.mail.count(), out.Delivery)
	}
}

func TestSignUpWithoutAddressSendsNothing(t *testing.T) {
	f := newService(t)
	out := f.signUp(f.pool(), "ada", "phone_number", "+12065550100")
	if out.Delivery != nil || f.mail.count() != 0 {
		t.Errorf("SignUp: got details %+v and %d messages, want none", out.Delivery, f.mail.count())
	}
}

// In pools whose usernames are addresses the real username is the sub.
func TestSignUpByEmail(t *testing.T) {
	f := newService(t)
	c := f.pool(usernameIs(cognito.UsernameAttributeEmail), ignoringCase)
	out := f.signUp(c, "Ada@example.com")
	if out.User.Username != out.User.Sub {
		t.Errorf("SignUp: got username %s, want the sub %s", out.User.Username, out.User.Sub)
	}
	for _, name := range []string{"ada@EXAMPLE.com", out.User.Sub} {
		if u := f.get(c, name); u.Sub != out.User.Sub || u.Attributes["email"] != "Ada@example.com" {
			t.Errorf("User(%s): got %s with %v, want %s", name, u.Sub, u.Attributes, out.User.Sub)
		}
	}
}

func TestSignUpKeepsUserWhoseCodeFails(t *testing.T) {
	f := newService(t)
	c := f.pool()
	f.mail.fail = errors.New("refused")
	_, err := f.SignUp(t.Context(), newcomer(c, "ada", "email", "ada@example.com"))
	wantErr(t, "SignUp", err, idp.ErrCodeDelivery)
	if u := f.get(c, "ada"); u.Status != cognito.UserStatusUnconfirmed {
		t.Errorf("SignUp: got status %s, want UNCONFIRMED", u.Status)
	}
}

func TestSignUpTellsPreSignUp(t *testing.T) {
	f := newService(t)
	c := f.pool(triggers(cognito.LambdaConfigType{PreSignUp: f.lambda.Set("pre", lambdatest.Echo())}))
	in := newcomer(c, "ada", "email", "ada@example.com")
	in.ValidationData = map[string]string{"invite": "x1"}
	in.Metadata = map[string]string{"m": "1"}
	if _, err := f.SignUp(t.Context(), in); err != nil {
		t.Fatalf("SignUp: %v", err)
	}
	var event struct {
		TriggerSource, UserName string
		Request                 map[string]map[string]string
	}
	if err := json.Unmarshal(f.lambda.Events("pre")[0], &event); err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{
		"userAttributes": {"email": "ada@example.com"}, "validationData": {"invite": "x1"}, "clientMetadata": {"m": "1"},
	}
	if d := cmp.Diff(want, event.Request); d != "" || event.TriggerSource != "PreSignUp_SignUp" || event.UserName != "ada" {
		t.Errorf("PreSignUp: got %s for %s, request (-want +got):\n%s", event.TriggerSource, event.UserName, d)
	}
}

func TestSignUpRefusedByFunctionLeavesNothing(t *testing.T) {
	f := newService(t)
	c := f.pool(triggers(cognito.LambdaConfigType{PreSignUp: f.lambda.Set("pre", lambdatest.Throw("Error", "not you"))}))
	_, err := f.SignUp(t.Context(), newcomer(c, "ada", "email", "ada@example.com"))
	wantErr(t, "SignUp", err, trigger.ErrThrown("PreSignUp", "not you"))
	_, err = f.User(t.Context(), c.Pool, "ada")
	wantErr(t, "User", err, idp.ErrUserNotFound)
	if f.mail.count() != 0 {
		t.Errorf("SignUp: sent %d messages, want none", f.mail.count())
	}
}

func TestSignUpConfirmedByFunction(t *testing.T) {
	f := newService(t)
	c := f.pool(triggers(cognito.LambdaConfigType{
		PreSignUp:        f.lambda.Set("pre", lambdatest.Respond(map[string]any{"autoConfirmUser": true, "autoVerifyEmail": true})),
		PostConfirmation: f.lambda.Set("post", lambdatest.Echo()),
	}))
	out := f.signUp(c, "ada", "email", "ada@example.com")
	if out.User.Status != cognito.UserStatusConfirmed || out.Delivery != nil || f.mail.count() != 0 {
		t.Errorf("SignUp: got %s, details %+v, %d messages, want CONFIRMED and none", out.User.Status, out.Delivery, f.mail.count())
	}
	if u := f.get(c, "ada"); !u.Verified("email") {
		t.Errorf("SignUp: got attributes %v, want a verified email", u.Attributes)
	}
	if n := f.lambda.Calls("post"); n != 1 {
		t.Errorf("PostConfirmation: got %d calls, want 1", n)
	}
}

func TestSignUpVerifiedByFunctionNeedsValue(t *testing.T) {
	f := newService(t)
	c := f.pool(triggers(cognito.LambdaConfigType{PreSignUp: f.lambda.Set("pre", lambdatest.Respond(map[string]any{"autoVerifyPhone": true}))}))
	_, err := f.SignUp(t.Context(), newcomer(c, "ada"))
	wantErr(t, "SignUp", err, trigger.ErrInvalidResponse)
}

func TestSignUpVerifiedByFunctionMovesAlias(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail), triggers(cognito.LambdaConfigType{
		PreSignUp: f.lambda.Set("pre", lambdatest.Echo(), lambdatest.Respond(map[string]any{"autoVerifyEmail": true})),
	}))
	f.user(c, "ada", "email", "ada@example.com")
	f.signUp(c, "eve", "email", "ada@example.com")
	if u := f.get(c, "ada@example.com"); u.Username != "eve" {
		t.Errorf("User(ada@example.com): got %s, want eve", u.Username)
	}
	if u := f.get(c, "ada"); u.Verified("email") {
		t.Error("SignUp: the former owner's email is still verified")
	}
}

// A pool without a domain has nowhere for a link to lead.
func TestSignUpByLinkNeedsDomain(t *testing.T) {
	f := newService(t)
	c := f.pool(func(in *cognito.CreateUserPoolRequest) {
		in.VerificationMessageTemplate = &cognito.VerificationMessageTemplateType{DefaultEmailOption: cognito.DefaultEmailOptionConfirmWithLink}
	})
	_, err := f.SignUp(t.Context(), newcomer(c, "ada", "email", "ada@example.com"))
	wantErr(t, "SignUp", err, account.ErrNoDomainForLink)
	_, err = f.User(t.Context(), c.Pool, "ada")
	wantErr(t, "User", err, idp.ErrUserNotFound)
}
