package account

import (
	"errors"
	"io"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// codeDigits is the length of the codes that confirm, verify and reset.
const codeDigits = 6

// newCode draws a code for a subject. clear is what the user is sent.
func (s *Service) newCode(pool *catalog.Pool, subject string, purpose idp.Purpose, attribute string, life time.Duration) (c *idp.Code, clear string) {
	clear = secret.Digits(s.Rand, codeDigits)
	return &idp.Code{
		PoolID:    pool.ID,
		Subject:   subject,
		Purpose:   purpose,
		Hash:      codeHash(pool, subject, purpose, clear),
		Attribute: attribute,
		ExpiresAt: s.Now().Add(life),
	}, clear
}

// decoy is a code that nothing matches, kept where a real one would be.
func (s *Service) decoy(c *idp.Code) error {
	_, err := io.ReadFull(s.Rand, c.Hash)
	return err
}

func codeHash(pool *catalog.Pool, subject string, purpose idp.Purpose, clear string) []byte {
	return pool.Key.MAC("code", subject, string(purpose), clear)
}

// redemption is an attempt to use a code.
type redemption struct {
	pool    *catalog.Pool
	subject string
	purpose idp.Purpose
	typed   string

	count  idp.AttemptKind   // counts a refused attempt
	forget []idp.AttemptKind // counters that begin anew with a successful one, besides count
}

// redeem calls use with the code if it was typed rightly. use spends it, or
// says why it is refused nevertheless. refusal is what the caller is told; the
// attempt was counted then, so the transaction must commit.
//
// An attempt that succeeds is not written into the counter, which begins anew
// then. That lets nobody try more: transactions are serializable.
func (s *Service) redeem(tx store.Tx, r redemption, use func(*idp.Code) (refusal, err error)) (refusal, err error) {
	attempts, err := s.allow(tx, r.pool.ID, r.subject, r.count)
	if err != nil {
		return nil, err
	}
	code, refusal, err := s.check(tx, r.pool, attempts, r.purpose, r.typed)
	if err == nil && refusal == nil {
		refusal, err = use(code)
	}
	switch {
	case err != nil:
		return nil, err
	case refusal != nil:
		return refusal, tx.PutAttempts(attempts)
	}
	return nil, tx.ClearAttempts(r.pool.ID, r.subject, append(r.forget, r.count)...)
}

// check compares what was typed with the subject's code and returns the code
// if they match. refusal is what the caller is told otherwise.
func (s *Service) check(tx store.Tx, pool *catalog.Pool, a *idp.Attempts, purpose idp.Purpose, typed string) (c *idp.Code, refusal, err error) {
	c, err = tx.Code(pool.ID, a.Subject, purpose)
	if errors.Is(err, store.ErrNotFound) {
		return nil, idp.ErrCodeExpired, nil
	}
	if err != nil {
		return nil, nil, err
	}
	matches := secret.Equal(c.Hash, codeHash(pool, a.Subject, purpose, typed))
	if !s.Now().Before(c.ExpiresAt) {
		return nil, idp.ErrCodeExpired, nil
	}
	if !matches {
		a.Fail()
		return nil, idp.ErrCodeMismatch, nil
	}
	return c, nil, nil
}

// spend uses a code up. Of two that use one code, the second is told that it
// is gone.
func spend(tx store.Tx, c *idp.Code) error {
	err := tx.DeleteCode(c)
	if errors.Is(err, store.ErrNotFound) {
		return idp.ErrCodeExpired
	}
	return err
}
