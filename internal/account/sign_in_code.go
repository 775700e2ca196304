package account

import (
	"context"
	"errors"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
)

// SignInCode is a one-time code that is part of a sign-in, on its way to the
// user.
type SignInCode struct {
	Client    *catalog.Client
	User      *idp.User // nil for a name without one
	Typed     string    // the name without a user
	Attribute string    // email or phone_number
	To        string    // the value of the attribute
	Code      string
	Expires   time.Time
	Metadata  map[string]string // reaches the functions
}

// ComposeSignInCode makes the message with a code, and says where it is to go.
// For a name without a user it does the same work, but asks no function. It
// sends nothing.
func (s *Service) ComposeSignInCode(ctx context.Context, in SignInCode) (message.Message, *Delivery, error) {
	pool := in.Client.Pool
	user, d := in.User, delivery(in.Attribute, in.To)
	if user == nil {
		user, d = &idp.User{PoolID: pool.ID, Username: in.Typed}, simulated(pool, in.Typed, in.Attribute)
	}
	m, err := s.composeReset(ctx, letter{
		pool:     pool,
		clientID: in.Client.ID,
		user:     user,
		purpose:  message.Authentication,
		to:       in.To,
		via:      d.Medium,
		code:     in.Code,
		expires:  in.Expires,
		metadata: in.Metadata,
	}, in.User == nil)
	return m, d, err
}

// SendSignInCode hands the message over. hidden tells that the caller must not
// learn from the time it takes that there is somebody to send it to.
//
// The operations that send these codes have no error for a delivery that
// failed; what they have is an error for a medium that is not set up.
func (s *Service) SendSignInCode(ctx context.Context, m message.Message, hidden bool) error {
	deliver := s.Messages.Send
	if hidden {
		deliver = s.Messages.Enqueue
	}
	if err := deliver(ctx, m); err != nil {
		return notSent(m)
	}
	return nil
}

// notSent is what operations without CodeDeliveryFailureException say of a
// message that was refused.
func notSent(m message.Message) error {
	if m.Medium == message.SMS {
		return idp.ErrSMSNotSent
	}
	return idp.ErrEmailNotSent
}

// CountSignInCode counts a message with a code, or refuses it: nobody is to be
// wearied until they give a code away. Right codes let the count begin anew.
func (s *Service) CountSignInCode(tx store.Tx, poolID, subject string) error {
	a, err := tx.Attempts(poolID, subject, idp.AttemptSendFactor)
	if err != nil || s.Unlimited {
		return err
	}
	err = a.Take(s.Now(), idp.HourlyLimit[idp.AttemptSendFactor])
	if errors.Is(err, idp.ErrAttemptLimit) {
		return idp.ErrTooManyCodes
	}
	if err != nil {
		return err
	}
	return tx.PutAttempts(a)
}
