package loadtest

import (
	"context"
	"fmt"
	"math/rand/v2"

	"rockpool/internal/cognito"
	"rockpool/internal/passkey/passkeytest"
)

// holder is a user with a passkey. It does not count, as those that are copied
// between devices do not, so one user can sign in twice at once.
type holder struct {
	username string
	device   *passkeytest.Authenticator
}

// holders gives a few users passkeys, once.
func (t *Target) holders(ctx context.Context) ([]holder, error) {
	random := rand.New(rand.NewPCG(2, uint64(t.Users)))
	for len(t.keys) < 16 {
		h := holder{username: t.anyone(random), device: &passkeytest.Authenticator{Origin: "http://localhost"}}
		tokens, err := t.signIn(ctx, h.username)
		if err != nil {
			return nil, err
		}
		var options cognito.StartWebAuthnRegistrationResponse
		err = t.Server.Call(ctx, "StartWebAuthnRegistration", &cognito.StartWebAuthnRegistrationRequest{AccessToken: tokens.AccessToken}, &options)
		if err != nil {
			return nil, err
		}
		err = t.Server.Call(ctx, "CompleteWebAuthnRegistration", &cognito.CompleteWebAuthnRegistrationRequest{
			AccessToken: tokens.AccessToken, Credential: h.device.Create(options.CredentialCreationOptions),
		}, nil)
		if err != nil {
			return nil, err
		}
		t.keys = append(t.keys, h)
	}
	return t.keys, nil
}

func passkeySignIns(ctx context.Context, t *Target) (portion, error) {
	holders, err := t.holders(ctx)
	if err != nil {
		return portion{}, err
	}
	return portion{step: func(ctx context.Context, i int, _ *rand.Rand) error {
		return t.signInPasskey(ctx, holders[i%len(holders)])
	}}, nil
}

func (t *Target) signInPasskey(ctx context.Context, h holder) error {
	var first cognito.InitiateAuthResponse
	err := t.Server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
		AuthFlow: cognito.AuthFlowUserAuth, ClientID: t.ClientID,
		AuthParameters: map[string]string{"USERNAME": h.username, "PREFERRED_CHALLENGE": "WEB_AUTHN"},
	}, &first)
	if err != nil {
		return err
	}
	if first.ChallengeName != cognito.ChallengeNameWebAuthn {
		return fmt.Errorf("InitiateAuth: got challenge %s, want WEB_AUTHN", first.ChallengeName)
	}
	var second cognito.RespondToAuthChallengeResponse
	err = t.Server.Call(ctx, "RespondToAuthChallenge", &cognito.RespondToAuthChallengeRequest{
		ChallengeName: cognito.ChallengeNameWebAuthn, ClientID: t.ClientID, Session: first.Session,
		ChallengeResponses: map[string]string{
			"USERNAME": h.username, "CREDENTIAL": h.device.Get(first.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"]),
		},
	}, &second)
	if err == nil && second.AuthenticationResult == nil {
		err = fmt.Errorf("RespondToAuthChallenge: got challenge %s, want tokens", second.ChallengeName)
	}
	return err
}
