package sqlstore

import (
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func (t *tx) Family(poolID, id string) (*idp.Family, error) {
	return one(t, func(r scanner) (*idp.Family, error) {
		f := &idp.Family{PoolID: poolID, ID: id}
		var auth, expires, revoked, until int64
		var proofs string
		err := r.Scan(&f.OriginJTI, &f.ClientID, &f.Username, &auth, &expires, &revoked, &f.RefreshHash, &f.FormerHash, &until, &f.DeviceKey, &f.SessionID, &proofs)
		if err != nil {
			return nil, err
		}
		if err := fromJSON("proofs", proofs, &f.Proofs); err != nil {
			return nil, err
		}
		f.RefreshHash, f.FormerHash, f.Revoked = fromBlob(f.RefreshHash), fromBlob(f.FormerHash), revoked != 0
		f.AuthTime, f.ExpiresAt, f.FormerUntil = fromMicros(auth), fromMicros(expires), fromMicros(until)
		return f, nil
	}, `SELECT origin_jti, client_id, username, auth_time, expires_at, revoked, refresh_hash, former_hash, former_until, device_key, session_id, proofs
		FROM families WHERE pool_id = $1 AND id = $2`, poolID, id)
}

func (t *tx) CreateFamily(f *idp.Family) error {
	proofs, err := toJSON("proofs", f.Proofs)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrExists, `INSERT INTO families (pool_id, id, origin_jti, client_id, username, auth_time, expires_at, revoked, refresh_hash, former_hash,
		former_until, device_key, session_id, proofs) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (pool_id, id) DO NOTHING`,
		f.PoolID, f.ID, f.OriginJTI, f.ClientID, f.Username, micros(f.AuthTime), micros(f.ExpiresAt), flag(f.Revoked), f.RefreshHash, f.FormerHash,
		micros(f.FormerUntil), f.DeviceKey, f.SessionID, proofs)
}

func (t *tx) RotateFamily(f *idp.Family, was []byte) error {
	return t.execOne(store.ErrNotFound, `UPDATE families SET refresh_hash = $1, former_hash = $2, former_until = $3
		WHERE pool_id = $4 AND id = $5 AND refresh_hash = $6 AND revoked = 0`,
		f.RefreshHash, f.FormerHash, micros(f.FormerUntil), f.PoolID, f.ID, was)
}

func (t *tx) RevokeFamily(poolID, id string) error {
	err := t.execOne(store.ErrNotFound, "UPDATE families SET revoked = 1 WHERE pool_id = $1 AND id = $2", poolID, id)
	if err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM user_sessions WHERE pool_id = $1 AND (username, id) IN
		(SELECT username, session_id FROM families WHERE pool_id = $2 AND id = $3)`, poolID, poolID, id)
	return err
}

func (t *tx) RevokeFamilies(poolID, username string) error {
	_, err := t.exec("UPDATE families SET revoked = 1 WHERE pool_id = $1 AND username = $2 AND revoked = 0", poolID, username)
	if err != nil {
		return err
	}
	_, err = t.exec("DELETE FROM user_sessions WHERE pool_id = $1 AND username = $2", poolID, username)
	return err
}
