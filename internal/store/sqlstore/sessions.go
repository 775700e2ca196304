package sqlstore

import (
	"bytes"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func (t *tx) Session(poolID string, id []byte) (*idp.Session, error) {
	return one(t, func(r scanner) (*idp.Session, error) {
		s := &idp.Session{PoolID: poolID, ID: bytes.Clone(id)}
		var expires, spent int64
		var challenge string
		if err := r.Scan(&s.ClientID, &s.Username, &challenge, &s.State, &expires, &spent); err != nil {
			return nil, err
		}
		s.State, s.Challenge = fromBlob(s.State), cognito.ChallengeNameType(challenge)
		s.ExpiresAt, s.Spent = fromMicros(expires), spent != 0
		return s, nil
	}, "SELECT client_id, username, challenge, state, expires_at, spent FROM sessions WHERE pool_id = $1 AND id = $2", poolID, id)
}

func (t *tx) CreateSession(s *idp.Session) error {
	return t.execOne(store.ErrExists, `INSERT INTO sessions (pool_id, id, client_id, username, challenge, state, expires_at, spent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pool_id, id) DO NOTHING`,
		s.PoolID, s.ID, s.ClientID, s.Username, string(s.Challenge), s.State, micros(s.ExpiresAt), flag(s.Spent))
}

func (t *tx) SpendSession(poolID string, id []byte) error {
	return t.execOne(store.ErrNotFound, "UPDATE sessions SET spent = 1 WHERE pool_id = $1 AND id = $2 AND spent = 0", poolID, id)
}

func (t *tx) Spend(poolID string, id []byte, expiresAt time.Time) error {
	return t.execOne(store.ErrExists, "INSERT INTO spent (pool_id, id, expires_at) VALUES ($1, $2, $3) ON CONFLICT (pool_id, id) DO NOTHING",
		poolID, id, micros(expiresAt))
}

func (t *tx) Spent(poolID string, id []byte) (bool, error) {
	n, err := one(t, scanInt, "SELECT COUNT(*) FROM spent WHERE pool_id = $1 AND id = $2", poolID, id)
	return n > 0, err
}
