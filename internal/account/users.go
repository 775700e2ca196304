package account

import (
	"context"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// User returns the user whom an administrator means by a name, or
// idp.ErrUserNotFound.
func (s *Service) User(ctx context.Context, pool *catalog.Pool, username string) (*idp.User, error) {
	user, err := s.find(ctx, pool, username)
	if err == nil && user == nil {
		err = idp.ErrUserNotFound
	}
	return user, err
}

// Enable lets a user sign in again.
func (s *Service) Enable(ctx context.Context, pool *catalog.Pool, username string) error {
	_, err := s.change(ctx, pool, username, func(tx store.Tx, u *idp.User) error {
		u.Enabled = true
		return tx.SetUser(u)
	})
	return err
}

// Disable keeps a user from signing in and revokes every token of theirs.
func (s *Service) Disable(ctx context.Context, pool *catalog.Pool, username string) error {
	_, err := s.change(ctx, pool, username, func(tx store.Tx, u *idp.User) error {
		u.Enabled = false
		if err := tx.SetUser(u); err != nil {
			return err
		}
		return tx.RevokeFamilies(u.PoolID, u.Username)
	})
	return err
}

// AdminDelete deletes a user whom an administrator names, with everything
// that is kept of them.
func (s *Service) AdminDelete(ctx context.Context, pool *catalog.Pool, username string) error {
	_, err := s.change(ctx, pool, username, func(tx store.Tx, u *idp.User) error {
		return tx.DeleteUser(u.PoolID, u.Username)
	})
	return err
}

// Delete deletes a user, with everything that is kept of them.
func (s *Service) Delete(ctx context.Context, user *idp.User) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := again(tx, user, idp.ErrUserNotFound); err != nil {
			return err
		}
		return tx.DeleteUser(user.PoolID, user.Username)
	})
}
