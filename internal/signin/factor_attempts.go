package signin

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// checkFactor judges the answer to a challenge whose answers can be guessed:
// while wrong ones have locked the user it refuses all alike and asks matches
// nothing. refusal is what a wrong answer is told; it is counted, and the
// session stays as it is. After a right one the next step refuses still if
// guesses made at the same time have locked the user.
func (s *Service) checkFactor(ctx context.Context, p *proved, session *pending, matches func() bool, refusal error) error {
	poolID, subject := p.Client.PoolID, session.subject
	locked := func(tx store.Tx) (*idp.Attempts, error) {
		a, err := tx.Attempts(poolID, subject, idp.AttemptFactor)
		if err == nil && s.factorLocked(a, session) {
			err = idp.ErrPasswordAttemptsExceeded
		}
		return a, err
	}
	err := s.Accounts.Store.View(ctx, func(tx store.Tx) error {
		_, err := locked(tx)
		return err
	})
	if err != nil {
		return err
	}
	if !matches() {
		return s.failFactor(ctx, p.event, session, refusal, locked)
	}
	p.also(func(tx store.Tx) error {
		a, err := locked(tx)
		if err != nil || a.Count == 0 {
			return err
		}
		a.PassFactor()
		return tx.PutAttempts(a)
	})
	return nil
}

// factorLocked tells whether answers are refused at the moment. The limit of a
// day is for second factors alone: anybody could use up that of a first one.
func (s *Service) factorLocked(a *idp.Attempts, session *pending) bool {
	now := s.Accounts.Now()
	return !s.Accounts.Unlimited && (a.Locked(now) || !session.memory.Unproved && a.Exhausted(now))
}

// failFactor counts a wrong answer and returns what the caller is told.
func (s *Service) failFactor(ctx context.Context, event *idp.Event, session *pending, refusal error, locked func(store.Tx) (*idp.Attempts, error)) error {
	err := s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		a, err := locked(tx)
		if err != nil {
			return err
		}
		a.FailFactor(s.Accounts.Now())
		if err := tx.PutAttempts(a); err != nil {
			return err
		}
		return account.Record(tx, event, session.subject, refusal)
	})
	if err != nil {
		return err
	}
	return refusal
}
