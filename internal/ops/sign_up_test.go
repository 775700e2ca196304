package ops_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

const verifiesEmail = `"AutoVerifiedAttributes":["email"]`

func (a *accounts) signUp(username string) *cognito.SignUpRequest {
	return &cognito.SignUpRequest{
		ClientID: a.clientID, Username: username, Password: goodPassword, SecretHash: a.hash(username),
		UserAttributes: []*cognito.AttributeType{attribute("email", username+"@example.com")},
	}
}

// A user signs up, asks for another code and confirms the account with it.
func TestSignUpToConfirmation(t *testing.T) {
	a := newAccounts(t, verifiesEmail)
	made, err := a.SignUp(t.Context(), a.signUp("ada"))
	if err != nil {
		t.Fatalf("SignUp: %v", err)
	}
	details := &cognito.CodeDeliveryDetailsType{AttributeName: "email", DeliveryMedium: cognito.DeliveryMediumEmail, Destination: "a***@e***"}
	want := &cognito.SignUpResponse{UserSub: made.UserSub, CodeDeliveryDetails: details}
	if d := cmp.Diff(want, made); d != "" || made.UserSub == "" {
		t.Errorf("SignUp: (-want +got):\n%s", d)
	}
	first := a.mail.code(t, adaMail)

	resent, err := a.ResendConfirmationCode(t.Context(), &cognito.ResendConfirmationCodeRequest{
		ClientID: a.clientID, Username: "ada", SecretHash: a.hash("ada"),
	})
	if err != nil {
		t.Fatalf("ResendConfirmationCode: %v", err)
	}
	if d := cmp.Diff(details, resent.CodeDeliveryDetails); d != "" || a.mail.code(t, adaMail) == first {
		t.Errorf("ResendConfirmationCode: same code or (-want +got):\n%s", d)
	}

	_, err = a.ConfirmSignUp(t.Context(), &cognito.ConfirmSignUpRequest{
		ClientID: a.clientID, Username: "ada", SecretHash: a.hash("ada"), ConfirmationCode: a.mail.code(t, adaMail),
	})
	wantErr(t, "ConfirmSignUp", err, nil)
	if u := a.adminGet(t, "ada"); u.UserStatus != cognito.UserStatusConfirmed {
		t.Errorf("ConfirmSignUp: got status %s, want CONFIRMED", u.UserStatus)
	}
}

func TestSignUpChecksSecretHash(t *testing.T) {
	a := newAccounts(t, verifiesEmail)
	in := a.signUp("ada")
	in.SecretHash = ""
	_, err := a.SignUp(t.Context(), in)
	wantErr(t, "SignUp without hash", err, idp.ErrSecretHashMissing(a.clientID))
	in.SecretHash = a.hash("eve")
	_, err = a.SignUp(t.Context(), in)
	wantErr(t, "SignUp with a wrong hash", err, idp.ErrSecretHashWrong(a.clientID))
	in.ClientID = "nobody"
	_, err = a.SignUp(t.Context(), in)
	wantErr(t, "SignUp by an unknown client", err, idp.ErrClientNotFound("nobody"))
}

func TestAdminConfirmSignUp(t *testing.T) {
	a := newAccounts(t, verifiesEmail)
	if _, err := a.SignUp(t.Context(), a.signUp("ada")); err != nil {
		t.Fatalf("SignUp: %v", err)
	}
	in := &cognito.AdminConfirmSignUpRequest{UserPoolID: a.poolID, Username: "ada"}
	_, err := a.AdminConfirmSignUp(t.Context(), in)
	wantErr(t, "AdminConfirmSignUp", err, nil)
	_, err = a.AdminConfirmSignUp(t.Context(), in)
	wantErr(t, "AdminConfirmSignUp again", err, idp.ErrCannotConfirm(cognito.UserStatusConfirmed))
}
