//go:build linux

package crashtest

import (
	"strings"
	"testing"
	"time"

	"rockpool/internal/cognito"
)

// venuePool is a pool and its client.
type venuePool struct{ id, clientID string }

// name is what the pool is called in password arithmetic.
func (p *venuePool) name() string { return p.id[strings.IndexByte(p.id, '_')+1:] }

// createPools makes a pool for each way to sign in: by choice, with a second
// factor, with a second factor that has to be set up, and with devices. The
// client of the first rotates refresh tokens, without grace.
func (v *venue) createPools(t *testing.T, riddle *cognito.LambdaConfigType) {
	t.Helper()
	texts := &cognito.SmsConfigurationType{SnsCallerARN: "arn:aws:iam::000000000000:role/sms"}
	mails := &cognito.EmailConfigurationType{
		EmailSendingAccount: cognito.EmailSendingAccountDeveloper, SourceARN: "arn:aws:ses:us-east-1:000000000000:identity/shop@example.com",
	}
	totp := &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)}
	email := []cognito.VerifiedAttributeType{"email"}
	password := []cognito.ExplicitAuthFlowsType{cognito.ExplicitAuthFlowsAllowUserPasswordAuth}

	v.choice = v.createPool(t, &cognito.CreateUserPoolRequest{
		AutoVerifiedAttributes: email, SmsConfiguration: texts, EmailConfiguration: mails, LambdaConfig: riddle,
		Policies: &cognito.UserPoolPolicyType{SignInPolicy: &cognito.SignInPolicyType{AllowedFirstAuthFactors: []cognito.AuthFactorType{
			cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp, cognito.AuthFactorSmsOtp, cognito.AuthFactorWebAuthn,
		}}},
	}, &cognito.SetUserPoolMfaConfigRequest{
		WebAuthnConfiguration: &cognito.WebAuthnConfigurationType{RelyingPartyID: "example.com"},
	}, &cognito.CreateUserPoolClientRequest{
		ExplicitAuthFlows: append(password, cognito.ExplicitAuthFlowsAllowUserSrpAuth,
			cognito.ExplicitAuthFlowsAllowUserAuth, cognito.ExplicitAuthFlowsAllowCustomAuth),
		RefreshTokenRotation: &cognito.RefreshTokenRotationType{Feature: cognito.FeatureEnabled, RetryGracePeriodSeconds: new(int64(0))},
	})
	v.factors = v.createPool(t, &cognito.CreateUserPoolRequest{EmailConfiguration: mails}, &cognito.SetUserPoolMfaConfigRequest{
		MfaConfiguration: cognito.UserPoolMfaOptional, SoftwareTokenMfaConfiguration: totp,
		SmsMfaConfiguration: &cognito.SmsMfaConfigType{SmsConfiguration: texts}, EmailMfaConfiguration: &cognito.EmailMfaConfigType{},
	}, &cognito.CreateUserPoolClientRequest{ExplicitAuthFlows: password})
	v.required = v.createPool(t, &cognito.CreateUserPoolRequest{}, &cognito.SetUserPoolMfaConfigRequest{
		MfaConfiguration: cognito.UserPoolMfaOn, SoftwareTokenMfaConfiguration: totp,
	}, &cognito.CreateUserPoolClientRequest{ExplicitAuthFlows: password})
	v.devices = v.createPool(t, &cognito.CreateUserPoolRequest{
		DeviceConfiguration: &cognito.DeviceConfigurationType{ChallengeRequiredOnNewDevice: new(true)},
	}, nil, &cognito.CreateUserPoolClientRequest{ExplicitAuthFlows: password})
}

func (v *venue) createPool(t *testing.T, pool *cognito.CreateUserPoolRequest, factors *cognito.SetUserPoolMfaConfigRequest, client *cognito.CreateUserPoolClientRequest) *venuePool {
	t.Helper()
	ctx := limited(t, 20*time.Second)
	pool.PoolName = "races"
	var made cognito.CreateUserPoolResponse
	must(t, v.nodes[0].Call(ctx, "CreateUserPool", pool, &made))
	if factors != nil {
		factors.UserPoolID = made.UserPool.ID
		must(t, v.nodes[0].Call(ctx, "SetUserPoolMfaConfig", factors, nil))
	}
	client.UserPoolID, client.ClientName, client.PreventUserExistenceErrors = made.UserPool.ID, "races", "ENABLED"
	var app cognito.CreateUserPoolClientResponse
	must(t, v.nodes[0].Call(ctx, "CreateUserPoolClient", client, &app))
	return &venuePool{id: made.UserPool.ID, clientID: app.UserPoolClient.ClientID}
}
