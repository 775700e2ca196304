package sqlstore

import (
	"bytes"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func (t *tx) SessionState(poolID string, id []byte) (*idp.SessionState, error) {
	return one(t, func(r scanner) (*idp.SessionState, error) {
		s := &idp.SessionState{PoolID: poolID, ID: bytes.Clone(id)}
		var expires int64
		if err := r.Scan(&s.State, &expires); err != nil {
			return nil, err
		}
		s.State, s.ExpiresAt = fromBlob(s.State), fromMicros(expires)
		return s, nil
	}, "SELECT state, expires_at FROM session_states WHERE pool_id = $1 AND id = $2", poolID, id)
}

func (t *tx) CreateSessionState(s *idp.SessionState) error {
	return t.execOne(store.ErrExists, `INSERT INTO session_states (pool_id, id, state, expires_at)
		VALUES ($1, $2, $3, $4) ON CONFLICT (pool_id, id) DO NOTHING`,
		s.PoolID, s.ID, s.State, micros(s.ExpiresAt))
}

func (t *tx) Spend(poolID string, id []byte, expiresAt time.Time) error {
	return t.execOne(store.ErrExists, "INSERT INTO spent (expires_at, pool_id, id) VALUES ($1, $2, $3) ON CONFLICT (expires_at, pool_id, id) DO NOTHING",
		micros(expiresAt), poolID, id)
}

func (t *tx) Spent(poolID string, id []byte, expiresAt time.Time) (bool, error) {
	n, err := one(t, scanInt, "SELECT COUNT(*) FROM spent WHERE expires_at = $1 AND pool_id = $2 AND id = $3", micros(expiresAt), poolID, id)
	return n > 0, err
}
