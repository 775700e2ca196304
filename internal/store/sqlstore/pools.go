package sqlstore

import (
	"encoding/json"
	"errors"
	"fmt"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const poolColumns = "id, version, settings, features, sealed_key"

func scanPool(r scanner) (*idp.UserPool, error) {
	p := &idp.UserPool{}
	var settings, features []byte
	if err := r.Scan(&p.ID, &p.Version, &settings, &features, &p.SealedKey); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(settings, &p.Settings); err != nil {
		return nil, fmt.Errorf("settings of pool %s: %w", p.ID, err)
	}
	if err := json.Unmarshal(features, &p.Features); err != nil {
		return nil, fmt.Errorf("features of pool %s: %w", p.ID, err)
	}
	p.SealedKey = fromBlob(p.SealedKey)
	p.Prepare()
	return p, nil
}

func poolDocuments(p *idp.UserPool) (settings, features string, err error) {
	if settings, err = toJSON("settings of a pool", &p.Settings); err != nil {
		return "", "", err
	}
	features, err = toJSON("features of a pool", &p.Features)
	return settings, features, err
}

func (t *tx) Pool(id string) (*idp.UserPool, error) {
	return one(t, scanPool, "SELECT "+poolColumns+" FROM pools WHERE id = $1", id)
}

func (t *tx) PoolVersion(id string) (int64, error) {
	return one(t, scanInt, "SELECT version FROM pools WHERE id = $1", id)
}

func (t *tx) ListPools(after string, limit int) ([]*idp.UserPool, error) {
	return many(t, scanPool, limit, "SELECT "+poolColumns+" FROM pools WHERE id > $1 ORDER BY id LIMIT $2", after, limit)
}

func (t *tx) CountPools(limit int) (int, error) {
	n, err := one(t, scanInt, "SELECT COUNT(*) FROM (SELECT 1 FROM pools LIMIT $1) AS counted", limit)
	return int(n), err
}

func (t *tx) CreatePool(p *idp.UserPool) error {
	// What is left of a deleted pool must not become part of a new one.
	_, err := one(t, scanText, "SELECT id FROM deleted_pools WHERE id = $1", p.ID)
	switch {
	case err == nil:
		return store.ErrExists
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	settings, features, err := poolDocuments(p)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrExists,
		"INSERT INTO pools (id, version, settings, features, sealed_key) VALUES ($1, 1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
		p.ID, settings, features, p.SealedKey)
}

func (t *tx) UpdatePool(p *idp.UserPool) error {
	settings, features, err := poolDocuments(p)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrNotFound,
		"UPDATE pools SET version = version + 1, settings = $1, features = $2, sealed_key = $3 WHERE id = $4 AND version = $5",
		settings, features, p.SealedKey, p.ID, p.Version)
}

func (t *tx) DeletePool(id string) error {
	if err := t.execOne(store.ErrNotFound, "DELETE FROM pools WHERE id = $1", id); err != nil {
		return err
	}
	if _, err := t.exec("DELETE FROM clients WHERE pool_id = $1", id); err != nil {
		return err
	}
	_, err := t.exec("INSERT INTO deleted_pools (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", id)
	return err
}
