package loadtest

import (
	"context"
	"fmt"
	"math/rand/v2"

	"rockpool/internal/cognito"
)

// rotation is an app client that renews its refresh tokens, and those that are
// live.
type rotation struct {
	clientID string
	live     chan string
}

// rotations renews tokens together with the refresh token
// (GetTokensFromRefreshToken).
func rotations(ctx context.Context, t *Target) (portion, error) {
	if t.rotation == nil {
		r, err := t.makeRotation(ctx, 64)
		if err != nil {
			return portion{}, err
		}
		t.rotation = r
	}
	r := t.rotation
	return portion{step: func(ctx context.Context, _ int, _ *rand.Rand) error {
		var out cognito.GetTokensFromRefreshTokenResponse
		err := t.Server.Call(ctx, "GetTokensFromRefreshToken", &cognito.GetTokensFromRefreshTokenRequest{
			ClientID: r.clientID, RefreshToken: <-r.live,
		}, &out)
		if err != nil {
			return err
		}
		if out.AuthenticationResult == nil || out.AuthenticationResult.RefreshToken == "" {
			return fmt.Errorf("GetTokensFromRefreshToken: got no refresh token")
		}
		r.live <- out.AuthenticationResult.RefreshToken
		return nil
	}}, nil
}

// makeRotation makes the client and signs users in.
func (t *Target) makeRotation(ctx context.Context, n int) (*rotation, error) {
	var client cognito.CreateUserPoolClientResponse
	err := t.Server.Call(ctx, "CreateUserPoolClient", &cognito.CreateUserPoolClientRequest{
		UserPoolID: t.PoolID, ClientName: "rotation", PreventUserExistenceErrors: "ENABLED",
		ExplicitAuthFlows:    []cognito.ExplicitAuthFlowsType{cognito.ExplicitAuthFlowsAllowUserPasswordAuth},
		RefreshTokenRotation: &cognito.RefreshTokenRotationType{Feature: cognito.FeatureEnabled, RetryGracePeriodSeconds: new(int64(0))},
	}, &client)
	if err != nil {
		return nil, err
	}
	r := &rotation{clientID: client.UserPoolClient.ClientID, live: make(chan string, n)}
	random := rand.New(rand.NewPCG(2, uint64(t.Users)))
	for range n {
		tokens, err := t.signInAt(ctx, r.clientID, t.anyone(random))
		if err != nil {
			return nil, err
		}
		r.live <- tokens.RefreshToken
	}
	return r, nil
}
