package ops_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// equalTimes lets cmp look at timestamps.
var equalTimes = cmp.Comparer(func(a, b cognito.Timestamp) bool { return a.Time().Equal(b.Time()) })

func TestAdminCreateUserAnswers(t *testing.T) {
	a := newAccounts(t, "")
	out, err := a.AdminCreateUser(t.Context(), &cognito.AdminCreateUserRequest{
		UserPoolID: a.poolID, Username: "ada", TemporaryPassword: goodPassword, MessageAction: cognito.MessageActionSuppress,
		UserAttributes: []*cognito.AttributeType{attribute("email_verified", "TRUE"), attribute("email", adaMail), attribute("name", "Ada")},
	})
	if err != nil {
		t.Fatalf("AdminCreateUser: %v", err)
	}
	want := &cognito.UserType{
		Username:             "ada",
		UserCreateDate:       cognito.At(start),
		UserLastModifiedDate: cognito.At(start),
		Enabled:              new(true),
		UserStatus:           cognito.UserStatusForceChangePassword,
		Attributes: []*cognito.AttributeType{ // the sub first, then in the order of the schema
			out.User.Attributes[0], attribute("name", "Ada"), attribute("email", adaMail), attribute("email_verified", "true"),
		},
	}
	if d := cmp.Diff(want, out.User, equalTimes); d != "" || out.User.Attributes[0].Name != "sub" {
		t.Errorf("AdminCreateUser: (-want +got):\n%s", d)
	}
}

func TestAdminCreateUserSendsAgain(t *testing.T) {
	a := newAccounts(t, "")
	in := &cognito.AdminCreateUserRequest{
		UserPoolID: a.poolID, Username: "ada", UserAttributes: []*cognito.AttributeType{attribute("email", adaMail)},
		DesiredDeliveryMediums: []cognito.DeliveryMediumType{cognito.DeliveryMediumEmail},
	}
	for _, action := range []cognito.MessageActionType{"", cognito.MessageActionResend} {
		in.MessageAction = action
		if _, err := a.AdminCreateUser(t.Context(), in); err != nil {
			t.Fatalf("AdminCreateUser(%q): %v", action, err)
		}
		if a.mail.code(t, adaMail) == "" {
			t.Errorf("AdminCreateUser(%q): sent no password", action)
		}
		clear(a.mail.sent)
	}
}

func TestAdminGetUser(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada", attribute("email", adaMail))
	got := a.adminGet(t, "ada")
	want := &cognito.AdminGetUserResponse{
		Username:             "ada",
		UserAttributes:       []*cognito.AttributeType{got.UserAttributes[0], attribute("email", adaMail)},
		UserCreateDate:       cognito.At(start),
		UserLastModifiedDate: cognito.At(start),
		Enabled:              new(true),
		UserStatus:           cognito.UserStatusConfirmed,
	}
	if d := cmp.Diff(want, got, equalTimes, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("AdminGetUser: (-want +got):\n%s", d)
	}
	_, err := a.AdminGetUser(t.Context(), &cognito.AdminGetUserRequest{UserPoolID: a.poolID, Username: "eve"})
	wantErr(t, "AdminGetUser(eve)", err, errNoUser)
	_, err = a.AdminGetUser(t.Context(), &cognito.AdminGetUserRequest{UserPoolID: gone, Username: "ada"})
	wantErr(t, "AdminGetUser in no pool", err, errPoolGone)
}

func TestAdminChangesAttributes(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada", attribute("nickname", "A"))
	a.now = a.now.Add(time.Minute)
	_, err := a.AdminUpdateUserAttributes(t.Context(), &cognito.AdminUpdateUserAttributesRequest{
		UserPoolID: a.poolID, Username: "ada", UserAttributes: []*cognito.AttributeType{attribute("name", "Ada")},
	})
	wantErr(t, "AdminUpdateUserAttributes", err, nil)
	_, err = a.AdminDeleteUserAttributes(t.Context(), &cognito.AdminDeleteUserAttributesRequest{
		UserPoolID: a.poolID, Username: "ada", UserAttributeNames: []string{"nickname"},
	})
	wantErr(t, "AdminDeleteUserAttributes", err, nil)
	u := a.adminGet(t, "ada")
	if d := cmp.Diff([]*cognito.AttributeType{attribute("name", "Ada")}, u.UserAttributes[1:]); d != "" {
		t.Errorf("AdminGetUser: attributes after the sub (-want +got):\n%s", d)
	}
	if got := u.UserLastModifiedDate.Time(); !got.Equal(a.now.Truncate(time.Millisecond)) {
		t.Errorf("AdminGetUser: last modified at %s, want %s", got, a.now)
	}
}

func TestAdminSwitchesAndDeletesUser(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	access := a.token(t, a.clientID, "ada")
	get := func() error {
		_, err := a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: access})
		return err
	}
	_, err := a.AdminDisableUser(t.Context(), &cognito.AdminDisableUserRequest{UserPoolID: a.poolID, Username: "ada"})
	wantErr(t, "AdminDisableUser", err, nil)
	wantErr(t, "GetUser while disabled", get(), idp.ErrUserDisabled)
	_, err = a.AdminEnableUser(t.Context(), &cognito.AdminEnableUserRequest{UserPoolID: a.poolID, Username: "ada"})
	wantErr(t, "AdminEnableUser", err, nil)
	wantErr(t, "GetUser with a token from before", get(), idp.ErrAccessTokenRevoked)

	in := &cognito.AdminDeleteUserRequest{UserPoolID: a.poolID, Username: "ada"}
	wantErr(t, "AdminDeleteUser", a.AdminDeleteUser(t.Context(), in), nil)
	wantErr(t, "AdminDeleteUser again", a.AdminDeleteUser(t.Context(), in), errNoUser)
	wantErr(t, "GetUser after deletion", get(), errNoUser)
}
