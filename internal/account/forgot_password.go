package account

import (
	"context"

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
	client, pool := in.Client, in.Client.Pool
	address, err := in.Address(ctx)
	if err != nil {
		return nil, err
	}
	if len(pool.RecoveryAttributes()) == 0 {
		return nil, idp.ErrContactAdministrator
	}
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

	subject := Subject(pool, user, in.Username)
	attribute, to, details := s.resetChannel(pool, user, in.Username, hidden)
	code, digits := s.newCode(pool, subject, idp.PurposeResetPassword, attribute, idp.ResetCodeLife)
	if hidden {
		if err := s.decoy(code); err != nil {
			return nil, err
		}
		user = &idp.User{PoolID: pool.ID, Username: in.Username}
	}
	letter := letter{
		pool:     pool,
		clientID: client.ID,
		user:     user,
		purpose:  message.ForgotPassword,
		to:       to,
		via:      details.Medium,
		code:     digits,
		expires:  code.ExpiresAt,
		metadata: in.Metadata,
	}
	m, err := s.composeReset(ctx, letter, hidden)
	if err != nil {
		return nil, err
	}

	event := s.newEvent(ctx, pool, client.ID, address, idp.EventForgotPassword)
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := s.take(tx, pool.ID, subject, idp.AttemptReset); err != nil {
			return err
		}
		if err := tx.PutCode(code); err != nil {
			return err
		}
		return record(tx, event, subject, nil)
	})
	if err != nil {
		return nil, err
	}
	switch {
	case hidden:
		return details, nil
	case client.HidesUserExistence():
		// Waiting for the delivery would tell that there is something to deliver.
		if err := s.Messages.Enqueue(ctx, m); err != nil {
			return nil, idp.ErrCodeDelivery
		}
		return details, nil
	default:
		return details, s.send(ctx, m)
	}
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
	if hidden {
		pool := *l.pool.UserPool
		pool.Settings.LambdaConfig = nil
		l.pool = &catalog.Pool{UserPool: &pool, Key: l.pool.Key}
	}
	return s.compose(ctx, l)
}
