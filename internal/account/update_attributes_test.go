package account_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
)

const graceMail = "grace@example.com"

// change changes attributes of a user through a client, or for an
// administrator.
func (f *fixture) change(c *catalog.Client, admin bool, u *idp.User, pairs ...string) ([]*account.Delivery, error) {
	in := account.AttributeChange{Pool: c.Pool, User: u}
	var writer *idp.Client
	if !admin {
		in.Client, writer = c, c.Client
	}
	var err error
	if in.Change, err = c.Pool.ChangeAttributes(attrs(pairs...), writer); err != nil {
		return nil, err
	}
	return f.ChangeAttributes(f.t.Context(), in)
}

func (f *fixture) adminUpdate(c *catalog.Client, u *idp.User, pairs ...string) {
	f.t.Helper()
	if _, err := f.change(c, true, u, pairs...); err != nil {
		f.t.Fatalf("AdminUpdateUserAttributes(%v): %v", pairs, err)
	}
}

// delete deletes attributes of a user.
func (f *fixture) deleteAttributes(c *catalog.Client, admin bool, u *idp.User, names ...string) error {
	in := account.AttributeChange{Pool: c.Pool, User: u}
	var writer *idp.Client
	if !admin {
		in.Client, writer = c, c.Client
	}
	var err error
	if in.Change, err = c.Pool.DeleteAttributes(names, writer); err != nil {
		return err
	}
	_, err = f.ChangeAttributes(f.t.Context(), in)
	return err
}

func waiting(list ...cognito.VerifiedAttributeType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) {
		in.UserAttributeUpdateSettings = &cognito.UserAttributeUpdateSettingsType{AttributesRequireVerificationBeforeUpdate: list}
	}
}

func TestUpdateEmail(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail))
	u := f.user(c, "ada", "email", adaMail)
	d, err := f.change(c, false, u, "email", graceMail)
	if err != nil {
		t.Fatalf("UpdateUserAttributes: %v", err)
	}
	want := []*account.Delivery{{Attribute: "email", Medium: message.Email, Destination: "g***@e***"}}
	if d := cmp.Diff(want, d); d != "" {
		t.Errorf("UpdateUserAttributes: (-want +got):\n%s", d)
	}
	if u = f.get(c, "ada"); u.Attributes["email"] != graceMail || u.Attributes["email_verified"] != "false" {
		t.Errorf("UpdateUserAttributes: got %v, want the new email unverified", u.Attributes)
	}
	if m := f.mail.last(graceMail); m.Purpose != message.UpdateUserAttribute {
		t.Errorf("UpdateUserAttributes: sent %v", m)
	}
	for _, name := range []string{adaMail, graceMail} {
		_, err := f.User(t.Context(), c.Pool, name)
		wantErr(t, "User("+name+") before verification", err, idp.ErrUserNotFound)
	}
	wantErr(t, "VerifyUserAttribute", f.VerifyAttribute(t.Context(), c, u, "email", f.code(graceMail)), nil)
	if u := f.get(c, graceMail); u.Username != "ada" {
		t.Errorf("User(%s): got %s, want ada", graceMail, u.Username)
	}
}

func TestUpdateSameEmail(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada", "email", adaMail)
	d, err := f.change(c, false, u, "email", adaMail)
	if err != nil || len(d) != 0 || f.mail.count() != 0 || !f.get(c, "ada").Verified("email") {
		t.Errorf("UpdateUserAttributes(same email): got %v, %v, want no code and the email verified as before", d, err)
	}
}

func TestUpdateEmailThatWaits(t *testing.T) {
	f := newService(t)
	c := f.pool(waiting(cognito.VerifiedAttributeEmail))
	u := f.user(c, "ada", "email", adaMail)
	if _, err := f.change(c, false, u, "email", graceMail); err != nil {
		t.Fatalf("UpdateUserAttributes: %v", err)
	}
	if u = f.get(c, "ada"); u.Attributes["email"] != adaMail || !u.Verified("email") {
		t.Errorf("UpdateUserAttributes: got %v, want the old email until the new one is verified", u.Attributes)
	}
	if f.mail.last(adaMail).Code != "" {
		t.Error("UpdateUserAttributes: a code went to the old address")
	}
	wantErr(t, "VerifyUserAttribute", f.VerifyAttribute(t.Context(), c, u, "email", f.code(graceMail)), nil)
	if u = f.get(c, "ada"); u.Attributes["email"] != graceMail || !u.Verified("email") || len(u.Pending) != 0 {
		t.Errorf("VerifyUserAttribute: got %v, waiting %v, want the new email verified", u.Attributes, u.Pending)
	}
}

