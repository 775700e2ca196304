package ops_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/totp"
)

// codeOf is what an authenticator with a secret shows, some steps from now.
func (a *accounts) codeOf(t *testing.T, secretCode string, steps int64) string {
	t.Helper()
	secret, err := totp.Decode(secretCode)
	if err != nil {
		t.Fatalf("SecretCode %q: %v", secretCode, err)
	}
	return totp.Code(secret, totp.Step(a.Now())+steps)
}

// newTokenSignIns is an API with a user ada in a pool with authenticators.
func newTokenSignIns(t *testing.T, mode string) *signIns {
	t.Helper()
	a := newSignIns(t)
	_, err := a.setMFA(t, a.poolID, `"MfaConfiguration":"`+mode+`","SoftwareTokenMfaConfiguration":{"Enabled":true}`)
	wantErr(t, "SetUserPoolMfaConfig", err, nil)
	return a
}

// A user who is signed in sets an authenticator up, turns it on, and is asked
// for it.
func TestSoftwareTokenByAccessToken(t *testing.T) {
	a := newTokenSignIns(t, "OPTIONAL")
	access := a.signIn(t, a.public).AccessToken
	made, err := a.AssociateSoftwareToken(t.Context(), &cognito.AssociateSoftwareTokenRequest{AccessToken: access})
	if err != nil || len(made.SecretCode) != 52 || made.Session != "" {
		t.Fatalf("AssociateSoftwareToken: got %+v, %v, want a secret of 52 characters and no session", made, err)
	}
	done, err := a.VerifySoftwareToken(t.Context(), &cognito.VerifySoftwareTokenRequest{
		AccessToken: access, UserCode: a.codeOf(t, made.SecretCode, 0), FriendlyDeviceName: "phone",
	})
	wantErr(t, "VerifySoftwareToken", err, nil)
	if d := cmp.Diff(&cognito.VerifySoftwareTokenResponse{Status: cognito.VerifySoftwareTokenResponseSuccess}, done); d != "" {
		t.Errorf("VerifySoftwareToken (-want +got):\n%s", d)
	}
	_, err = a.SetUserMFAPreference(t.Context(), fromJSON[cognito.SetUserMFAPreferenceRequest](t,
		`{"AccessToken":"`+access+`","SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}}`))
	wantErr(t, "SetUserMFAPreference", err, nil)

	asked, err := a.InitiateAuth(t.Context(), &cognito.InitiateAuthRequest{
		ClientID: a.public, AuthFlow: cognito.AuthFlowUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": goodPassword},
	})
	if err != nil || asked.ChallengeName != cognito.ChallengeNameSoftwareTokenMfa || asked.AuthenticationResult != nil || asked.Session == "" {
		t.Fatalf("InitiateAuth: got %+v, %v, want SOFTWARE_TOKEN_MFA", asked, err)
	}
	if got := asked.ChallengeParameters["FRIENDLY_DEVICE_NAME"]; got != "phone" {
		t.Errorf("InitiateAuth: FRIENDLY_DEVICE_NAME is %q, want phone", got)
	}
	in, err := a.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeRequest{
		ClientID: a.public, ChallengeName: asked.ChallengeName, Session: asked.Session,
		ChallengeResponses: map[string]string{"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": a.codeOf(t, made.SecretCode, 1)},
	})
	if err != nil || in.AuthenticationResult == nil {
		t.Errorf("RespondToAuthChallenge: got %+v, %v, want tokens", in, err)
	}
}

// A sign-in that asks for it goes from session to session, for administrators
// too.
func TestSoftwareTokenBySession(t *testing.T) {
	a := newTokenSignIns(t, "ON")
	asked, err := a.AdminInitiateAuth(t.Context(), &cognito.AdminInitiateAuthRequest{
		UserPoolID: a.poolID, ClientID: a.public, AuthFlow: cognito.AuthFlowAdminUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": goodPassword},
	})
	if err != nil || asked.ChallengeName != cognito.ChallengeNameMfaSetup {
		t.Fatalf("AdminInitiateAuth: got %+v, %v, want MFA_SETUP", asked, err)
	}
	made, err := a.AssociateSoftwareToken(t.Context(), &cognito.AssociateSoftwareTokenRequest{Session: asked.Session})
	wantErr(t, "AssociateSoftwareToken", err, nil)
	proved, err := a.VerifySoftwareToken(t.Context(), &cognito.VerifySoftwareTokenRequest{
		Session: made.Session, UserCode: a.codeOf(t, made.SecretCode, 0),
	})
	wantErr(t, "VerifySoftwareToken", err, nil)
	in, err := a.AdminRespondToAuthChallenge(t.Context(), &cognito.AdminRespondToAuthChallengeRequest{
		UserPoolID: a.poolID, ClientID: a.public, ChallengeName: cognito.ChallengeNameMfaSetup, Session: proved.Session,
		ChallengeResponses: map[string]string{"USERNAME": "ada"},
	})
	if err != nil || in.AuthenticationResult == nil {
		t.Errorf("AdminRespondToAuthChallenge: got %+v, %v, want tokens", in, err)
	}
}

func TestSoftwareTokenRefusals(t *testing.T) {
	a := newTokenSignIns(t, "OPTIONAL")
	access := a.signIn(t, a.public).AccessToken
	for _, tt := range []struct {
		call, access, session string
		want                  *idp.Error
	}{
		{"nobody", "", "", idp.InvalidParameter("One of AccessToken and Session is required.")},
		{"two", access, "a session of some length", idp.InvalidParameter("Only one of AccessToken and Session may be given.")},
		{"no token", "no.access.token", "", idp.ErrAccessTokenInvalid},
		{"no session", "", "a session of some length", idp.ErrSessionInvalid},
	} {
		_, err := a.AssociateSoftwareToken(t.Context(), &cognito.AssociateSoftwareTokenRequest{AccessToken: tt.access, Session: tt.session})
		refuses(t, "AssociateSoftwareToken", tt.call, err, tt.want)
		_, err = a.VerifySoftwareToken(t.Context(), &cognito.VerifySoftwareTokenRequest{AccessToken: tt.access, Session: tt.session, UserCode: "123456"})
		refuses(t, "VerifySoftwareToken", tt.call, err, tt.want)
	}
}
