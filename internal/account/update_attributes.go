package account

import (
	"context"
	"fmt"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
)

// AttributeChange is a change of a user's attributes, checked against the
// schema and the rights of whoever makes it.
type AttributeChange struct {
	Pool     *catalog.Pool
	Client   *catalog.Client // nil: an administrator makes the change
	User     *idp.User
	Change   *idp.Change
	Metadata map[string]string
}

// ChangeAttributes changes all of the attributes or none. Addresses and
// numbers that the pool verifies get a code; where they went is returned.
func (s *Service) ChangeAttributes(ctx context.Context, in AttributeChange) ([]*Delivery, error) {
	var sent []notice
	err := settle(func() (err error) {
		sent, err = s.changeAttributes(ctx, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := []*Delivery{}
	for _, n := range sent {
		if in.Client == nil {
			// An administrator's call does not fail for a message: it declares no such error.
			if err := s.Messages.Enqueue(ctx, n.message); err != nil {
				return nil, fmt.Errorf("sending code to a changed address: %w", err)
			}
		} else if err := s.send(ctx, n.message); err != nil {
			return nil, err
		}
		out = append(out, delivery(n.code.Attribute, n.message.To))
	}
	return out, nil
}

// barred is Barred, which does not stop an administrator.
func (in AttributeChange) barred(u *idp.User) error {
	if in.Client == nil {
		return nil
	}
	return Barred(u)
}

// notice is a code and the message that carries it.
type notice struct {
	code    *idp.Code
	message message.Message
}

// changeAttributes writes the messages to the user as the change would leave
// them, and makes the change if they still belong to it.
func (s *Service) changeAttributes(ctx context.Context, in AttributeChange) ([]notice, error) {
	before, err := s.present(ctx, in.User)
	if err != nil {
		return nil, err
	}
	if err := in.barred(before); err != nil {
		return nil, err
	}
	effect, err := in.Change.Apply(before, in.Pool.UserPool)
	if err != nil {
		return nil, err
	}
	notices := make([]notice, len(effect.Verify))
	for i, attribute := range effect.Verify {
		notices[i], err = s.verification(ctx, in.Pool, clientID(in.Client), before, attribute, message.UpdateUserAttribute, in.Metadata)
		if err != nil {
			return nil, err
		}
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := again(tx, in.User, idp.ErrUserNotFound)
		if err != nil {
			return err
		}
		if err := in.barred(u); err != nil {
			return err
		}
		effect, err := in.Change.Apply(u, in.Pool.UserPool)
		if err != nil {
			return err
		}
		u.Modified = s.Now()
		if err := update(tx, in.Pool, u, false); err != nil {
			return aliasTaken(err)
		}
		for _, attribute := range effect.Moved {
			if err := forgetSentTo(tx, u, attribute); err != nil {
				return err
			}
		}
		return putNotices(tx, u, effect.Verify, notices)
	})
	return notices, err
}

// putNotices stores the codes of notices, if they are those that are due and
// go where the user is now.
func putNotices(tx store.Tx, u *idp.User, due []string, notices []notice) error {
	if len(due) != len(notices) {
		return errMoved
	}
	for i, n := range notices {
		if n.code.Attribute != due[i] || n.message.To != u.CodeAddress(due[i]) {
			return errMoved
		}
		if err := tx.PutCode(n.code); err != nil {
			return err
		}
	}
	return nil
}

// verification makes a code that verifies an attribute of a user, and the
// message with it.
func (s *Service) verification(ctx context.Context, pool *catalog.Pool, clientID string, u *idp.User, attribute string, purpose message.Purpose, metadata map[string]string) (notice, error) {
	code, digits := s.newCode(pool, u.Username, idp.VerifyPurpose(attribute), attribute, idp.ConfirmationCodeLife)
	m, err := s.compose(ctx, letter{
		pool:     pool,
		clientID: clientID,
		user:     u,
		purpose:  purpose,
		to:       u.CodeAddress(attribute),
		via:      medium(attribute),
		code:     digits,
		expires:  code.ExpiresAt,
		metadata: metadata,
	})
	return notice{code, m}, err
}

// present reads a user anew.
func (s *Service) present(ctx context.Context, user *idp.User) (u *idp.User, err error) {
	err = s.Store.View(ctx, func(tx store.Tx) error {
		u, err = again(tx, user, idp.ErrUserNotFound)
		return err
	})
	return u, err
}

// clientID is the id of a client, or "" for an administrator.
func clientID(c *catalog.Client) string {
	if c == nil {
		return ""
	}
	return c.ID
}