// Who goes back to the old address cannot verify it with the code that went
// to the new one.
func TestUpdateBackToOldEmail(t *testing.T) {
	f := newService(t)
	c := f.pool(waiting(cognito.VerifiedAttributeEmail))
	u := f.user(c, "ada", "email", adaMail)
	for _, email := range []string{graceMail, adaMail} {
		if _, err := f.change(c, false, u, "email", email); err != nil {
			t.Fatalf("UpdateUserAttributes(%s): %v", email, err)
		}
	}
	err := f.VerifyAttribute(t.Context(), c, u, "email", f.code(graceMail))
	wantErr(t, "VerifyUserAttribute", err, idp.ErrCodeExpired)
}

func TestAdminUpdateVouches(t *testing.T) {
	f := newService(t)
	c := f.pool(waiting(cognito.VerifiedAttributeEmail))
	u := f.user(c, "ada", "email", adaMail)
	f.adminUpdate(c, u, "email", graceMail, "email_verified", "True")
	if u = f.get(c, "ada"); u.Attributes["email"] != graceMail || !u.Verified("email") || f.mail.count() != 0 {
		t.Errorf("AdminUpdateUserAttributes: got %v and %d messages, want the new email verified and none", u.Attributes, f.mail.count())
	}
}

func TestAdminUpdateWaitsWithoutFlag(t *testing.T) {
	f := newService(t)
	c := f.pool(waiting(cognito.VerifiedAttributeEmail))
	u := f.user(c, "ada", "email", adaMail)
	f.adminUpdate(c, u, "email", graceMail, "email_verified", "false")
	if u = f.get(c, "ada"); u.Attributes["email"] != adaMail || !u.Verified("email") || u.Pending["email"] != graceMail {
		t.Errorf("AdminUpdateUserAttributes: got %v, waiting %v, want the old email verified", u.Attributes, u.Pending)
	}
	if f.mail.last(graceMail).Code == "" {
		t.Error("AdminUpdateUserAttributes: no code was sent")
	}
}

func TestUpdateRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool(usernameIs(cognito.UsernameAttributeEmail), schema(
		&cognito.SchemaAttributeType{Name: "name", Required: new(true)},
		&cognito.SchemaAttributeType{Name: "fixed", AttributeDataType: cognito.AttributeDataString, Mutable: new(false)},
		&cognito.SchemaAttributeType{Name: "note", AttributeDataType: cognito.AttributeDataString, DeveloperOnlyAttribute: new(true)},
		&cognito.SchemaAttributeType{Name: "age", AttributeDataType: cognito.AttributeDataNumber},
	))
	limited := f.client(c.PoolID, func(in *cognito.CreateUserPoolClientRequest) { in.WriteAttributes = []string{"name"} })
	u := f.user(c, adaMail, "name", "Ada")
	f.user(c, graceMail, "name", "Grace")
	tests := []struct {
		name   string
		client *catalog.Client
		admin  bool
		set    []string
		want   error
	}{
		{"unknown", c, false, []string{"custom:x", "1"}, idp.ErrAttributeUnknown("custom:x")},
		{"unknown, admin", c, true, []string{"custom:x", "1"}, idp.ErrAttributeUnknown("custom:x")},
		{"immutable", c, false, []string{"custom:fixed", "1"}, idp.InvalidParameter("user.custom:fixed: Attribute cannot be updated.\n")},
		{"immutable, admin", c, true, []string{"custom:fixed", "1"}, idp.ErrAttributesImmutable("custom:fixed")},
		{"sub, admin", c, true, []string{"sub", "1"}, idp.ErrAttributesImmutable("sub")},
		{"required", c, false, []string{"name", ""}, idp.ErrAttributesRequired("name")},
		{"not writable", limited, false, []string{"nickname", "x"}, idp.ErrUnauthorizedAttributeWrite},
		{"flag", c, false, []string{"email_verified", "true"}, idp.ErrUnauthorizedAttributeWrite},
		{"developer only", c, false, []string{"dev:note", "x"}, idp.ErrUnauthorizedAttributeWrite},
		{"twice", c, false, []string{"nickname", "x", "nickname", "y"}, idp.ErrAttributeTwice("nickname")},
		{"not a number", c, false, []string{"custom:age", "x"}, idp.ErrSchema("custom:age: Number must be a decimal number")},
		{"flag without value", c, true, []string{"phone_number_verified", "true"}, idp.ErrPhoneToVerify},
		{"email of somebody", c, false, []string{"email", graceMail}, idp.ErrAliasTaken("email")},
		{"no name left", c, true, []string{"email", ""}, idp.ErrNamelessUser},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := f.change(tt.client, tt.admin, u, append(tt.set, "family_name", "King")...)
			if tt.client == limited {
				_, err = f.change(tt.client, tt.admin, u, tt.set...)
			}
			wantErr(t, "ChangeAttributes", err, tt.want)
			if got := f.get(c, adaMail).Attributes["family_name"]; got != "" {
				t.Errorf("ChangeAttributes: changed another attribute to %q in spite of the error", got)
			}
		})
	}
}

