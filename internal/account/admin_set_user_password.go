package account

import (
	"context"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// AdminSetUserPassword gives a user a password: one to keep, after which the
// user is CONFIRMED whatever the status was, or a temporary one. Nobody is
// told, and tokens already issued stay valid. Codes that were sent before do
// not work any more, and the user is no longer locked out.
func (s *Service) AdminSetUserPassword(ctx context.Context, pool *catalog.Pool, username, password string, permanent bool) error {
	user, err := s.User(ctx, pool, username)
	if err != nil {
		return err
	}
	verifier, err := s.NewVerifier(ctx, pool, user, password)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := again(tx, user, idp.ErrUserNotFound)
		if err != nil {
			return err
		}
		if err := s.SetPassword(pool, u, verifier); err != nil {
			return err
		}
		u.Status = cognito.UserStatusForceChangePassword
		if permanent {
			u.Status = cognito.UserStatusConfirmed
		}
		for _, purpose := range []idp.Purpose{idp.PurposeSignUp, idp.PurposeResetPassword} {
			if err := forget(tx, u, purpose); err != nil {
				return err
			}
		}
		if err := tx.ClearAttempts(u.PoolID, u.Username, idp.AttemptPassword); err != nil {
			return err
		}
		// A user who is no longer unconfirmed may have one more alias.
		return aliasTaken(update(tx, pool, u, false))
	})
}
