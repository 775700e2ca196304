package sqlstore

import (
	"math"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func scanSigningKey(r scanner) (*idp.SigningKey, error) {
	k := &idp.SigningKey{}
	var created, retired int64
	if err := r.Scan(&k.PoolID, &k.ID, &k.Use, &k.Public, &k.Sealed, &created, &retired); err != nil {
		return nil, err
	}
	k.Public, k.Sealed = fromBlob(k.Public), fromBlob(k.Sealed)
	k.Created, k.Retired = fromMicros(created), fromMicros(retired)
	return k, nil
}

func (t *tx) SigningKeys(poolID string) ([]*idp.SigningKey, error) {
	return many(t, scanSigningKey, math.MaxInt,
		`SELECT pool_id, id, key_use, public_key, sealed, created_at, retired_at
		FROM signing_keys WHERE pool_id = $1 ORDER BY created_at, id`,
		poolID)
}

func (t *tx) PutSigningKey(k *idp.SigningKey) error {
	_, err := t.exec(
		`INSERT INTO signing_keys (pool_id, id, key_use, public_key, sealed, created_at, retired_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (pool_id, id) DO UPDATE
		SET key_use = excluded.key_use, public_key = excluded.public_key, sealed = excluded.sealed,
			created_at = excluded.created_at, retired_at = excluded.retired_at`,
		k.PoolID, k.ID, string(k.Use), k.Public, k.Sealed, micros(k.Created), micros(k.Retired))
	return err
}

func (t *tx) DeleteSigningKey(poolID, id string) error {
	return t.execOne(store.ErrNotFound,
		`DELETE FROM signing_keys WHERE pool_id = $1 AND id = $2`, poolID, id)
}
