package loadtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/totp"
)

// authenticators are users of a pool with authenticator apps, who are signed
// in.
type authenticators struct {
	poolID, clientID string
	users            []owner
}

type owner struct{ name, accessToken string }

// tokenSignIns signs in with the password in the clear and then with a code of
// an authenticator. A code is taken once, so each portion begins with a new
// authenticator for every user, which costs little: its first code proves it,
// and the next two sign in.
func tokenSignIns(ctx context.Context, t *Target) (portion, error) {
	if t.authenticators == nil {
		a, err := t.makeAuthenticators(ctx, 200)
		if err != nil {
			return portion{}, err
		}
		t.authenticators = a
	}
	a := t.authenticators
	secrets := make([][]byte, len(a.users))
	for i, u := range a.users {
		var err error
		if secrets[i], err = t.enrol(ctx, u); err != nil {
			return portion{}, err
		}
	}
	step := totp.Step(time.Now())
	return portion{count: 2 * len(a.users), step: func(ctx context.Context, i int, _ *rand.Rand) error {
		user := i % len(a.users)
		return t.signInToken(ctx, a.users[user].name, totp.Code(secrets[user], step+int64(i/len(a.users))))
	}}, nil
}

// enrol gives a user a new authenticator, which the code of the step before the
// present one proves.
func (t *Target) enrol(ctx context.Context, u owner) ([]byte, error) {
	var made cognito.AssociateSoftwareTokenResponse
	err := t.Server.Call(ctx, "AssociateSoftwareToken", &cognito.AssociateSoftwareTokenRequest{AccessToken: u.accessToken}, &made)
	if err != nil {
		return nil, err
	}
	secret, err := totp.Decode(made.SecretCode)
	if err != nil {
		return nil, fmt.Errorf("AssociateSoftwareToken: reading the secret: %w", err)
	}
	for {
		step := totp.Step(time.Now()) - 1
		err = t.Server.Call(ctx, "VerifySoftwareToken", &cognito.VerifySoftwareTokenRequest{
			AccessToken: u.accessToken, UserCode: totp.Code(secret, step),
		}, nil)
		if err == nil || totp.Step(time.Now())-1 == step {
			return secret, err
		}
	}
}

// makeAuthenticators makes the pool, and users who want to be asked for their
// authenticators.
func (t *Target) makeAuthenticators(ctx context.Context, n int) (*authenticators, error) {
	var pool cognito.CreateUserPoolResponse
	if err := t.Server.Call(ctx, "CreateUserPool", &cognito.CreateUserPoolRequest{PoolName: "authenticators"}, &pool); err != nil {
		return nil, err
	}
	a := &authenticators{poolID: pool.UserPool.ID}
	err := t.Server.Call(ctx, "SetUserPoolMfaConfig", &cognito.SetUserPoolMfaConfigRequest{
		UserPoolID: a.poolID, MfaConfiguration: cognito.UserPoolMfaOptional,
		SoftwareTokenMfaConfiguration: &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)},
	}, nil)
	if err != nil {
		return nil, err
	}
	var client cognito.CreateUserPoolClientResponse
	err = t.Server.Call(ctx, "CreateUserPoolClient", &cognito.CreateUserPoolClientRequest{
		UserPoolID: a.poolID, ClientName: "authenticators", PreventUserExistenceErrors: "ENABLED",
		ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{cognito.ExplicitAuthFlowsAllowUserPasswordAuth},
	}, &client)
	if err != nil {
		return nil, err
	}
	a.clientID = client.UserPoolClient.ClientID
	for i := range n {
		u, err := t.makeOwner(ctx, a, username(i))
		if err != nil {
			return nil, err
		}
		a.users = append(a.users, u)
	}
	return a, nil
}

// makeOwner makes a user, signs them in, and turns their authenticator on.
func (t *Target) makeOwner(ctx context.Context, a *authenticators, name string) (u owner, err error) {
	err = t.Server.Call(ctx, "AdminCreateUser", &cognito.AdminCreateUserRequest{
		UserPoolID: a.poolID, Username: name, MessageAction: cognito.MessageActionSuppress,
	}, nil)
	if err != nil {
		return u, err
	}
	err = t.Server.Call(ctx, "AdminSetUserPassword", &cognito.AdminSetUserPasswordRequest{
		UserPoolID: a.poolID, Username: name, Password: Password, Permanent: new(true),
	}, nil)
	if err != nil {
		return u, err
	}
	tokens, err := t.signInAt(ctx, a.clientID, name)
	if err != nil {
		return u, err
	}
	u = owner{name, tokens.AccessToken}
	if _, err := t.enrol(ctx, u); err != nil {
		return u, err
	}
	return u, t.Server.Call(ctx, "SetUserMFAPreference", &cognito.SetUserMFAPreferenceRequest{
		AccessToken: u.accessToken, SoftwareTokenMfaSettings: &cognito.SoftwareTokenMfaSettingsType{Enabled: new(true), PreferredMfa: new(true)},
	}, nil)
}

func (t *Target) signInToken(ctx context.Context, name, code string) error {
	var first cognito.InitiateAuthResponse
	err := t.Server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
		AuthFlow: cognito.AuthFlowUserPasswordAuth, ClientID: t.authenticators.clientID,
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": Password},
	}, &first)
	if err != nil {
		return err
	}
	var second cognito.RespondToAuthChallengeResponse
	err = t.Server.Call(ctx, "RespondToAuthChallenge", &cognito.RespondToAuthChallengeRequest{
		ClientID: t.authenticators.clientID, ChallengeName: cognito.ChallengeNameSoftwareTokenMfa, Session: first.Session,
		ChallengeResponses: map[string]string{"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code},
	}, &second)
	if err == nil && second.AuthenticationResult == nil {
		err = fmt.Errorf("RespondToAuthChallenge: got challenge %s, want tokens", second.ChallengeName)
	}
	return err
}
