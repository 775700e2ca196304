// Package account is what happens to a user's account: signing up and
// confirming, forgetting and resetting a password, changing and verifying
// attributes. It owns the order of checks, what is written in one transaction
// and what a caller learns; it leaves signing in to package signin, and
// knows neither HTTP nor SQL.
//
// Every use case has the same shape. What is slow comes first and outside the
// transaction: password arithmetic, triggers that may refuse, the composing of
// a message. The transaction looks again, counts the attempt, and writes
// everything or nothing. What cannot be taken back comes last: sending, and
// triggers that only learn what happened.
package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/encsdk"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/secret"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// Service holds what the use cases need. Its fields must not change once it is
// used.
type Service struct {
	Store    store.Store
	Catalog  *catalog.Catalog
	Triggers *trigger.Engine
	Messages message.Sender
	Keys     encsdk.Keyring // encrypts codes for functions that send them; nil: such messages fail
	Budget   *srp.Budget    // bounds the password arithmetic that runs at once
	Now      func() time.Time
	Rand     io.Reader
	Logger   *slog.Logger

	// HandedOver, if set, is told of every attempt to hand a message to a
	// function that sends it, and of what came of it: for development.
	HandedOver func(m message.Message, err error)

	// Unlimited lifts the limits of attempts and the lockout, for load tests.
	Unlimited bool
}

// verifier computes what is kept of a password: slow, so never inside a
// transaction.
func (s *Service) verifier(ctx context.Context, pool *catalog.Pool, username, password string, salt []byte) ([]byte, error) {
	var v []byte
	err := s.Budget.Do(ctx, func() { v = srp.Verifier(pool.Name(), username, password, salt) })
	if errors.Is(err, srp.ErrSaturated) {
		return nil, idp.ErrTooManyRequests
	}
	if err != nil {
		return nil, fmt.Errorf("computing verifier: %w", err)
	}
	return v, nil
}

// Subject is the name under which the attempts and codes of whoever was typed
// are kept: the user's, or one made of the typed name if there is no user.
func Subject(pool *catalog.Pool, user *idp.User, typed string) string {
	if user != nil {
		return user.Username
	}
	return idp.Unknown(pool.Key.MAC("unknown user", pool.Fold(typed)))
}

// Find returns the user whom a name typed by a caller stands for - the
// username or an active alias - or nil if there is none.
func Find(tx store.Tx, pool *catalog.Pool, typed string) (*idp.User, error) {
	user, err := tx.FindUser(pool.ID, pool.LookupIdentifiers(typed))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("finding user: %w", err)
	}
	return user, nil
}

// find is Find in a transaction of its own.
func (s *Service) find(ctx context.Context, pool *catalog.Pool, typed string) (user *idp.User, err error) {
	err = s.Store.View(ctx, func(tx store.Tx) (err error) {
		user, err = Find(tx, pool, typed)
		return err
	})
	return user, err
}

// again reads a user anew inside a transaction; gone is returned if the user
// was deleted, or deleted and made again, since.
func again(tx store.Tx, user *idp.User, gone error) (*idp.User, error) {
	u, err := tx.User(user.PoolID, user.Username)
	if errors.Is(err, store.ErrNotFound) || err == nil && u.Sub != user.Sub {
		return nil, gone
	}
	return u, err
}

// nobodyAgain looks for what stands for a name without a user, as again looks
// for a user, so that the time does not tell the two apart.
func nobodyAgain(tx store.Tx, poolID, subject string) error {
	_, err := tx.User(poolID, subject)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// take counts an attempt of a kind, or refuses it.
func (s *Service) take(tx store.Tx, poolID, subject string, kind idp.AttemptKind) error {
	a, err := s.allow(tx, poolID, subject, kind)
	if err != nil {
		return err
	}
	return tx.PutAttempts(a)
}

// allow returns the counter of attempts of a kind with one more, which is not
// stored yet, or refuses it.
func (s *Service) allow(tx store.Tx, poolID, subject string, kind idp.AttemptKind) (*idp.Attempts, error) {
	a, err := tx.Attempts(poolID, subject, kind)
	if err != nil {
		return nil, err
	}
	limit := idp.HourlyLimit[kind]
	if s.Unlimited {
		limit = int(^uint(0) >> 1)
		a.Failures = 0
	}
	err = a.Take(s.Now(), limit)
	if errors.Is(err, idp.ErrTooManyFailedAttempts) && kind.OneLimit() {
		err = idp.ErrAttemptLimit
	}
	return a, err
}

// UUID makes an identifier that is unlike any other.
func (s *Service) uuid() string { return secret.UUID(s.Rand) }
