package signin

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// attempt is a user, or a typed name without one, and the wrong passwords that
// were counted.
type attempt struct {
	user    *idp.User // nil for a name without a user
	subject string
	failed  *idp.Attempts // nil where no password is looked at
}

// look finds the user of a typed name and what was counted.
func (s *Service) look(ctx context.Context, c Caller, typed string) (attempt, error) {
	return s.find(ctx, c, typed, func(tx store.Tx, a *attempt) (err error) {
		a.failed, err = tx.Attempts(c.Client.PoolID, a.subject, idp.AttemptPassword)
		return err
	})
}

// find finds the user of a typed name, and reads in the same transaction what
// else is to be read.
func (s *Service) find(ctx context.Context, c Caller, typed string, read func(tx store.Tx, a *attempt) error) (a attempt, err error) {
	pool := c.Client.Pool
	err = s.Accounts.Store.View(ctx, func(tx store.Tx) (err error) {
		if a.user, err = account.Find(tx, pool, typed); err != nil {
			return err
		}
		a.subject = account.Subject(pool, a.user, typed)
		return read(tx, &a)
	})
	return a, err
}

// locked tells whether passwords are refused at the moment.
func (s *Service) locked(a attempt) bool {
	return !s.Accounts.Unlimited && a.failed.Locked(s.Accounts.Now())
}

// fail counts a wrong password and returns what the caller is told: refusal,
// or, to guesses made at once that come after the lock and are not counted,
// nothing of it.
func (s *Service) fail(ctx context.Context, poolID, subject string, event *idp.Event, refusal error) error {
	told := refusal
	err := s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		told = refusal
		a, err := tx.Attempts(poolID, subject, idp.AttemptPassword)
		if err != nil {
			return err
		}
		if s.locked(attempt{failed: a}) {
			told = idp.ErrPasswordAttemptsExceeded
			return nil
		}
		a.FailPassword(s.Accounts.Now())
		if err := tx.PutAttempts(a); err != nil {
			return err
		}
		return account.Record(tx, event, subject, refusal)
	})
	if err != nil {
		return err
	}
	return told
}
