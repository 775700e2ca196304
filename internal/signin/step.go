package signin

import (
	"errors"

	"rockpool/internal/account"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// current is the user as the next step leaves them; nil for a name without one.
func (p proved) current() *idp.User {
	if p.after != nil {
		return p.after
	}
	return p.user
}

// also adds to what the next step does before anything else, in its
// transaction. What returns an error keeps the step from being taken.
func (p *proved) also(do func(tx store.Tx) error) {
	before := p.spend
	p.spend = func(tx store.Tx) error {
		if before != nil {
			if err := before(tx); err != nil {
				return err
			}
		}
		return do(tx)
	}
}

// alter changes the user with the next step: the one that functions and tokens
// tell of, and in the transaction the stored one, for which do is called again.
// do says whether it has changed anything. It may be called several times.
func (s *Service) alter(p *proved, do func(u *idp.User) (changed bool, err error)) error {
	after := p.current().Clone()
	changed, err := do(after)
	if err != nil {
		return err
	}
	if changed {
		p.after = after
	}
	pool, before := p.Client.Pool, p.change
	p.change = func(tx store.Tx, u *idp.User) error {
		if before != nil {
			if err := before(tx, u); err != nil {
				return err
			}
			if u, err = tx.User(u.PoolID, u.Username); err != nil {
				return err
			}
		}
		if changed, err := do(u); err != nil || !changed {
			return err
		}
		u.Modified = s.Accounts.Now()
		err := account.Update(tx, pool, u)
		if taken, ok := errors.AsType[*store.IdentifierTaken](err); ok {
			return idp.ErrAliasTaken(taken.Kind)
		}
		return err
	}
	return nil
}