func TestAdminUpdateDeveloperAttribute(t *testing.T) {
	f := newService(t)
	c := f.pool(schema(&cognito.SchemaAttributeType{Name: "note", AttributeDataType: cognito.AttributeDataString, DeveloperOnlyAttribute: new(true)}))
	u := f.user(c, "ada")
	f.adminUpdate(c, u, "dev:note", "x")
	if got := f.get(c, "ada").Attributes["dev:custom:note"]; got != "x" {
		t.Errorf("AdminUpdateUserAttributes: got %q, want x", got)
	}
}

func TestAdminUpdateAliasTaken(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail, cognito.AliasAttributePreferredUsername))
	f.user(c, "ada", "email", adaMail, "preferred_username", "countess")
	u := f.user(c, "eve")
	_, err := f.change(c, true, u, "email", adaMail, "email_verified", "true")
	wantErr(t, "AdminUpdateUserAttributes(email)", err, idp.ErrAliasTaken("email"))
	_, err = f.change(c, true, u, "preferred_username", "countess")
	wantErr(t, "AdminUpdateUserAttributes(preferred_username)", err, idp.ErrAliasTaken("preferred_username"))
}

func TestUpdatePreferredUsernameBeforeConfirmation(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributePreferredUsername))
	u := f.signUp(c, "ada").User
	_, err := f.change(c, true, u, "preferred_username", "countess")
	wantErr(t, "AdminUpdateUserAttributes", err, idp.ErrPreferredUsernameUnconfirmed)
}

// A reset code that went to the old address is worth nothing to whoever has
// that address.
func TestUpdateEmailEndsReset(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada", "email", adaMail)
	in := account.ForgotPassword{Origin: account.Origin{Client: c}, Username: "ada"}
	if _, err := f.ForgotPassword(t.Context(), in); err != nil {
		t.Fatalf("ForgotPassword: %v", err)
	}
	f.adminUpdate(c, u, "email", graceMail, "email_verified", "true")
	err := f.ConfirmForgotPassword(t.Context(), account.NewPassword{
		Origin: account.Origin{Client: c}, Username: "ada", Code: f.code(adaMail), Password: "An0ther-one",
	})
	wantErr(t, "ConfirmForgotPassword", err, idp.ErrCodeExpired)
}

func TestDeleteAttributes(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributeEmail))
	u := f.user(c, "ada", "email", adaMail, "nickname", "A")
	wantErr(t, "DeleteUserAttributes", f.deleteAttributes(c, false, u, "email", "nickname"), nil)
	if u := f.get(c, "ada"); len(u.Attributes) != 0 {
		t.Errorf("DeleteUserAttributes: got %v, want nothing left", u.Attributes)
	}
	_, err := f.User(t.Context(), c.Pool, adaMail)
	wantErr(t, "User", err, idp.ErrUserNotFound)
}

