package account

import (
	"context"
	"errors"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

// ErrPreviousPasswordMissing means that a user who has a password did not give
// it.
var ErrPreviousPasswordMissing = idp.InvalidParameter("Missing required parameter PreviousPassword")

// ChangePassword is a user who wants another password and, if there is one,
// knows the present one.
type ChangePassword struct {
	Client   *catalog.Client
	User     *idp.User
	Previous string
	Proposed string
}

// ChangePassword sets a password for a signed-in user. Tokens stay valid; a
// reset code that was sent before does not work any more. Every attempt is
// counted, so that a stolen access token does not let anybody try passwords.
func (s *Service) ChangePassword(ctx context.Context, in ChangePassword) error {
	pool := in.Client.Pool
	if err := refuseChange(in.User, in.Previous); err != nil {
		return err
	}
	proposed, err := s.NewVerifier(ctx, pool, in.User, in.Proposed)
	if err != nil {
		return err
	}
	var previous []byte
	if in.User.Password != nil {
		if previous, err = s.verifier(ctx, pool, in.User.Username, in.Previous, in.User.Salt); err != nil {
			return err
		}
	}

	event := s.newEvent(ctx, pool, in.Client.ID, idp.RequestFrom(ctx).SourceIP, idp.EventPasswordChange)
	var refusal error // a wrong password must stay counted, so it commits
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		refusal = nil
		u, err := again(tx, in.User, idp.ErrUserNotFound)
		if err != nil {
			return err
		}
		attempts, err := s.allow(tx, u.PoolID, u.Username, idp.AttemptChangePassword)
		if err != nil {
			return err
		}
		refusal, err = s.replacePassword(tx, pool, u, attempts, previous, proposed)
		if err != nil {
			return err
		}
		if err := tx.PutAttempts(attempts); err != nil {
			return err
		}
		return record(tx, event, u.Username, refusal)
	})
	if err != nil {
		return err
	}
	return refusal
}

// replacePassword gives a user the proposed password if the previous one is
// right, or says why not.
func (s *Service) replacePassword(tx store.Tx, pool *catalog.Pool, u *idp.User, a *idp.Attempts, previous, proposed []byte) (refusal, err error) {
	if u.Password != nil {
		present, err := OpenVerifier(pool, u)
		if err != nil {
			return nil, err
		}
		if !srp.Verify(present, previous) {
			a.Fail()
			return idp.ErrIncorrectUsernameOrPassword, nil
		}
	}
	if refusal := refuseStatus(u); refusal != nil {
		return refusal, nil
	}
	err = s.SetPassword(pool, u, proposed)
	if errors.Is(err, idp.ErrPasswordReused) {
		return err, nil
	}
	if err != nil {
		return nil, err
	}
	if err := forget(tx, u, idp.PurposeResetPassword); err != nil {
		return nil, err
	}
	return nil, tx.SetPassword(u)
}

// refuseChange says why a user may not change the password, before any of it
// is computed.
func refuseChange(u *idp.User, previous string) error {
	if u.Password != nil && previous == "" {
		return ErrPreviousPasswordMissing
	}
	return refuseStatus(u)
}

// refuseStatus says why users in a status get another password in other ways
// only, or nil: by a reset, or at the next sign-in.
func refuseStatus(u *idp.User) error {
	switch u.Status {
	case cognito.UserStatusResetRequired:
		return idp.ErrPasswordResetRequired
	case cognito.UserStatusForceChangePassword:
		return idp.ErrResetInState
	}
	return nil
}
