package account

import (
	"context"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

// CheckPassword tells whether a password is the user's. The user may be nil or
// have no password: the answer is no then, after the same work.
func (s *Service) CheckPassword(ctx context.Context, pool *catalog.Pool, user *idp.User, typed, password string) (bool, error) {
	username, salt := typed, DummySalt(pool, typed)
	stored := make([]byte, srp.Size)
	if user != nil && user.Password != nil {
		username, salt = user.Username, srp.Salt(user.Salt)
		var err error
		if stored, err = OpenVerifier(pool, user); err != nil {
			return false, err
		}
	}
	v, err := s.verifier(ctx, pool, username, password, salt[:])
	if err != nil {
		return false, err
	}
	return srp.Verify(stored, v) && user != nil, nil
}

// NewVerifier checks a password that a user wants to have against the pool's
// policy and returns what SetPassword keeps of it. It is slow and must not be
// called inside a transaction.
func (s *Service) NewVerifier(ctx context.Context, pool *catalog.Pool, user *idp.User, password string) ([]byte, error) {
	if err := pool.PasswordPolicy().Check(password, idp.PasswordPolicyDoesNot); err != nil {
		return nil, err
	}
	return s.verifier(ctx, pool, user.Username, password, user.Salt)
}

// SetPassword gives the user the password of a verifier, or returns
// idp.ErrPasswordReused if the pool's history does not allow it.
func (s *Service) SetPassword(pool *catalog.Pool, user *idp.User, verifier []byte) error {
	used, err := usedBefore(pool, user, verifier)
	if err != nil {
		return err
	}
	if used {
		return idp.ErrPasswordReused
	}
	return setPassword(pool, user, verifier, s.Now())
}

// NewEvent begins the record of an attempt; Record stores how it ended.
func (s *Service) NewEvent(ctx context.Context, pool *catalog.Pool, clientID, address string, kind idp.EventType) *idp.Event {
	return s.newEvent(ctx, pool, clientID, address, kind)
}

// Record stores how an attempt ended.
func Record(tx store.Tx, e *idp.Event, subject string, outcome error) error {
	return record(tx, e, subject, outcome)
}

// Again reads a user anew inside a transaction; gone is returned if the user
// was deleted since.
func Again(tx store.Tx, user *idp.User, gone error) (*idp.User, error) {
	return again(tx, user, gone)
}
