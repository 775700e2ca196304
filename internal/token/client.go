package token

import (
	"context"
	"slices"
	"strings"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
)

// ClientGrant says which client gets an access token of its own.
type ClientGrant struct {
	Client    *catalog.Client
	Scopes    []string   // of resource servers; the service's own are left out
	Overrides *Overrides // what the PreTokenGeneration trigger asks for
}

// ClientToken is the access token of a client. There is nothing to store, and
// no refresh token: the client has its secret to ask for another one.
type ClientToken struct {
	AccessToken string
	ExpiresIn   int64 // seconds
}

// PrepareClient makes the access token of a client. No scope of the service
// gets into it, even if the trigger asks for one, so that it can never be
// taken for that of a user.
func (s *Service) PrepareClient(ctx context.Context, g ClientGrant) (*ClientToken, error) {
	pool := g.Client.Pool
	ring, err := s.ring(ctx, pool)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	life := g.Client.AccessTokenLife()
	c := claims{
		"sub":       g.Client.ID,
		"iss":       s.Issuer(pool.ID),
		"client_id": g.Client.ID,
		"token_use": "access",
		"version":   2,
		"jti":       secret.UUID(s.Rand),
		"auth_time": now.Unix(),
		"iat":       now.Unix(),
		"exp":       now.Add(life).Unix(),
	}
	if scopes := slices.DeleteFunc(g.Overrides.scopes(g.Scopes), idp.IsSystemScope); len(scopes) > 0 {
		c["scope"] = strings.Join(scopes, " ")
	}
	if g.Overrides != nil {
		g.Overrides.Access.apply(c, true, g.Client.ID)
	}
	out := &ClientToken{ExpiresIn: int64(life / time.Second)}
	if out.AccessToken, err = ring.sign(idp.KeyUseAccess, c, now); err != nil {
		return nil, err
	}
	if len(out.AccessToken) > maxAccessToken {
		return nil, ErrTooManyClaims
	}
	return out, nil
}