func TestDeleteAttributesRefuses(t *testing.T) {
	f := newService(t)
	c := f.pool(schema(&cognito.SchemaAttributeType{Name: "name", Required: new(true)}))
	u := f.user(c, "ada", "name", "Ada")
	unknown := idp.InvalidParameter("Invalid user attributes: user.custom:a: Attribute does not exist in the schema.\nuser.custom:b: Attribute does not exist in the schema.\n")
	wantErr(t, "DeleteUserAttributes(unknown)", f.deleteAttributes(c, false, u, "custom:a", "custom:b"), unknown)
	wantErr(t, "AdminDeleteUserAttributes(unknown)", f.deleteAttributes(c, true, u, "custom:a", "custom:b"), unknown)
	wantErr(t, "AdminDeleteUserAttributes(sub)", f.deleteAttributes(c, true, u, "sub"), idp.ErrAttributesImmutable("sub"))
	wantErr(t, "DeleteUserAttributes(required)", f.deleteAttributes(c, false, u, "name"), idp.ErrAttributesRequired("name"))
	wantErr(t, "DeleteUserAttributes(flag)", f.deleteAttributes(c, false, u, "email_verified"), idp.ErrUnauthorizedAttributeWrite)
}

// A change does not fail for its message in an administrator's call, and is
// made before it in a user's.
func TestUpdateReportsDelivery(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada", "email", adaMail)
	f.mail.fail = errors.New("refused")
	_, err := f.change(c, false, u, "email", graceMail)
	wantErr(t, "UpdateUserAttributes", err, idp.ErrCodeDelivery)
	if got := f.get(c, "ada").Attributes["email"]; got != graceMail {
		t.Errorf("UpdateUserAttributes: got %s, want %s", got, graceMail)
	}
	_, err = f.change(c, true, u, "email", adaMail)
	wantErr(t, "AdminUpdateUserAttributes", err, nil)
}

// A message that was written to an address does not carry the code of another
// one that came in between.
func TestUpdateWhileUserChanges(t *testing.T) {
	f := newService(t)
	fn := f.lambda.Handle("message", func(event map[string]any) (any, error) {
		if f.lambda.Calls("message") == 1 {
			f.update(func(tx store.Tx) error {
				u, err := tx.User(event["userPoolId"].(string), "ada")
				if err != nil {
					return err
				}
				u.Attributes["email"] = graceMail
				return tx.UpdateUser(u, []idp.Identifier{{Kind: idp.IdentifierUsername, Value: "ada"}})
			})
		}
		return event, nil
	})
	c := f.pool(triggers(cognito.LambdaConfigType{CustomMessage: fn}))
	u := f.user(c, "ada", "email", adaMail)
	if _, err := f.SendVerification(t.Context(), c, u, "email", nil); err != nil {
		t.Fatalf("GetUserAttributeVerificationCode: %v", err)
	}
	if f.mail.count() != 1 || f.mail.last(graceMail).Code == "" {
		t.Errorf("GetUserAttributeVerificationCode: sent %d messages, want one, to the present address", f.mail.count())
	}
}

// A token from before a reset that an administrator asked for leads the code
// of the reset nowhere else.
func TestATokenFromBeforeAResetChangesNoAddress(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada", "email", adaMail)
	wantErr(t, "AdminResetUserPassword", f.AdminResetUserPassword(t.Context(), c.Pool, "ada", nil), nil)
	_, err := f.change(c, false, u, "email", graceMail)
	wantErr(t, "UpdateUserAttributes", err, idp.ErrPasswordResetRequired)
	_, err = f.SendVerification(t.Context(), c, u, "email", nil)
	wantErr(t, "GetUserAttributeVerificationCode", err, idp.ErrPasswordResetRequired)
	err = f.VerifyAttribute(t.Context(), c, u, "email", "123456")
	wantErr(t, "VerifyUserAttribute", err, idp.ErrPasswordResetRequired)
	_, err = f.change(c, true, u, "email", graceMail)
	wantErr(t, "AdminUpdateUserAttributes", err, nil)
}
