// Package gate stands in front of the operations: it refuses a request that a
// filter blocks and one that comes too fast. It owns the request rates of the
// service and the filters that play the part of a web ACL; limits per user
// (attempts, lockout) belong to the use cases.
//
// Rates and filters are counted on each node, in memory: they protect a node
// and are no bookkeeping.
package gate

import (
	"context"
	"errors"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Gate admits requests.
type Gate struct {
	Catalog *catalog.Catalog
	Filters []*Filter // asked in order
	Rates   *Rates    // nil: no request rates
	// PoolOf reads the pool id from an access token without trusting it.
	PoolOf func(accessToken string) string
	// ClientOf reads the client id from the session of a sign-in without
	// trusting it.
	ClientOf func(session string) string
	// Blocked, if set, is told of each request that a filter blocked or
	// counted.
	Blocked func(filter, operation string)
}

// Admit returns nil if a request may go on, else idp.ErrForbidden or
// idp.ErrTooManyRequests.
func (g *Gate) Admit(ctx context.Context, op *cognito.Operation, in any) error {
	if len(g.Filters) == 0 && g.Rates == nil {
		return nil
	}
	pool, err := g.pool(ctx, in)
	if err != nil {
		return err
	}
	if op.Auth != cognito.AuthSigV4 {
		if err := g.filter(ctx, op.Name, pool); err != nil {
			return err
		}
	}
	if g.Rates != nil && !g.Rates.Allow(pool, op.Name, in) {
		return idp.ErrTooManyRequests
	}
	return nil
}

func (g *Gate) filter(ctx context.Context, op, pool string) error {
	address := idp.RequestFrom(ctx).SourceIP
	for _, f := range g.Filters {
		if !f.Matches(pool, op, address) {
			continue
		}
		if f.Action == Allow {
			return nil
		}
		if g.Blocked != nil {
			g.Blocked(f.Name, op)
		}
		if f.Action == Block {
			return idp.ErrForbidden
		}
	}
	return nil
}

// pool finds the pool that a request is about, "" if it is about none or one
// that does not exist.
func (g *Gate) pool(ctx context.Context, in any) (string, error) {
	t, ok := in.(interface{ Target() cognito.Target })
	if !ok {
		return "", nil
	}
	target := t.Target()
	if s := sessionOf(in); s != "" && g.ClientOf != nil {
		target.ClientID = g.ClientOf(s)
	}
	switch {
	case target.UserPoolID != "":
		return target.UserPoolID, nil
	case target.ClientID != "":
		c, err := g.Catalog.Client(ctx, target.ClientID)
		var seen *idp.Error
		if errors.As(err, &seen) {
			return "", nil // the operation will say so
		}
		if err != nil {
			return "", err
		}
		return c.PoolID, nil
	case target.AccessToken != "" && g.PoolOf != nil:
		return g.PoolOf(target.AccessToken), nil
	}
	return "", nil
}

// sessionOf is the session in a request that may name nothing else.
func sessionOf(in any) string {
	switch r := in.(type) {
	case *cognito.AssociateSoftwareTokenRequest:
		return r.Session
	case *cognito.VerifySoftwareTokenRequest:
		return r.Session
	}
	return ""
}
