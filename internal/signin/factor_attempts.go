package signin

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// guess is the answer to a challenge whose answers can be guessed.
type guess struct {
	right   func() bool
	refusal error // what a wrong one is told

	// used, if not nil, refuses an answer that is right but was used before.
	used func(tx store.Tx) error
}

// checkFactor judges a guess: while wrong ones have locked the user it refuses
// all alike, and does not ask whether it is right. A wrong one is counted, and the session stays as it is. After a
// right one the next step refuses still if guesses made at the same time have
// locked the user.
func (s *Service) checkFactor(ctx context.Context, p *proved, session *pending, g guess) error {
	poolID, subject := p.Client.PoolID, session.subject
	locked := func(tx store.Tx) (*idp.Attempts, error) {
		a, err := tx.Attempts(poolID, subject, idp.AttemptFactor)
		if err == nil && s.factorLocked(a, session) {
			err = idp.ErrPasswordAttemptsExceeded
		}
		return a, err
	}
	err := s.Accounts.Store.View(ctx, func(tx store.Tx) error {
		if _, err := locked(tx); err != nil || g.used == nil {
			return err
		}
		return g.used(tx)
	})
	if err != nil {
		return err
	}
	if !g.right() {
		return s.failFactor(ctx, p.event, session, g.refusal, locked)
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
