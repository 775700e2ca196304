package account

import (
	"context"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/store"
)

// SendVerification sends a signed-in user a code that verifies the e-mail
// address or phone number: the one that waits for it, if there is one. It says
// where the code went.
func (s *Service) SendVerification(ctx context.Context, client *catalog.Client, user *idp.User, attribute string, metadata map[string]string) (*Delivery, error) {
	if !idp.IsAddress(attribute) {
		return nil, idp.ErrAttributeName
	}
	var n notice
	err := settle(func() (err error) {
		n, err = s.sendVerification(ctx, client, user, attribute, metadata)
		return err
	})
	if err != nil {
		return nil, err
	}
	return delivery(attribute, n.message.To), s.send(ctx, n.message)
}

func (s *Service) sendVerification(ctx context.Context, client *catalog.Client, user *idp.User, attribute string, metadata map[string]string) (notice, error) {
	u, err := s.present(ctx, user)
	if err != nil {
		return notice{}, err
	}
	if err := Barred(u); err != nil {
		return notice{}, err
	}
	if u.CodeAddress(attribute) == "" {
		return notice{}, idp.ErrNoAttributeSet(attribute)
	}
	n, err := s.verification(ctx, client.Pool, client.ID, u, attribute, message.VerifyUserAttribute, metadata)
	if err != nil {
		return notice{}, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := again(tx, user, idp.ErrUserNotFound)
		if err != nil {
			return err
		}
		if err := Barred(u); err != nil {
			return err
		}
		if err := s.take(tx, u.PoolID, u.Username, idp.AttemptSendVerify); err != nil {
			return err
		}
		return putNotices(tx, u, []string{attribute}, []notice{n})
	})
	return n, err
}

// VerifyAttribute verifies the e-mail address or phone number of a signed-in
// user who has the code that was sent there. A value that waited for this
// takes the place of the present one.
func (s *Service) VerifyAttribute(ctx context.Context, client *catalog.Client, user *idp.User, attribute, typed string) error {
	if !idp.IsAddress(attribute) {
		return idp.ErrAttributeName
	}
	pool := client.Pool
	var refusal error // a wrong guess must stay counted, so it commits
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		refusal = nil
		u, err := again(tx, user, idp.ErrUserNotFound)
		if err != nil {
			return err
		}
		if err := Barred(u); err != nil {
			return err
		}
		refusal, err = s.redeem(tx, redemption{
			pool: pool, subject: u.Username, purpose: idp.VerifyPurpose(attribute), typed: typed,
			count: idp.AttemptVerify,
		}, func(code *idp.Code) (refusal, err error) {
			return nil, s.verify(tx, pool, u, code, attribute)
		})
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// verify spends a code on the verification of an attribute.
func (s *Service) verify(tx store.Tx, pool *catalog.Pool, u *idp.User, code *idp.Code, attribute string) error {
	if err := spend(tx, code); err != nil {
		return err
	}
	moved := u.Pending[attribute] != ""
	u.Prove(attribute)
	u.Modified = s.Now()
	if err := update(tx, pool, u, false); err != nil {
		return aliasTaken(err)
	}
	if moved {
		return forgetSentTo(tx, u, attribute)
	}
	return nil
}
