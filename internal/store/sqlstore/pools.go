package sqlstore

import (
	"encoding/json"
	"errors"
	"fmt"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const poolColumns = "id, version, settings, sealed_key"

func scanPool(r scanner) (*idp.UserPool, error) {
	p := &idp.UserPool{}
	var settings []byte
	if err := r.Scan(&p.ID, &p.Version, &settings, &p.SealedKey); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(settings, &p.Settings); err != nil {
		return nil, fmt.Errorf("settings of pool %s: %w", p.ID, err)
	}
	p.SealedKey = fromBlob(p.SealedKey)
	p.Prepare()
	return p, nil
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
	settings, err := json.Marshal(&p.Settings)
	if err != nil {
		return fmt.Errorf("writing settings of pool: %w", err)
	}
	return t.execOne(store.ErrExists,
		"INSERT INTO pools (id, version, settings, sealed_key) VALUES ($1, 1, $2, $3) ON CONFLICT (id) DO NOTHING",
		p.ID, string(settings), p.SealedKey)
}

func (t *tx) UpdatePool(p *idp.UserPool) error {
	settings, err := json.Marshal(&p.Settings)
	if err != nil {
		return fmt.Errorf("writing settings of pool: %w", err)
	}
	return t.execOne(store.ErrNotFound,
		"UPDATE pools SET version = version + 1, settings = $1, sealed_key = $2 WHERE id = $3 AND version = $4",
		string(settings), p.SealedKey, p.ID, p.Version)
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
