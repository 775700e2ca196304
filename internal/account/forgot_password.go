package account

import (
	"context"
	"errors"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// ForgotPassword asks for a code that will let a user set a new password.
type ForgotPassword struct {
	Origin
	Username string // the username or an alias, as typed
	Metadata map[string]string
}

// ForgotPassword sends the user a code to the verified address or number that
// the pool prefers and says where it went. The password stays as it is.
//
// A client that hides which users exist gets the same answer for a user who
// cannot reset and for a name without a user, after the same work: a code is
// made, kept and written into a message in every case, and only one that can
// be redeemed is sent.
func (s *Service) ForgotPassword(ctx context.Context, in ForgotPassword) (*Delivery, error) {
	address, err := in.Address(ctx)
	if err != nil {
		return nil, err
	}
	if len(in.Client.Pool.RecoveryAttributes()) == 0 {
		return nil, idp.ErrContactAdministrator
	}
	var r *resetting
	err = settle(func() (err error) {
		if r, err = s.beginReset(ctx, in); err != nil {
			return err
		}
		return s.keepReset(ctx, in.Client, r, address)
	})
	if err != nil {
		return nil, err
	}
	switch {
	case r.user == nil:
		return r.details, nil
	case in.Client.HidesUserExistence():
		// Waiting for the delivery would tell that there is something to deliver.
		if err := s.Messages.Enqueue(ctx, r.message); err != nil {
			return nil, idp.ErrCodeDelivery
		}
		return r.details, nil
	default:
		return r.details, s.send(ctx, r.message)
	}
}

// resetting is a reset that begins: a code, and the message with it.
type resetting struct {
	user    *idp.User // nil if it only looks as if there were one
	subject string
	code    *idp.Code
	message message.Message
	details *Delivery
}

// beginReset finds the user, or a function that knows one, and makes the code
// and the message. Nothing is kept and nothing is sent.
func (s *Service) beginReset(ctx context.Context, in ForgotPassword) (*resetting, error) {
	client, pool := in.Client, in.Client.Pool
	user, err := s.find(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	if user == nil {
		user, err = s.Migrate(ctx, client, Migration{Username: in.Username, Source: trigger.UserMigrationForgotPassword, Metadata: in.Metadata})
		if err != nil {
			return nil, err
		}
	}
	refusal := refuseReset(pool.UserPool, user)
	hidden := refusal != nil && client.HidesUserExistence() && refusal != idp.ErrResetInState
	if refusal != nil && !hidden {
		return nil, refusal
	}
	r := &resetting{user: user, subject: Subject(pool, user, in.Username)}
	attribute, to, details := s.resetChannel(pool, user, in.Username, hidden)
	code, digits := s.newCode(pool, r.subject, idp.PurposeResetPassword, attribute, idp.ResetCodeLife)
	r.code, r.details = code, details
	if hidden {
		if err := s.decoy(code); err != nil {
			return nil, err
		}
		r.user, user = nil, &idp.User{PoolID: pool.ID, Username: in.Username}
	}
	r.message, err = s.composeReset(ctx, letter{
		pool:     pool,
		clientID: client.ID,
		user:     user,
		purpose:  message.ForgotPassword,
		to:       to,
		via:      details.Medium,
		code:     digits,
		expires:  code.ExpiresAt,
		metadata: in.Metadata,
	}, hidden)
	return r, err
}

// keepReset counts the attempt and keeps the code, if the user is still who
// the message was written to.
func (s *Service) keepReset(ctx context.Context, client *catalog.Client, r *resetting, address string) error {
	pool := client.Pool
	event := s.newEvent(ctx, pool, client.ID, address, idp.EventForgotPassword)
	return s.Store.Update(ctx, func(tx store.Tx) error {
		err := s.take(tx, pool.ID, r.subject, idp.AttemptReset)
		if errors.Is(err, idp.ErrTooManyFailedAttempts) {
			return idp.ErrAttemptLimit // ForgotPassword declares no other
		}
		if err != nil {
			return err
		}
		if r.user == nil {
			if err := nobodyAgain(tx, pool.ID, r.subject); err != nil {
				return err
			}
		} else {
			u, err := again(tx, r.user, errMoved)
			if err != nil {
				return err
			}
			if refuseReset(pool.UserPool, u) != nil || u.RecoveryAttribute(pool.UserPool) != r.code.Attribute || u.Attributes[r.code.Attribute] != r.message.To {
				return errMoved
			}
		}
		if err := tx.PutCode(r.code); err != nil {
			return err
		}
		return record(tx, event, r.subject, nil)
	})
}

// refuseReset says why a user cannot reset the password, or nil. The user is
// nil for a name without one.
func refuseReset(pool *idp.UserPool, u *idp.User) *idp.Error {
	switch {
	case u == nil:
		return idp.ErrUserClientNotFound
	case !u.Enabled:
		return idp.ErrUserDisabled
	case u.Status == cognito.UserStatusForceChangePassword, u.Status == cognito.UserStatusExternalProvider:
		return idp.ErrResetInState
	case u.RecoveryAttribute(pool) == "":
		return idp.ErrNoRecoveryChannel
	}
	return nil
}

// resetChannel says where a reset code goes, or where it seems to go.
func (s *Service) resetChannel(pool *catalog.Pool, u *idp.User, typed string, hidden bool) (attribute, to string, d *Delivery) {
	if !hidden {
		attribute = u.RecoveryAttribute(pool.UserPool)
		return attribute, u.Attributes[attribute], delivery(attribute, u.Attributes[attribute])
	}
	attribute = likelyAttribute(pool.UserPool, typed)
	return attribute, typed, simulated(pool, typed, attribute)
}

// likelyAttribute is the attribute to which a code for a typed name would most
// likely have gone.
func likelyAttribute(pool *idp.UserPool, typed string) string {
	channels := pool.RecoveryAttributes()
	if len(channels) == 1 {
		return channels[0]
	}
	if len(typed) > 1 && typed[0] == '+' {
		return "phone_number"
	}
	if pool.Settings.AccountRecoverySetting == nil {
		return "email" // most users of a pool without a setting have no phone number
	}
	return channels[0]
}

// composeReset composes the message with a reset code. For a name without a
// user it does the same work, but asks no function.
func (s *Service) composeReset(ctx context.Context, l letter, hidden bool) (message.Message, error) {
	if hidden && l.pool.Settings.LambdaConfig != nil {
		pool := *l.pool.UserPool
		config := *pool.Settings.LambdaConfig
		config.CustomMessage = ""
		pool.Settings.LambdaConfig = &config
		l.pool = &catalog.Pool{UserPool: &pool, Key: l.pool.Key}
	}
	return s.compose(ctx, l)
}
