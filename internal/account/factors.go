package account

import (
	"context"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Barred says why a token does not do for changing how its user signs in or
// recovers the account, or nil.
//
// A token from before does not do for a user whom an administrator has made
// reset the password: whoever else has it must not decide about the factors,
// nor about the address that the reset goes to.
func Barred(u *idp.User) error {
	switch u.Status {
	case cognito.UserStatusResetRequired:
		return idp.ErrPasswordResetRequired
	case cognito.UserStatusUnconfirmed:
		return idp.ErrUserNotConfirmed
	}
	return nil
}

// ChangeFactors changes what a signed-in user is asked for besides the first
// proof. change gets the user as stored; nothing is written if it refuses.
func (s *Service) ChangeFactors(ctx context.Context, user *idp.User, change func(u *idp.User) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := again(tx, user, idp.ErrUserNotFound)
		if err != nil {
			return err
		}
		if err := Barred(u); err != nil {
			return err
		}
		if err := change(u); err != nil {
			return err
		}
		u.Modified = s.Now()
		return tx.SetUser(u)
	})
}

// AdminChangeFactors is ChangeFactors for a user whom an administrator names.
func (s *Service) AdminChangeFactors(ctx context.Context, pool *catalog.Pool, username string, change func(u *idp.User) error) error {
	_, err := s.change(ctx, pool, username, func(tx store.Tx, u *idp.User) error {
		if err := change(u); err != nil {
			return err
		}
		return tx.SetUser(u)
	})
	return err
}
