package sqlstore

import (
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const accessKeyColumns = `id, sealed, policy, description, created_at`

func scanAccessKey(r scanner) (*idp.AccessKey, error) {
	k := &idp.AccessKey{}
	var created int64
	if err := r.Scan(&k.ID, &k.Sealed, &k.Policy, &k.Description, &created); err != nil {
		return nil, err
	}
	k.Sealed, k.Policy, k.Created = fromBlob(k.Sealed), fromBlob(k.Policy), fromMicros(created)
	return k, nil
}

func (t *tx) AccessKey(id string) (*idp.AccessKey, error) {
	return one(t, scanAccessKey, `SELECT `+accessKeyColumns+` FROM access_keys WHERE id = $1`, id)
}

func (t *tx) ListAccessKeys(after string, limit int) ([]*idp.AccessKey, error) {
	return many(t, scanAccessKey, limit,
		`SELECT `+accessKeyColumns+` FROM access_keys WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
}

func (t *tx) PutAccessKey(k *idp.AccessKey) error {
	_, err := t.exec(
		`INSERT INTO access_keys (id, sealed, policy, description, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE
		SET sealed = excluded.sealed, policy = excluded.policy, description = excluded.description,
			created_at = excluded.created_at`,
		k.ID, k.Sealed, k.Policy, k.Description, micros(k.Created))
	return err
}

func (t *tx) DeleteAccessKey(id string) error {
	return t.execOne(store.ErrNotFound, `DELETE FROM access_keys WHERE id = $1`, id)
}
