package signin

import (
	"context"

	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
)

// refreshFlow renews tokens (REFRESH_TOKEN_AUTH). The request names no user:
// the secret hash is the one over the real username.
func (s *Service) refreshFlow(ctx context.Context, in Initiate) (*Result, error) {
	text := in.Parameters["REFRESH_TOKEN"]
	if text == "" {
		return nil, missing("REFRESH_TOKEN")
	}
	if in.Client.HasSecret() && in.Parameters["SECRET_HASH"] == "" {
		return nil, idp.ErrSecretHashMissing(in.Client.ID)
	}
	g, err := s.Tokens.Refresh(ctx, in.Client, text, in.Parameters["DEVICE_KEY"])
	if err != nil {
		return nil, err
	}
	if err := in.checkSecretHash(in.Parameters, g.User.Username, idp.ErrSecretHashMismatch); err != nil {
		return nil, err
	}
	return s.renew(ctx, in.Caller, g, nil)
}

// Refresh renews tokens and, if the client rotates them, the refresh token
// (GetTokensFromRefreshToken). The caller has checked the client's secret.
type Refresh struct {
	Caller
	RefreshToken string
	DeviceKey    string
	Metadata     map[string]string
}

// Refresh renews the tokens of a sign-in.
func (s *Service) Refresh(ctx context.Context, in Refresh) (*Result, error) {
	g, err := s.Tokens.Refresh(ctx, in.Client, in.RefreshToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return s.renew(ctx, in.Caller, g, in.Metadata)
}

func (s *Service) renew(ctx context.Context, c Caller, g *token.Grant, metadata map[string]string) (*Result, error) {
	g.Address, g.Agent = c.Address, c.agent(ctx)
	issued, err := s.issue(ctx, *g, trigger.TokenGenerationRefreshTokens, metadata)
	if err != nil {
		return nil, err
	}
	if issued.NeedsSave() {
		if err := s.Accounts.Store.Update(ctx, func(tx store.Tx) error { return issued.Save(tx) }); err != nil {
			return nil, err
		}
	}
	return &Result{Tokens: issued}, nil
}
