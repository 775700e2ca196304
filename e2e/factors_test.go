package e2e

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestFactors sets second factors with boto3, and with the AWS SDK for Go
// those that the boto3 of Debian does not know.
func TestFactors(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		t.Run("boto3", func(t *testing.T) { play(t, newStage(t, open).URL, python, "python/factors.py") })
		t.Run("go", func(t *testing.T) { mailAndPasskeys(t, start(t, open, "dev")) })
	})
}

// mailAndPasskeys sets e-mail as a second factor, and what passkeys are made
// for, and reads both back.
func mailAndPasskeys(t *testing.T, srv *server) {
	idp := goClient(t, srv.Endpoint, "test", "test")
	pool, err := idp.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{
		PoolName: aws.String("mail"),
		EmailConfiguration: &types.EmailConfigurationType{
			EmailSendingAccount: types.EmailSendingAccountTypeDeveloper,
			SourceArn:           aws.String("arn:aws:ses:us-east-1:000000000000:identity/shop@example.com"),
		},
	})
	must(t, "CreateUserPool", err)
	id := pool.UserPool.Id
	mail := &types.EmailMfaConfigType{Subject: aws.String("Your code"), Message: aws.String("It is {####}")}
	passkeys := &types.WebAuthnConfigurationType{
		RelyingPartyId:      aws.String("shop.example.com"),
		FactorConfiguration: types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification,
	}
	_, err = idp.SetUserPoolMfaConfig(t.Context(), &cip.SetUserPoolMfaConfigInput{
		UserPoolId: id, MfaConfiguration: types.UserPoolMfaTypeOptional, EmailMfaConfiguration: mail, WebAuthnConfiguration: passkeys,
	})
	must(t, "SetUserPoolMfaConfig", err)
	got, err := idp.GetUserPoolMfaConfig(t.Context(), &cip.GetUserPoolMfaConfigInput{UserPoolId: id})
	must(t, "GetUserPoolMfaConfig", err)
	passkeys.UserVerification = types.UserVerificationTypePreferred // the default
	want := &cip.GetUserPoolMfaConfigOutput{MfaConfiguration: types.UserPoolMfaTypeOptional, EmailMfaConfiguration: mail, WebAuthnConfiguration: passkeys}
	got.ResultMetadata = want.ResultMetadata
	if g, w := asJSON(t, got), asJSON(t, want); g != w {
		t.Errorf("GetUserPoolMfaConfig: got %s, want %s", g, w)
	}

	_, err = idp.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: id, Username: aws.String("ada"), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ada@example.com")}},
	})
	must(t, "AdminCreateUser", err)
	_, err = idp.AdminSetUserMFAPreference(t.Context(), &cip.AdminSetUserMFAPreferenceInput{
		UserPoolId: id, Username: aws.String("ada"),
		EmailMfaSettings:    &types.EmailMfaSettingsType{Enabled: true, PreferredMfa: true},
		WebAuthnMfaSettings: &types.WebAuthnMfaSettingsType{Enabled: true},
	})
	must(t, "AdminSetUserMFAPreference", err)
	user, err := idp.AdminGetUser(t.Context(), &cip.AdminGetUserInput{UserPoolId: id, Username: aws.String("ada")})
	must(t, "AdminGetUser", err)
	if !slices.Equal(user.UserMFASettingList, []string{"EMAIL_OTP"}) || aws.ToString(user.PreferredMfaSetting) != "EMAIL_OTP" {
		t.Errorf("AdminGetUser: got %v, %q preferred, want EMAIL_OTP alone", user.UserMFASettingList, aws.ToString(user.PreferredMfaSetting))
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	must(t, "Marshal", err)
	return string(text)
}
