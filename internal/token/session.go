package token

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/useragent"
)

// sessionClaim names the token session in both tokens, in pools that keep
// track of sessions. No trigger can set a claim with this prefix.
const sessionClaim = "cognito:session_id"

const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789"

// newSession begins the record of a sign-in.
func (s *Service) newSession(f *idp.Family, g *Grant, now, expires time.Time) *idp.UserSession {
	return &idp.UserSession{
		PoolID: f.PoolID, Username: f.Username, ClientID: f.ClientID, FamilyID: f.ID,
		ID:      idp.TokenSessionPrefix + secret.ID(s.Rand, idp.UserSessionChance, lowerAlphanumeric),
		Type:    cognito.SessionTypeToken,
		Created: now, LastActive: now, ExpiresAt: expires,
		Device: useragent.Describe(g.Agent), Address: g.Address,
	}
}

// sessionOf returns the record of the session of a family, or nil if the pool
// does not keep track of it.
func sessionOf(tx store.Tx, pool *catalog.Pool, f *idp.Family) (*idp.UserSession, error) {
	if f.SessionID == "" || !pool.TracksSessions() {
		return nil, nil
	}
	session, err := tx.UserSession(f.PoolID, f.Username, f.SessionID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return session, err
}

// makeRoom ends the token sessions of a user that were not used for longest,
// until one more is within the limit. Expired ones go without being counted.
func (i *Issued) makeRoom(tx store.Tx) error {
	f := i.Family
	list, err := allSessions(tx, f.PoolID, f.Username)
	if err != nil {
		return err
	}
	var active []*idp.UserSession
	for _, session := range list {
		switch {
		case session.Type != cognito.SessionTypeToken:
		case i.now.Before(session.ExpiresAt):
			active = append(active, session)
		default:
			if err := tx.DeleteUserSession(session.PoolID, session.Username, session.ID); err != nil {
				return fmt.Errorf("deleting an expired session: %w", err)
			}
		}
	}
	slices.SortFunc(active, func(a, b *idp.UserSession) int {
		return cmp.Or(a.LastActive.Compare(b.LastActive), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	for _, session := range active[:max(0, len(active)-(i.maxSessions-1))] {
		if err := endSession(tx, session); err != nil {
			return err
		}
	}
	return nil
}

// touch stores that the session of a refresh is in use. A session that was
// ended meanwhile takes the refresh with it; one whose record alone is gone,
// because the pool stopped keeping track for a while, does not.
func (i *Issued) touch(tx store.Tx) error {
	if i.session == nil || i.signIn {
		return nil
	}
	err := tx.TouchUserSession(i.session)
	if err == nil {
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("storing session: %w", err)
	}
	f, err := tx.Family(i.Family.PoolID, i.Family.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return idp.ErrRefreshTokenRevoked
	case err != nil:
		return fmt.Errorf("reading token family: %w", err)
	case f.Revoked:
		return idp.ErrRefreshTokenRevoked
	case len(f.RefreshHash) == 0:
		return idp.ErrRefreshTokenInvalid // the device was forgotten
	}
	return nil
}

// allSessions returns every record of a user. They are few: sign-ins keep the
// limit, and browsers have one of their own.
func allSessions(tx store.Tx, poolID, username string) (all []*idp.UserSession, err error) {
	for after := ""; ; after = all[len(all)-1].ID {
		page, err := tx.ListUserSessions(poolID, username, after, idp.MaxUserSessions)
		if err != nil {
			return nil, fmt.Errorf("listing sessions: %w", err)
		}
		all = append(all, page...)
		if len(page) < idp.MaxUserSessions {
			return all, nil
		}
	}
}

// endSession ends a session: with a token session end its tokens, with an SSO
// session only the record goes.
func endSession(tx store.Tx, session *idp.UserSession) error {
	if session.Type == cognito.SessionTypeToken {
		err := tx.RevokeFamily(session.PoolID, session.FamilyID)
		if err != nil {
			return fmt.Errorf("revoking the tokens of a session: %w", err)
		}
		return nil
	}
	err := tx.DeleteUserSession(session.PoolID, session.Username, session.ID)
	if err != nil {
		return fmt.Errorf("deleting a session: %w", err)
	}
	return nil
}

// endOrigin ends the SSO session that a token session came through, but none
// of its siblings.
func endOrigin(tx store.Tx, session *idp.UserSession) error {
	if session.OriginID == "" {
		return nil
	}
	err := tx.DeleteUserSession(session.PoolID, session.Username, session.OriginID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("deleting a session: %w", err)
	}
	return nil
}
