package token

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Revoke ends the family of a refresh token, so that its refresh and access
// tokens are refused from now on. A token that is revoked or has expired
// already is no error (RFC 7009, section 2.2).
//
// The errors are idp.ErrRevocationDisabled, idp.ErrTokenTypeUnsupported for
// what is not a refresh token of the pool, and idp.ErrRevocationUnauthorized
// for the token of another client.
func (s *Service) Revoke(ctx context.Context, client *catalog.Client, text string) error {
	return s.revoke(ctx, client, text, func(tx store.Tx, family string) error {
		return tx.RevokeFamily(client.PoolID, family)
	})
}

// RevokeLinked is Revoke, and ends the SSO session that the sign-in came
// through too. Without one, or in a pool that does not keep track of sessions,
// it does no more than Revoke.
func (s *Service) RevokeLinked(ctx context.Context, client *catalog.Client, text string) error {
	return s.revoke(ctx, client, text, func(tx store.Tx, family string) error {
		f, err := tx.Family(client.PoolID, family)
		if err != nil {
			return err
		}
		session, err := sessionOf(tx, client.Pool, f)
		if err != nil {
			return err
		}
		if session != nil {
			if err := endOrigin(tx, session); err != nil {
				return err
			}
		}
		return tx.RevokeFamily(client.PoolID, family)
	})
}

func (s *Service) revoke(ctx context.Context, client *catalog.Client, text string, end func(tx store.Tx, family string) error) error {
	if !client.TokenRevocation() {
		return idp.ErrRevocationDisabled
	}
	t, err := openRefreshToken(client.Pool, text)
	if err != nil {
		return idp.ErrTokenTypeUnsupported
	}
	if t.Client != client.ID {
		return idp.ErrRevocationUnauthorized
	}
	// A token that was rotated away counts too: whoever has it may end the
	// sign-in it came from, and that is all they may do.
	err = s.Store.Update(ctx, func(tx store.Tx) error { return end(tx, t.Family) })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("revoking token family: %w", err)
	}
	return nil
}

// SignOutEverywhere ends every family of a user, in the caller's transaction.
func SignOutEverywhere(tx store.Tx, poolID, username string) error {
	if err := tx.RevokeFamilies(poolID, username); err != nil {
		return fmt.Errorf("revoking token families: %w", err)
	}
	return nil
}
