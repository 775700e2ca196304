package account

import (
	"context"
	"errors"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// change finds a user by any name and changes them in one transaction. write
// stores what it changes. The user that was stored is returned.
func (s *Service) change(ctx context.Context, pool *catalog.Pool, username string, write func(tx store.Tx, u *idp.User) error) (user *idp.User, err error) {
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		user, err = Find(tx, pool, username)
		if err != nil {
			return err
		}
		if user == nil {
			return idp.ErrUserNotFound
		}
		user.Modified = s.Now()
		return write(tx, user)
	})
	return user, err
}

// forget deletes the code that a user was sent for a purpose, if there is one.
func forget(tx store.Tx, u *idp.User, purpose idp.Purpose) error {
	code, err := tx.Code(u.PoolID, u.Username, purpose)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.DeleteCode(code)
}

// forgetSentTo deletes the codes that were sent to the value of an attribute.
// Whoever has the old value must not confirm, verify or reset with it.
func forgetSentTo(tx store.Tx, u *idp.User, attribute string) error {
	for _, purpose := range []idp.Purpose{idp.PurposeSignUp, idp.PurposeResetPassword, idp.VerifyPurpose(attribute)} {
		code, err := tx.Code(u.PoolID, u.Username, purpose)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if code.Attribute != attribute {
			continue
		}
		if err := tx.DeleteCode(code); err != nil {
			return err
		}
	}
	return nil
}

// errMoved means that a user is not what they were when a message was written
// to them, so that it would go to the wrong place.
var errMoved = errors.New("user has changed meanwhile")

// settle tries something again while somebody else changes the same user.
func settle(try func() error) error {
	for range 3 {
		if err := try(); !errors.Is(err, errMoved) {
			return err
		}
	}
	return idp.ErrTooManyRequests
}
