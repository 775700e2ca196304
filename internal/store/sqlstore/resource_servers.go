package sqlstore

import (
	"encoding/json"
	"fmt"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const resourceServerColumns = "pool_id, identifier, name, scopes"

func scanResourceServer(r scanner) (*idp.ResourceServer, error) {
	s := &idp.ResourceServer{}
	var scopes []byte
	if err := r.Scan(&s.PoolID, &s.Identifier, &s.Name, &scopes); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(scopes, &s.Scopes); err != nil {
		return nil, fmt.Errorf("scopes of resource server %s: %w", s.Identifier, err)
	}
	return s, nil
}

func scopesDocument(r *idp.ResourceServer) (string, error) {
	b, err := json.Marshal(r.Scopes)
	if err != nil {
		return "", fmt.Errorf("writing scopes of resource server: %w", err)
	}
	return string(b), nil
}

func (t *tx) ResourceServer(poolID, identifier string) (*idp.ResourceServer, error) {
	return one(t, scanResourceServer,
		`SELECT `+resourceServerColumns+` FROM resource_servers WHERE pool_id = $1 AND identifier = $2`, poolID, identifier)
}

func (t *tx) ListResourceServers(poolID, after string, limit int) ([]*idp.ResourceServer, error) {
	return many(t, scanResourceServer, limit,
		`SELECT `+resourceServerColumns+` FROM resource_servers WHERE pool_id = $1 AND identifier > $2
		ORDER BY identifier LIMIT $3`, poolID, after, limit)
}

func (t *tx) CountResourceServers(poolID string, limit int) (int, error) {
	n, err := one(t, scanInt,
		`SELECT COUNT(*) FROM (SELECT 1 FROM resource_servers WHERE pool_id = $1 LIMIT $2) AS counted`, poolID, limit)
	return int(n), err
}

func (t *tx) CreateResourceServer(r *idp.ResourceServer) error {
	if _, err := t.PoolVersion(r.PoolID); err != nil {
		return err
	}
	scopes, err := scopesDocument(r)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrExists,
		`INSERT INTO resource_servers (pool_id, identifier, name, scopes) VALUES ($1, $2, $3, $4)
		ON CONFLICT (pool_id, identifier) DO NOTHING`,
		r.PoolID, r.Identifier, r.Name, scopes)
}

func (t *tx) UpdateResourceServer(r *idp.ResourceServer) error {
	scopes, err := scopesDocument(r)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrNotFound,
		`UPDATE resource_servers SET name = $1, scopes = $2 WHERE pool_id = $3 AND identifier = $4`,
		r.Name, scopes, r.PoolID, r.Identifier)
}

func (t *tx) DeleteResourceServer(poolID, identifier string) error {
	return t.execOne(store.ErrNotFound,
		`DELETE FROM resource_servers WHERE pool_id = $1 AND identifier = $2`, poolID, identifier)
}
