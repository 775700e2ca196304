package ops_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const everyFirstFactor = `"MfaConfiguration":"OPTIONAL",` + snsRole + `,"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","EMAIL_OTP","SMS_OTP"]}}`

// Both operations show the same of a user.
func TestUserAuthFactors(t *testing.T) {
	a := newAccounts(t, everyFirstFactor)
	const (
		password, email, sms, app = cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp, cognito.AuthFactorSmsOtp, cognito.AuthFactorSoftwareToken
	)
	a.user(t, "ada", attribute("email", adaMail), attribute("phone_number", adaNumber))
	a.enrol(t, "ada")
	a.must(t, func(tx store.Tx) error {
		u, err := tx.User(a.poolID, "ada")
		if err != nil {
			return err
		}
		u.Factors.Enabled = []cognito.ChallengeNameType{cognito.ChallengeNameSoftwareTokenMfa}
		u.Factors.Preferred = cognito.ChallengeNameSoftwareTokenMfa
		return tx.SetUser(u)
	})
	_, err := a.AdminCreateUser(t.Context(), &cognito.AdminCreateUserRequest{
		UserPoolID: a.poolID, Username: "grace", UserAttributes: []*cognito.AttributeType{attribute("email", "grace@example.com"), attribute("email_verified", "true")},
	})
	wantErr(t, "AdminCreateUser", err, nil)

	for username, want := range map[string]*cognito.GetUserAuthFactorsResponse{
		"ada": {
			Username: "ada", PreferredMfaSetting: "SOFTWARE_TOKEN_MFA", UserMFASettingList: []string{"SOFTWARE_TOKEN_MFA"},
			ConfiguredUserAuthFactors: []cognito.AuthFactorType{password, email, sms, app},
		},
		"grace": {Username: "grace", ConfiguredUserAuthFactors: []cognito.AuthFactorType{email}},
	} {
		own, err := a.GetUserAuthFactors(t.Context(), &cognito.GetUserAuthFactorsRequest{AccessToken: a.token(t, a.clientID, username)})
		wantErr(t, "GetUserAuthFactors", err, nil)
		if d := cmp.Diff(want, own); d != "" {
			t.Errorf("GetUserAuthFactors(%s): (-want +got):\n%s", username, d)
		}
		admin, err := a.AdminGetUserAuthFactors(t.Context(), &cognito.AdminGetUserAuthFactorsRequest{UserPoolID: a.poolID, Username: username})
		wantErr(t, "AdminGetUserAuthFactors", err, nil)
		if d := cmp.Diff((*cognito.AdminGetUserAuthFactorsResponse)(want), admin); d != "" {
			t.Errorf("AdminGetUserAuthFactors(%s): (-want +got):\n%s", username, d)
		}
	}
}

func TestUserAuthFactorsRefuse(t *testing.T) {
	a := newAccounts(t, "")
	for call, tt := range map[string]struct {
		in   cognito.AdminGetUserAuthFactorsRequest
		want *idp.Error
	}{
		"no pool": {cognito.AdminGetUserAuthFactorsRequest{UserPoolID: "us-east-1_Nowhere00", Username: "ada"}, idp.ErrPoolNotFound("us-east-1_Nowhere00")},
		"no user": {cognito.AdminGetUserAuthFactorsRequest{UserPoolID: a.poolID, Username: "ada"}, idp.ErrUserNotFound},
	} {
		_, err := a.AdminGetUserAuthFactors(t.Context(), &tt.in)
		refuses(t, "AdminGetUserAuthFactors", call, err, tt.want)
	}
	_, err := a.GetUserAuthFactors(t.Context(), &cognito.GetUserAuthFactorsRequest{AccessToken: "x.y.z"})
	refuses(t, "GetUserAuthFactors", "no token", err, idp.ErrAccessTokenInvalid)
}

// The session of SignUp, exchanged at ConfirmSignUp, signs in.
func TestSignUpAndInWithoutPassword(t *testing.T) {
	a := newSignIns(t)
	poolID := a.pool(t, `"AutoVerifiedAttributes":["email"],"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","EMAIL_OTP"]}}`).ID
	clientID := a.client(t, poolID, `"ExplicitAuthFlows":["ALLOW_USER_AUTH"]`).ClientID
	made, err := a.SignUp(t.Context(), &cognito.SignUpRequest{
		ClientID: clientID, Username: "eve", UserAttributes: []*cognito.AttributeType{attribute("email", "eve@example.com")},
	})
	if err != nil || made.Session == "" {
		t.Fatalf("SignUp: got %+v, %v, want a session", made, err)
	}
	confirmed, err := a.ConfirmSignUp(t.Context(), &cognito.ConfirmSignUpRequest{
		ClientID: clientID, Username: "eve", ConfirmationCode: a.mail.code(t, "eve@example.com"), Session: made.Session,
	})
	if err != nil || confirmed.Session == "" || confirmed.Session == made.Session {
		t.Fatalf("ConfirmSignUp: got %+v, %v, want another session", confirmed, err)
	}
	out, err := a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{
		ClientID: clientID, AuthFlow: cognito.AuthFlowUserAuth, Session: confirmed.Session, AuthParameters: map[string]string{"USERNAME": "eve"},
	})
	if err != nil || out.AuthenticationResult == nil {
		t.Errorf("InitiateAuth: got %+v, %v, want tokens", out, err)
	}
}

// Clients without the flow get no session.
func TestSignUpSessionNeedsTheFlow(t *testing.T) {
	a := newSignIns(t)
	made, err := a.SignUp(t.Context(), &cognito.SignUpRequest{ClientID: a.public, Username: "eve", Password: goodPassword})
	if err != nil || made.Session != "" {
		t.Errorf("SignUp: got %+v, %v, want no session", made, err)
	}
}
