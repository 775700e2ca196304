package sqlstore

import (
	"encoding/json"
	"fmt"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const clientColumns = "id, pool_id, version, settings, features, secrets"

func scanClient(r scanner) (*idp.Client, error) {
	c := &idp.Client{}
	var settings, features, secrets []byte
	if err := r.Scan(&c.ID, &c.PoolID, &c.Version, &settings, &features, &secrets); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(settings, &c.Settings); err != nil {
		return nil, fmt.Errorf("settings of client %s: %w", c.ID, err)
	}
	if err := json.Unmarshal(features, &c.Features); err != nil {
		return nil, fmt.Errorf("features of client %s: %w", c.ID, err)
	}
	if err := json.Unmarshal(secrets, &c.Secrets); err != nil {
		return nil, fmt.Errorf("secrets of client %s: %w", c.ID, err)
	}
	return c, nil
}

func clientDocuments(c *idp.Client) (settings, features, secrets string, err error) {
	if settings, err = toJSON("settings of a client", &c.Settings); err != nil {
		return "", "", "", err
	}
	if features, err = toJSON("features of a client", &c.Features); err != nil {
		return "", "", "", err
	}
	secrets, err = toJSON("secrets of a client", c.Secrets)
	return settings, features, secrets, err
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
	settings, features, secrets, err := clientDocuments(c)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrExists,
		"INSERT INTO clients (id, pool_id, version, settings, features, secrets) VALUES ($1, $2, 1, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
		c.ID, c.PoolID, settings, features, secrets)
}

func (t *tx) UpdateClient(c *idp.Client) error {
	settings, features, secrets, err := clientDocuments(c)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrNotFound,
		"UPDATE clients SET version = version + 1, settings = $1, features = $2, secrets = $3 WHERE id = $4 AND pool_id = $5 AND version = $6",
		settings, features, secrets, c.ID, c.PoolID, c.Version)
}

func (t *tx) DeleteClient(poolID, id string) error {
	return t.execOne(store.ErrNotFound, "DELETE FROM clients WHERE id = $1 AND pool_id = $2", id, poolID)
}
