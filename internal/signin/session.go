package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// memory is what a session remembers of the steps before it.
type memory struct {
	EventID string `json:"event"`

	// Password tells the password that was proved from any other, so that the
	// session ends with it.
	Password []byte `json:"password"`
}

// passwordMark is what a session keeps to know a user's password again.
func passwordMark(pool *catalog.Pool, u *idp.User) []byte {
	if u.Password == nil {
		return nil
	}
	return pool.Key.MAC("session password", string(u.Password.Verifier))
}

// sessionBytes is how much chance is in a session's handle.
const sessionBytes = 64

// sessionID is the key under which a session is stored: the handle itself is
// known to the client alone.
func sessionID(pool *catalog.Pool, handle string) []byte { return pool.Key.MAC("session", handle) }

// ask makes a session that waits for the answer to a challenge.
func (s *Service) ask(ctx context.Context, p proved, challenge cognito.ChallengeNameType) (handle string, err error) {
	pool := p.Client.Pool
	handle = secret.Token(s.Accounts.Rand, sessionBytes)
	state, err := json.Marshal(memory{EventID: p.id, Password: passwordMark(pool, p.user)})
	if err != nil {
		return "", fmt.Errorf("writing session: %w", err)
	}
	session := &idp.Session{
		PoolID:    pool.ID,
		ID:        sessionID(pool, handle),
		ClientID:  p.Client.ID,
		Username:  p.user.Username,
		Challenge: challenge,
		State:     state,
		ExpiresAt: s.Accounts.Now().Add(p.Client.AuthSessionLife()),
	}
	err = s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := s.admit(tx, p); err != nil {
			return err
		}
		return tx.CreateSession(session)
	})
	return handle, err
}

// pending is a session whose answer has come.
type pending struct {
	user   *idp.User
	memory memory
	id     []byte
}

// resume finds the session of an answer and the user it is about.
func (s *Service) resume(ctx context.Context, in Answer) (*pending, error) {
	if in.Session == "" {
		return nil, missing("Session")
	}
	pool := in.Client.Pool
	p := &pending{id: sessionID(pool, in.Session)}
	var session *idp.Session
	err := s.Accounts.Store.View(ctx, func(tx store.Tx) (err error) {
		if session, err = tx.Session(pool.ID, p.id); err != nil {
			return err
		}
		if p.user, err = tx.User(pool.ID, session.Username); err != nil {
			return err
		}
		named, err := account.Find(tx, pool, in.Responses["USERNAME"])
		if err == nil && (named == nil || named.Username != p.user.Username) {
			return idp.ErrSessionInvalid
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, idp.ErrSessionInvalid
	}
	if err != nil {
		return nil, err
	}
	switch {
	case session.ClientID != in.Client.ID, session.Challenge != in.Challenge:
		return nil, idp.ErrSessionInvalid
	case session.Spent:
		return nil, idp.ErrSessionSpent
	case !s.Accounts.Now().Before(session.ExpiresAt):
		return nil, idp.ErrSessionExpired
	case !p.user.Enabled:
		return nil, idp.ErrUserDisabled
	}
	if err := json.Unmarshal(session.State, &p.memory); err != nil {
		return nil, fmt.Errorf("reading session: %w", err)
	}
	if !secret.Equal(p.memory.Password, passwordMark(pool, p.user)) {
		return nil, idp.ErrSessionInvalid // the password was set anew
	}
	return p, nil
}

// spend uses a session up, inside the transaction that acts on its answer.
func (p *pending) spend(tx store.Tx, poolID string) error {
	err := tx.SpendSession(poolID, p.id)
	if errors.Is(err, store.ErrNotFound) {
		return idp.ErrSessionSpent
	}
	return err
}
