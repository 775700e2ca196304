package token

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Sessions returns the active sessions of a user with ids after the one given,
// at most limit, those used last first; and, if there are more, after which id
// they follow. A pool that does not keep track of sessions has none to show.
func (s *Service) Sessions(ctx context.Context, pool *catalog.Pool, username, after string, limit int) (page []*idp.UserSession, next string, err error) {
	if !pool.TracksSessions() {
		return nil, "", nil
	}
	var read []*idp.UserSession
	err = s.Store.View(ctx, func(tx store.Tx) (err error) {
		read, err = tx.ListUserSessions(pool.ID, username, after, limit+1)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("listing sessions: %w", err)
	}
	if len(read) > limit {
		read = read[:limit]
		next = read[limit-1].ID
	}
	now := s.Now()
	page = slices.DeleteFunc(read, func(u *idp.UserSession) bool { return !now.Before(u.ExpiresAt) })
	slices.SortFunc(page, func(a, b *idp.UserSession) int {
		return cmp.Or(b.LastActive.Compare(a.LastActive), cmp.Compare(a.ID, b.ID))
	})
	return page, next, nil
}

// SessionRevocation names the session that RevokeSession ends.
type SessionRevocation struct {
	Pool     *catalog.Pool
	Username string
	ID       string

	// Linked ends with a token session the SSO session that it came through,
	// and with an SSO session every token session that came through it.
	Linked bool

	// Own is the session of whoever asks, which is not ended; empty for an
	// administrator.
	Own string
}

// RevokeSession ends a session of a user, with all of its tokens. The errors
// are idp.ErrUserSessionNotFound and idp.ErrOwnUserSession; with either,
// nothing was ended.
func (s *Service) RevokeSession(ctx context.Context, in SessionRevocation) error {
	if !in.Pool.TracksSessions() {
		return idp.ErrUserSessionNotFound
	}
	if in.Own != "" && in.ID == in.Own {
		return idp.ErrOwnUserSession
	}
	return s.Store.Update(ctx, func(tx store.Tx) error {
		session, err := tx.UserSession(in.Pool.ID, in.Username, in.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && !s.Now().Before(session.ExpiresAt) {
			return idp.ErrUserSessionNotFound
		}
		if err != nil {
			return fmt.Errorf("reading session: %w", err)
		}
		if in.Linked {
			if err := endLinked(tx, session, in.Own); err != nil {
				return err
			}
		}
		return endSession(tx, session)
	})
}

// endLinked ends what is linked with a session. It refuses to end own.
func endLinked(tx store.Tx, session *idp.UserSession, own string) error {
	if session.Type == cognito.SessionTypeToken {
		return endOrigin(tx, session)
	}
	all, err := allSessions(tx, session.PoolID, session.Username)
	if err != nil {
		return err
	}
	for _, child := range all {
		if child.OriginID != session.ID {
			continue
		}
		if child.ID == own {
			return idp.ErrOwnUserSession
		}
		if err := endSession(tx, child); err != nil {
			return err
		}
	}
	return nil
}
