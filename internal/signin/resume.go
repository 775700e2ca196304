package signin

import (
	"context"
	"errors"
	"slices"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
)

// pending is a session whose answer has come.
type pending struct {
	user    *idp.User // nil in the session of a name without a user
	subject string    // under which attempts are counted
	memory  memory
	mark    []byte // left by the session when it is spent

	passkeys []*idp.WebAuthnCredential // of the user, if somebody has looked
	groups   *token.Groups             // of the user, if somebody has looked
}

// reading reads what an answer needs beside its session. It may refuse.
type reading func(tx store.Tx, p *pending) error

// resume finds the session of an answer and the user it is about, who must be
// the one that the answer names. What else is to be read is read in the same transaction.
func (s *Service) resume(ctx context.Context, in Answer, more ...reading) (*pending, error) {
	if in.Session == "" {
		return nil, missing("Session")
	}
	return s.reopen(ctx, in.Client, in.Session, in.Challenge, in.Responses["USERNAME"], more...)
}

// reopen opens the session of a handle that waits for a challenge. named, if
// not empty, must be a name of its user.
func (s *Service) reopen(ctx context.Context, c *catalog.Client, handle string, name cognito.ChallengeNameType, named string, more ...reading) (p *pending, err error) {
	err = s.Accounts.Store.View(ctx, func(tx store.Tx) (err error) {
		if p, err = s.reopenIn(tx, c, handle, name, named); err != nil {
			return err
		}
		for _, read := range more {
			if err := read(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	return p, err
}

// reopenIn is reopen inside a transaction.
func (s *Service) reopenIn(tx store.Tx, c *catalog.Client, handle string, name cognito.ChallengeNameType, named string) (*pending, error) {
	pool := c.Pool
	m, mark, err := openHandle(tx, c, handle)
	if err != nil {
		return nil, err
	}
	if m.Challenge != name {
		return nil, idp.ErrSessionInvalid
	}
	p := &pending{subject: m.Subject, memory: *m, mark: mark}
	if err := p.read(tx, pool, named); err != nil {
		return nil, err
	}
	spent, err := tx.Spent(pool.ID, mark, p.markEnds())
	switch {
	case err != nil:
		return nil, err
	case spent:
		return nil, idp.ErrSessionSpent
	case !s.Accounts.Now().Before(p.ends()):
		return nil, idp.ErrSessionExpired
	case p.user != nil && !p.user.Enabled && !(m.Unproved && c.HidesUserExistence()):
		return nil, idp.ErrUserDisabled
	case !m.Unproved && !secret.Equal(m.Password, passwordMark(pool, p.user)):
		return nil, idp.ErrSessionInvalid // the password was set anew
	}
	return p, nil
}

func (p *pending) ends() time.Time { return time.UnixMilli(p.memory.Expires) }

// clockDifference is by how much the clocks of two nodes may differ.
const clockDifference = time.Minute

// markEnds is when nobody takes the session for a live one any more.
func (p *pending) markEnds() time.Time { return p.ends().Add(clockDifference) }

// read reads the user of a session, who must be the one that is named and the
// one for whom it was made.
func (p *pending) read(tx store.Tx, pool *catalog.Pool, named string) (err error) {
	if p.memory.Typed != "" {
		return p.readUnknown(tx, pool, named)
	}
	p.user, err = tx.User(pool.ID, p.subject)
	if errors.Is(err, store.ErrNotFound) || err == nil && p.user.Sub != p.memory.Sub {
		return idp.ErrSessionInvalid
	}
	if err != nil || named == "" || named == p.subject {
		return err
	}
	user, err := account.Find(tx, pool, named)
	if err == nil && (user == nil || user.Username != p.subject) {
		return idp.ErrSessionInvalid
	}
	return err
}

// readUnknown is read for a name without a user. It looks up what a user's
// session looks up, so that the time does not tell the two apart.
func (p *pending) readUnknown(tx store.Tx, pool *catalog.Pool, named string) error {
	if _, err := tx.User(pool.ID, p.subject); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if named != "" && named != dummyID(pool, p.memory.Typed) {
		if _, err := account.Find(tx, pool, named); err != nil {
			return err
		}
	}
	if !standsFor(pool, named, p.memory.Typed) {
		return idp.ErrSessionInvalid
	}
	return nil
}

// resumed goes on from a session whose answer was right: the next step uses
// the session up.
func (s *Service) resumed(ctx context.Context, in Answer, p *pending) proved {
	pool := in.Client.Pool
	t := p.memory.Trail
	if p.memory.Unproved {
		t.sendDevice(in.Responses)
	}
	if t.Flow == cognito.AuthFlowCustomAuth && isRound(in.Challenge) {
		t.Rounds = append(slices.Clip(t.Rounds), trigger.ChallengeResult{ChallengeName: string(in.Challenge), ChallengeResult: true})
	}
	return proved{
		Caller: in.Caller, user: p.user, typed: p.memory.Typed, trail: t,
		event:    s.Accounts.NewEvent(ctx, pool, in.Client.ID, in.Address, idp.EventSignIn),
		metadata: in.Metadata,
		spend:    func(tx store.Tx) error { return p.spend(tx, pool.ID) },
	}
}

// spend uses a session up, inside the transaction that acts on its answer: of
// two answers exactly one succeeds.
func (p *pending) spend(tx store.Tx, poolID string) error {
	err := tx.Spend(poolID, p.mark, p.markEnds())
	if errors.Is(err, store.ErrExists) {
		return idp.ErrSessionSpent
	}
	return err
}
