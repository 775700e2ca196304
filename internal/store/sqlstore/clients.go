package sqlstore

import (
	"encoding/json"
	"fmt"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const clientColumns = "id, pool_id, version, settings, secrets"

func scanClient(r scanner) (*idp.Client, error) {
	c := &idp.Client{}
	var settings, secrets []byte
	if err := r.Scan(&c.ID, &c.PoolID, &c.Version, &settings, &secrets); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(settings, &c.Settings); err != nil {
		return nil, fmt.Errorf("settings of client %s: %w", c.ID, err)
	}
	if err := json.Unmarshal(secrets, &c.Secrets); err != nil {
		return nil, fmt.Errorf("secrets of client %s: %w", c.ID, err)
	}
	return c, nil
}

func clientDocuments(c *idp.Client) (settings, secrets string, err error) {
	a, err := json.Marshal(&c.Settings)
	if err != nil {
		return "", "", fmt.Errorf("writing settings of client: %w", err)
	}
	b, err := json.Marshal(c.Secrets)
	if err != nil {
		return "", "", fmt.Errorf("writing secrets of client: %w", err)
	}
	return string(a), string(b), nil
}

func (t *tx) Client(id string) (*idp.Client, error) {
	return one(t, scanClient, "SELECT "+clientColumns+" FROM clients WHERE id = $1", id)
}

func (t *tx) ListClients(poolID, after string, limit int) ([]*idp.Client, error) {
	return many(t, scanClient, limit,
		"SELECT "+clientColumns+" FROM clients WHERE pool_id = $1 AND id > $2 ORDER BY id LIMIT $3", poolID, after, limit)
}

func (t *tx) CountClients(poolID string, limit int) (int, error) {
	n, err := one(t, scanInt, "SELECT COUNT(*) FROM (SELECT 1 FROM clients WHERE pool_id = $1 LIMIT $2) AS counted", poolID, limit)
	return int(n), err
}

func (t *tx) CreateClient(c *idp.Client) error {
	if _, err := t.PoolVersion(c.PoolID); err != nil {
		return err
	}
	settings, secrets, err := clientDocuments(c)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrExists,
		"INSERT INTO clients (id, pool_id, version, settings, secrets) VALUES ($1, $2, 1, $3, $4) ON CONFLICT (id) DO NOTHING",
		c.ID, c.PoolID, settings, secrets)
}

func (t *tx) UpdateClient(c *idp.Client) error {
	settings, secrets, err := clientDocuments(c)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrNotFound,
		"UPDATE clients SET version = version + 1, settings = $1, secrets = $2 WHERE id = $3 AND pool_id = $4 AND version = $5",
		settings, secrets, c.ID, c.PoolID, c.Version)
}

func (t *tx) DeleteClient(poolID, id string) error {
	return t.execOne(store.ErrNotFound, "DELETE FROM clients WHERE id = $1 AND pool_id = $2", id, poolID)
}
