package account

import (
	"context"
	"strings"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
)

// ResendConfirmationCode asks for another code that confirms an account.
type ResendConfirmationCode struct {
	Origin
	Username string // as typed
	Metadata map[string]string
}

// ResendConfirmationCode sends a user who signed up another code, which
// replaces the one before, and says where it went.
//
// A client that hides which users exist gets the same answer for a name
// without a user and for a disabled user, after the same work, as with
// ForgotPassword. That a user is confirmed is told to everybody.
func (s *Service) ResendConfirmationCode(ctx context.Context, in ResendConfirmationCode) (*Delivery, error) {
	var d *Delivery
	err := settle(func() (err error) {
		d, err = s.resend(ctx, in)
		return err
	})
	return d, err
}

func (s *Service) resend(ctx context.Context, in ResendConfirmationCode) (*Delivery, error) {
	client, pool := in.Client, in.Client.Pool
	address, err := in.Address(ctx)
	if err != nil {
		return nil, err
	}
	if len(pool.Settings.AutoVerifiedAttributes) == 0 {
		return nil, idp.ErrNoAutoVerification
	}
	user, err := s.find(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	refusal := refuseResend(pool.UserPool, user)
	hidden := refusal != nil && client.HidesUserExistence() && refusal != idp.ErrAlreadyConfirmed
	if refusal != nil && !hidden {
		return nil, refusal
	}

	subject := Subject(pool, user, in.Username)
	n, details, err := s.resentCode(ctx, in, user, subject, hidden)
	if err != nil {
		return nil, err
	}
	event := s.newEvent(ctx, pool, client.ID, address, idp.EventResendCode)
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if err := s.take(tx, pool.ID, subject, idp.AttemptResend); err != nil {
			return err
		}
		if hidden {
			if err := nobodyAgain(tx, pool.ID, subject); err != nil {
				return err
			}
		} else {
			u, err := again(tx, user, errMoved)
			if err != nil {
				return err
			}
			if u.Status != user.Status || u.Enabled != user.Enabled || u.Attributes[n.code.Attribute] != user.Attributes[n.code.Attribute] {
				return errMoved
			}
		}
		if err := tx.PutCode(n.code); err != nil {
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
		if err := s.Messages.Enqueue(ctx, n.message); err != nil {
			return nil, idp.ErrCodeDelivery
		}
		return details, nil
	default:
		return details, s.send(ctx, n.message)
	}
}

// resentCode makes another confirmation code and the message with it, or for a
// hidden user what looks the same and matches nothing.
func (s *Service) resentCode(ctx context.Context, in ResendConfirmationCode, user *idp.User, subject string, hidden bool) (notice, *Delivery, error) {
	pool := in.Client.Pool
	l := letter{pool: pool, clientID: in.Client.ID, user: user, purpose: message.ResendCode, metadata: in.Metadata}
	attribute, details := likelyConfirmation(pool.UserPool, in.Username), (*Delivery)(nil)
	if hidden {
		l.user, l.to = &idp.User{PoolID: pool.ID, Username: in.Username}, in.Username
		details = simulated(pool, in.Username, attribute)
	} else {
		attribute = pool.ConfirmationAttribute(user)
		l.to = user.Attributes[attribute]
		details = delivery(attribute, l.to)
	}
	code, digits := s.newCode(pool, subject, idp.PurposeSignUp, attribute, idp.ConfirmationCodeLife)
	if hidden {
		if err := s.decoy(code); err != nil {
			return notice{}, nil, err
		}
	}
	l.via, l.code, l.expires = details.Medium, digits, code.ExpiresAt
	m, err := s.composeReset(ctx, l, hidden)
	return notice{code, m}, details, err
}

// refuseResend says why a user gets no other code, or nil. The user is nil for
// a name without one.
func refuseResend(pool *idp.UserPool, u *idp.User) *idp.Error {
	switch {
	case u == nil:
		return idp.ErrUserClientNotFound
	case u.Status != cognito.UserStatusUnconfirmed:
		return idp.ErrAlreadyConfirmed
	case !u.Enabled:
		return idp.ErrUserDisabled
	case pool.ConfirmationAttribute(u) == "":
		return idp.ErrNoAddressToVerify
	}
	return nil
}

// likelyConfirmation is the attribute to which a confirmation code for a typed
// name would most likely have gone.
func likelyConfirmation(pool *idp.UserPool, typed string) string {
	email, phone := pool.AutoVerifies("email"), pool.AutoVerifies("phone_number")
	if phone && (!email || strings.HasPrefix(typed, "+")) {
		return "phone_number"
	}
	return "email"
}
