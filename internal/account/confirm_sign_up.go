package account

import (
	"context"
	"errors"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ConfirmSignUp is a user who proves, with the code they were sent, that they
// can be reached.
type ConfirmSignUp struct {
	Origin
	Username string // as typed
	Code     string
	Force    bool // take an alias away from whoever has it
	Metadata map[string]string

	// Also, if not nil, is part of the transaction that confirms the user.
	// attribute is the one that the code went to.
	Also func(tx store.Tx, u *idp.User, attribute string) error
}

// ConfirmSignUp confirms a user who signed up. The address or number that the
// code went to is verified thereby.
//
// That a user is confirmed already is told to everybody, as the service does.
// A client that hides which users exist learns nothing else without the code:
// for a name without a user attempts are counted and a code is looked for all
// the same.
func (s *Service) ConfirmSignUp(ctx context.Context, in ConfirmSignUp) error {
	client, pool := in.Client, in.Client.Pool
	address, err := in.Address(ctx)
	if err != nil {
		return err
	}
	user, err := s.find(ctx, pool, in.Username)
	if err != nil {
		return err
	}
	refused := refuseConfirmation(user)
	hidden := client.HidesUserExistence() && (user == nil || user.Status == cognito.UserStatusUnconfirmed)
	if refused != nil && !hidden {
		return refused
	}

	event := s.newEvent(ctx, pool, client.ID, address, idp.EventSignUp)
	subject := Subject(pool, user, in.Username)
	var refusal error // what was counted must stay counted, so a refusal commits
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		refusal = nil
		var confirmed *idp.User
		refusal, err = s.redeem(tx, redemption{
			pool: pool, subject: subject, purpose: idp.PurposeSignUp, typed: in.Code,
			count: idp.AttemptConfirmSignUp, forget: []idp.AttemptKind{idp.AttemptResend},
		}, func(code *idp.Code) (refusal, err error) {
			confirmed, refusal, err = s.confirm(tx, pool, user, code, in.Force)
			if err != nil || refusal != nil || in.Also == nil {
				return refusal, err
			}
			return nil, in.Also(tx, confirmed, code.Attribute)
		})
		if err != nil {
			return err
		}
		if err := record(tx, event, subject, refusal); err != nil || refusal != nil {
			return err
		}
		user = confirmed
		return nil
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return err
	}
	return s.tellConfirmed(ctx, pool, client.ID, user, in.Metadata)
}

// confirm spends a code on the confirmation of a user, or says why not.
func (s *Service) confirm(tx store.Tx, pool *catalog.Pool, user *idp.User, code *idp.Code, force bool) (confirmed *idp.User, refusal, err error) {
	if user == nil { // only a decoy can be here, and nothing matches a decoy
		return nil, idp.ErrCodeMismatch, nil
	}
	user, err = again(tx, user, idp.ErrCodeExpired)
	if errors.Is(err, idp.ErrCodeExpired) {
		return nil, idp.ErrCodeExpired, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if refused := refuseConfirmation(user); refused != nil {
		return nil, refused, nil
	}
	if err := spend(tx, code); err != nil {
		return nil, nil, err
	}
	user.Attributes[code.Attribute+"_verified"] = "true"
	user.Status, user.Modified = cognito.UserStatusConfirmed, s.Now()
	if err := update(tx, pool, user, force); err != nil {
		// Nothing is kept of this, the code neither: it may be used again, with Force.
		return nil, nil, takenBy(pool, err, idp.ErrUserExists, idp.ErrAliasTakenAtConfirmation)
	}
	return user, nil, nil
}

// refuseConfirmation says why a user cannot confirm the account, or nil. The
// user is nil for a name without one.
func refuseConfirmation(u *idp.User) error {
	switch {
	case u == nil:
		return idp.ErrUserClientNotFound
	case u.Status != cognito.UserStatusUnconfirmed:
		return idp.ErrCannotConfirm(u.Status)
	case !u.Enabled:
		return idp.ErrUserDisabled
	}
	return nil
}

// AdminConfirmSignUp confirms a user who signed up without a code. Nothing is
// verified thereby.
func (s *Service) AdminConfirmSignUp(ctx context.Context, pool *catalog.Pool, username string, metadata map[string]string) error {
	user, err := s.change(ctx, pool, username, func(tx store.Tx, u *idp.User) error {
		if u.Status != cognito.UserStatusUnconfirmed {
			return idp.ErrCannotConfirm(u.Status)
		}
		u.Status = cognito.UserStatusConfirmed
		if err := forget(tx, u, idp.PurposeSignUp); err != nil {
			return err
		}
		return aliasTaken(update(tx, pool, u, false))
	})
	if err != nil {
		return err
	}
	return s.tellConfirmed(ctx, pool, "", user, metadata)
}
