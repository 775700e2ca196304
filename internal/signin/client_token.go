package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
)

// errClientTokenOff means that a client gets no tokens of its own.
var errClientTokenOff = idp.NotAuthorized("ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client.")

// errClientScope means that a client may not have a scope in a token of its
// own.
func errClientScope(scope string) error {
	return idp.InvalidParameter("Invalid scope requested: " + scope)
}

// ClientToken asks for an access token that speaks for a client, not for a
// user. The caller has checked the client's secret.
type ClientToken struct {
	Client   *catalog.Client
	Scopes   []string // empty: all that the client has
	Metadata map[string]string
}

// ClientToken makes an access token for a client. Nothing is stored.
func (s *Service) ClientToken(ctx context.Context, in ClientToken) (*token.ClientToken, error) {
	flows := in.Client.Settings.ExplicitAuthFlows
	if len(flows) != 1 || flows[0] != cognito.ExplicitAuthFlowsAllowClientTokenAuth || !in.Client.HasSecret() {
		return nil, errClientTokenOff
	}
	scopes, err := s.clientScopes(ctx, in)
	if err != nil {
		return nil, err
	}
	o, err := s.Accounts.Triggers.PreTokenGeneration(ctx,
		account.Call(in.Client.Pool, in.Client.ID, "", trigger.TokenGenerationClientCredentials),
		trigger.PreTokenGenerationRequest{Scopes: scopes, ClientMetadata: in.Metadata})
	if err != nil {
		return nil, declaredByClientToken(err)
	}
	out, err := s.Tokens.PrepareClient(ctx, token.ClientGrant{Client: in.Client, Scopes: scopes, Overrides: overrides(o)})
	return out, declaredByClientToken(err)
}

// clientScopes returns the scopes that a client gets: those that it asks for,
// each of which it must have, or all. What no resource server has any more is
// left out.
func (s *Service) clientScopes(ctx context.Context, in ClientToken) ([]string, error) {
	allowed := in.Client.Settings.AllowedOAuthScopes
	for _, scope := range in.Scopes {
		if idp.IsSystemScope(scope) || !slices.Contains(allowed, scope) {
			return nil, errClientScope(scope)
		}
	}
	asked := in.Scopes
	if len(asked) == 0 {
		asked = allowed
	}
	if !idp.NeedsResourceServer(asked) {
		return nil, nil
	}
	var servers []*idp.ResourceServer
	err := s.Accounts.Store.View(ctx, func(tx store.Tx) (err error) {
		servers, err = tx.ListResourceServers(in.Client.PoolID, "", idp.MaxResourceServersPerPool)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading resource servers: %w", err)
	}
	var scopes []string
	for _, scope := range asked {
		if idp.HasScope(servers, scope) && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}

// declaredByClientToken gives what went wrong with a function the code that
// GetClientToken has for a request that cannot be granted: it declares none of
// those for functions.
func declaredByClientToken(err error) error {
	var refusal *idp.Error
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Code {
	case "UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException":
		return idp.InvalidParameter(refusal.Message)
	}
	return err
}
