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
}

// mayGuess is the reading of whoever calls checkFactor: while wrong answers have
// locked the user it refuses all alike, and nobody asks whether they are right.
func (s *Service) mayGuess(poolID string) reading {
	return func(tx store.Tx, p *pending) error {
		_, err := s.factorAttempts(tx, poolID, p)
		return err
	}
}

// factorAttempts returns the counter of wrong answers, or refuses while they
// have locked the user.
func (s *Service) factorAttempts(tx store.Tx, poolID string, session *pending) (*idp.Attempts, error) {
	a, err := tx.Attempts(poolID, session.subject, idp.AttemptFactor)
	if err == nil && s.factorLocked(a, session) {
		err = idp.ErrPasswordAttemptsExceeded
	}
	return a, err
}

// checkFactor judges a guess that mayGuess has allowed. A wrong one is counted,
// and the session stays as it is. After a right one the next step refuses still
// if guesses made at the same time have locked the user.
func (s *Service) checkFactor(ctx context.Context, p *proved, session *pending, g guess) error {
	poolID := p.Client.PoolID
	if !g.right() {
		return s.failFactor(ctx, poolID, p.event, session, g.refusal)
	}
	p.also(func(tx store.Tx) error {
		a, err := s.factorAttempts(tx, poolID, session)
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
func (s *Service) failFactor(ctx context.Context, poolID string, event *idp.Event, session *pending, refusal error) error {
	err := s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		a, err := s.factorAttempts(tx, poolID, session)
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
