package ops_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// A client that may not read an attribute does not see it; the sub is always
// there.
func TestGetUserShowsWhatClientMayRead(t *testing.T) {
	a := newAccounts(t, "")
	made := a.user(t, "ada", attribute("email", adaMail), attribute("name", "Ada"))
	limited := a.client(t, a.poolID, `"ReadAttributes":["name"]`)
	sub := made.Attributes[0]
	for clientID, want := range map[string][]*cognito.AttributeType{
		a.clientID:       {sub, attribute("name", "Ada"), attribute("email", adaMail)},
		limited.ClientID: {sub, attribute("name", "Ada")},
	} {
		got, err := a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: a.token(t, clientID, "ada")})
		if err != nil {
			t.Fatalf("GetUser: %v", err)
		}
		if d := cmp.Diff(&cognito.GetUserResponse{Username: "ada", UserAttributes: want}, got); d != "" {
			t.Errorf("GetUser: (-want +got):\n%s", d)
		}
	}
}

func TestOwnAttributes(t *testing.T) {
	a := newAccounts(t, verifiesEmail)
	a.user(t, "ada", attribute("nickname", "A"))
	access := a.token(t, a.clientID, "ada")
	out, err := a.UpdateUserAttributes(t.Context(), &cognito.UpdateUserAttributesRequest{
		AccessToken: access, UserAttributes: []*cognito.AttributeType{attribute("email", adaMail), attribute("nickname", "")},
	})
	if err != nil {
		t.Fatalf("UpdateUserAttributes: %v", err)
	}
	details := &cognito.CodeDeliveryDetailsType{AttributeName: "email", DeliveryMedium: cognito.DeliveryMediumEmail, Destination: "a***@e***"}
	if d := cmp.Diff([]*cognito.CodeDeliveryDetailsType{details}, out.CodeDeliveryDetailsList); d != "" {
		t.Errorf("UpdateUserAttributes: (-want +got):\n%s", d)
	}

	sent, err := a.GetUserAttributeVerificationCode(t.Context(), &cognito.GetUserAttributeVerificationCodeRequest{AccessToken: access, AttributeName: "email"})
	if err != nil {
		t.Fatalf("GetUserAttributeVerificationCode: %v", err)
	}
	if d := cmp.Diff(details, sent.CodeDeliveryDetails); d != "" {
		t.Errorf("GetUserAttributeVerificationCode: (-want +got):\n%s", d)
	}
	_, err = a.VerifyUserAttribute(t.Context(), &cognito.VerifyUserAttributeRequest{
		AccessToken: access, AttributeName: "email", Code: a.mail.code(t, adaMail),
	})
	wantErr(t, "VerifyUserAttribute", err, nil)
	want := []*cognito.AttributeType{attribute("email", adaMail), attribute("email_verified", "true")}
	if d := cmp.Diff(want, a.adminGet(t, "ada").UserAttributes[1:]); d != "" {
		t.Errorf("AdminGetUser: attributes after the sub (-want +got):\n%s", d)
	}

	_, err = a.DeleteUserAttributes(t.Context(), &cognito.DeleteUserAttributesRequest{AccessToken: access, UserAttributeNames: []string{"email"}})
	wantErr(t, "DeleteUserAttributes", err, nil)
	if got := a.adminGet(t, "ada").UserAttributes; len(got) != 1 {
		t.Errorf("DeleteUserAttributes: %d attributes are left, want the sub", len(got))
	}
}

func TestOwnAttributesNeedPermission(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada", attribute("nickname", "A"))
	access := a.token(t, a.client(t, a.poolID, `"WriteAttributes":["name"]`).ClientID, "ada")
	_, err := a.UpdateUserAttributes(t.Context(), &cognito.UpdateUserAttributesRequest{
		AccessToken: access, UserAttributes: []*cognito.AttributeType{attribute("nickname", "B")},
	})
	wantErr(t, "UpdateUserAttributes", err, idp.ErrUnauthorizedAttributeWrite)
	_, err = a.DeleteUserAttributes(t.Context(), &cognito.DeleteUserAttributesRequest{AccessToken: access, UserAttributeNames: []string{"nickname"}})
	wantErr(t, "DeleteUserAttributes", err, idp.ErrUnauthorizedAttributeWrite)
}

func TestChangePasswordByToken(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	in := &cognito.ChangePasswordRequest{AccessToken: a.token(t, a.clientID, "ada"), PreviousPassword: goodPassword, ProposedPassword: "An0ther-horse"}
	_, err := a.ChangePassword(t.Context(), in)
	wantErr(t, "ChangePassword", err, nil)
	_, err = a.ChangePassword(t.Context(), in)
	wantErr(t, "ChangePassword with the former password", err, idp.ErrIncorrectUsernameOrPassword)
}

func TestDeleteUser(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	in := &cognito.DeleteUserRequest{AccessToken: a.token(t, a.clientID, "ada")}
	wantErr(t, "DeleteUser", a.DeleteUser(t.Context(), in), nil)
	wantErr(t, "DeleteUser again", a.DeleteUser(t.Context(), in), errNoUser)
}

// Every operation of a user on their own account looks at the token first.
func TestOwnAccountNeedsToken(t *testing.T) {
	a := newAccounts(t, "")
	ctx, bad := t.Context(), "no.access.token"
	_, get := a.GetUser(ctx, &cognito.GetUserRequest{AccessToken: bad})
	_, change := a.ChangePassword(ctx, &cognito.ChangePasswordRequest{AccessToken: bad})
	_, update := a.UpdateUserAttributes(ctx, &cognito.UpdateUserAttributesRequest{AccessToken: bad})
	_, remove := a.DeleteUserAttributes(ctx, &cognito.DeleteUserAttributesRequest{AccessToken: bad})
	_, send := a.GetUserAttributeVerificationCode(ctx, &cognito.GetUserAttributeVerificationCodeRequest{AccessToken: bad})
	_, verify := a.VerifyUserAttribute(ctx, &cognito.VerifyUserAttributeRequest{AccessToken: bad})
	for call, err := range map[string]error{
		"GetUser": get, "ChangePassword": change, "UpdateUserAttributes": update, "DeleteUserAttributes": remove,
		"GetUserAttributeVerificationCode": send, "VerifyUserAttribute": verify,
		"DeleteUser": a.DeleteUser(ctx, &cognito.DeleteUserRequest{AccessToken: bad}),
	} {
		wantErr(t, call, err, idp.ErrAccessTokenInvalid)
	}
}
