package sqlstore

import (
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const userSessionColumns = `pool_id, username, id, type, client_id, family_id, origin_id, created_at, last_active, expires_at, device, source_ip`

func scanUserSession(r scanner) (*idp.UserSession, error) {
	s := &idp.UserSession{}
	var kind string
	var created, active, expires int64
	err := r.Scan(&s.PoolID, &s.Username, &s.ID, &kind, &s.ClientID, &s.FamilyID, &s.OriginID, &created, &active, &expires, &s.Device, &s.Address)
	if err != nil {
		return nil, err
	}
	s.Type = cognito.SessionTypeType(kind)
	s.Created, s.LastActive, s.ExpiresAt = fromMicros(created), fromMicros(active), fromMicros(expires)
	return s, nil
}

func (t *tx) UserSession(poolID, username, id string) (*idp.UserSession, error) {
	return one(t, scanUserSession, `SELECT `+userSessionColumns+` FROM user_sessions
		WHERE pool_id = $1 AND username = $2 AND id = $3`, poolID, username, id)
}

func (t *tx) ListUserSessions(poolID, username, after string, limit int) ([]*idp.UserSession, error) {
	return many(t, scanUserSession, limit, `SELECT `+userSessionColumns+` FROM user_sessions
		WHERE pool_id = $1 AND username = $2 AND id > $3 ORDER BY id LIMIT $4`, poolID, username, after, limit)
}

func (t *tx) CreateUserSession(s *idp.UserSession) error {
	return t.execOne(store.ErrExists, `INSERT INTO user_sessions (`+userSessionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (pool_id, username, id) DO NOTHING`,
		s.PoolID, s.Username, s.ID, string(s.Type), s.ClientID, s.FamilyID, s.OriginID,
		micros(s.Created), micros(s.LastActive), micros(s.ExpiresAt), s.Device, s.Address)
}

func (t *tx) TouchUserSession(s *idp.UserSession) error {
	n, err := t.exec(`UPDATE user_sessions SET last_active = $1, device = $2, source_ip = $3
		WHERE pool_id = $4 AND username = $5 AND id = $6 AND last_active <= $7`,
		micros(s.LastActive), s.Device, s.Address, s.PoolID, s.Username, s.ID, micros(s.LastActive))
	if err != nil || n > 0 {
		return err
	}
	_, err = t.UserSession(s.PoolID, s.Username, s.ID)
	return err
}

func (t *tx) DeleteUserSession(poolID, username, id string) error {
	return t.execOne(store.ErrNotFound, `DELETE FROM user_sessions WHERE pool_id = $1 AND username = $2 AND id = $3`, poolID, username, id)
}

func (t *tx) ForgetUserSessions(poolID string) error {
	_, err := t.exec(`INSERT INTO untracked_pools (pool_id) VALUES ($1) ON CONFLICT (pool_id) DO NOTHING`, poolID)
	return err
}

func (t *tx) KeepUserSessions(poolID string) error {
	_, err := t.exec(`DELETE FROM untracked_pools WHERE pool_id = $1`, poolID)
	return err
}

// sweepUntracked deletes at most limit records of a pool that keeps track no
// more, and its mark when nothing else is left. The mark counts as a row.
func (t *tx) sweepUntracked(limit int) (int, error) {
	pools, err := many(t, scanText, 1, `SELECT pool_id FROM untracked_pools ORDER BY pool_id LIMIT 1`)
	if err != nil || len(pools) == 0 {
		return 0, err
	}
	n, err := t.exec(`DELETE FROM user_sessions WHERE pool_id = $1 AND (username, id) IN
		(SELECT username, id FROM user_sessions WHERE pool_id = $2 LIMIT $3)`, pools[0], pools[0], limit)
	if err != nil || int(n) >= limit {
		return int(n), err
	}
	return int(n) + 1, t.KeepUserSessions(pools[0])
}
