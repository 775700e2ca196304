package account

import (
	"context"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
)

// ErrDisabledAdminReset is what AdminResetUserPassword says of a disabled
// user. Unlike everywhere else there is no full stop.
var ErrDisabledAdminReset = idp.NotAuthorized("User is disabled")

// AdminResetUserPassword makes a password stop working and sends the user a
// code to set a new one. Second factors stay as they are, and so do tokens.
// When the message is refused the password has stopped working all the same;
// the call can be repeated.
func (s *Service) AdminResetUserPassword(ctx context.Context, pool *catalog.Pool, username string, metadata map[string]string) error {
	var m message.Message
	err := settle(func() (err error) {
		m, err = s.requireReset(ctx, pool, username, metadata)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.Messages.Send(ctx, m); err != nil {
		return notSent(m)
	}
	return nil
}

// requireReset makes a user reset the password and returns the message with
// the code.
func (s *Service) requireReset(ctx context.Context, pool *catalog.Pool, username string, metadata map[string]string) (message.Message, error) {
	user, err := s.find(ctx, pool, username)
	if err != nil {
		return message.Message{}, err
	}
	if err := refuseAdminReset(pool, user); err != nil {
		return message.Message{}, err
	}
	attribute := user.RecoveryAttribute(pool.UserPool)
	code, digits := s.newCode(pool, user.Username, idp.PurposeResetPassword, attribute, idp.ResetCodeLife)
	m, err := s.compose(ctx, letter{
		pool:     pool,
		user:     user,
		purpose:  message.ForgotPassword,
		to:       user.Attributes[attribute],
		via:      medium(attribute),
		code:     digits,
		expires:  code.ExpiresAt,
		metadata: metadata,
	})
	if err != nil {
		return message.Message{}, err
	}
	event := s.newEvent(ctx, pool, "", idp.RequestFrom(ctx).SourceIP, idp.EventForgotPassword)
	return m, s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := again(tx, user, idp.ErrUserNotFound)
		if err != nil {
			return err
		}
		if err := refuseAdminReset(pool, u); err != nil {
			return err
		}
		if u.RecoveryAttribute(pool.UserPool) != attribute || u.Attributes[attribute] != m.To {
			return errMoved
		}
		u.Status, u.Modified = cognito.UserStatusResetRequired, s.Now()
		if err := tx.SetUser(u); err != nil {
			return err
		}
		if err := tx.PutCode(code); err != nil {
			return err
		}
		return record(tx, event, u.Username, nil)
	})
}

func refuseAdminReset(pool *catalog.Pool, u *idp.User) error {
	switch {
	case u == nil:
		return idp.ErrUserNotFound
	case len(pool.RecoveryAttributes()) == 0:
		return idp.ErrContactAdministrator
	case !u.Enabled:
		return ErrDisabledAdminReset
	case u.Status != cognito.UserStatusConfirmed && u.Status != cognito.UserStatusResetRequired:
		return idp.ErrResetInState
	case u.RecoveryAttribute(pool.UserPool) == "":
		return idp.ErrNoRecoveryChannel
	}
	return nil
}
