package ops

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// The ids of the sample, which stay the same so that they can be written into
// an app's settings. The pool's follows the region.
const (
	samplePool         = "RockPool1"
	samplePublicClient = "rockpoolpublicclient000001"
	sampleSecretClient = "rockpoolsecretclient000001"
)

// Sample is a pool for trying things out, with an app client that has no
// secret and one that has one.
type Sample struct {
	PoolID         string
	ClientID       string
	SecretClientID string
	Secret         string // of SecretClientID
}

// Sample makes the sample, or what is missing of it. The secret is drawn when
// the client is made, unless one is given.
func (a *API) Sample(ctx context.Context, secret string) (*Sample, error) {
	s := &Sample{PoolID: a.Region + "_" + samplePool, ClientID: samplePublicClient, SecretClientID: sampleSecretClient}
	if err := a.makeSamplePool(ctx, s.PoolID); err != nil {
		return nil, fmt.Errorf("making the sample pool: %w", err)
	}
	if _, err := a.makeSampleClient(ctx, s.PoolID, s.ClientID, &cognito.CreateUserPoolClientRequest{ClientName: "sample"}); err != nil {
		return nil, fmt.Errorf("making a sample client: %w", err)
	}
	with := &cognito.CreateUserPoolClientRequest{ClientName: "sample-with-secret", ClientSecret: secret}
	if secret == "" {
		with.GenerateSecret = new(true)
	}
	client, err := a.makeSampleClient(ctx, s.PoolID, s.SecretClientID, with)
	if err != nil {
		return nil, fmt.Errorf("making a sample client: %w", err)
	}
	s.Secret = client.ClientSecret
	return s, nil
}

// makeSamplePool makes the pool unless it is there: users choose a username
// and may sign in with their e-mail address, which is verified by a code.
func (a *API) makeSamplePool(ctx context.Context, id string) error {
	_, err := a.Catalog.Pool(ctx, id)
	if !errors.Is(err, idp.ErrPoolNotFound(id)) {
		return err
	}
	_, err = a.createUserPool(ctx, &cognito.CreateUserPoolRequest{
		PoolName:               "sample",
		AutoVerifiedAttributes: []cognito.VerifiedAttributeType{cognito.VerifiedAttributeEmail},
		AliasAttributes:        []cognito.AliasAttributeType{cognito.AliasAttributeEmail},
		UsernameConfiguration:  &cognito.UsernameConfigurationType{CaseSensitive: false},
	}, once(id))
	return err
}

// makeSampleClient makes a client unless it is there, with the flows that
// sign users in by a password.
func (a *API) makeSampleClient(ctx context.Context, poolID, id string, in *cognito.CreateUserPoolClientRequest) (*cognito.UserPoolClientType, error) {
	there, err := a.Catalog.PoolClient(ctx, poolID, id)
	if err == nil {
		return a.describeClient(ctx, there.Client)
	}
	if !errors.Is(err, idp.ErrClientNotFound(id)) {
		return nil, err
	}
	in.UserPoolID = poolID
	in.ExplicitAuthFlows = []cognito.ExplicitAuthFlowsType{
		cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsAllowUserSrpAuth,
		cognito.ExplicitAuthFlowsAllowAdminUserPasswordAuth, cognito.ExplicitAuthFlowsAllowRefreshTokenAuth,
	}
	out, err := a.createUserPoolClient(ctx, in, once(id))
	if err != nil {
		return nil, err
	}
	return out.UserPoolClient, nil
}

// once gives an id that was chosen.
func once(id string) func() string { return func() string { return id } }
