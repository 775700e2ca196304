package sqlstore

import (
	"database/sql"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const groupColumns = `g.pool_id, g.name, g.description, g.role_arn, g.precedence, g.created_at, g.modified_at`

func scanGroup(r scanner) (*idp.Group, error) {
	g := &idp.Group{}
	var precedence sql.NullInt64
	var created, modified int64
	if err := r.Scan(&g.PoolID, &g.Name, &g.Description, &g.RoleARN, &precedence, &created, &modified); err != nil {
		return nil, err
	}
	if precedence.Valid {
		g.Precedence = &precedence.Int64
	}
	g.Created, g.Modified = fromMicros(created), fromMicros(modified)
	return g, nil
}

// precedenceOf is the precedence of a group as a column: NULL without one.
func precedenceOf(g *idp.Group) any {
	if g.Precedence == nil {
		return nil
	}
	return *g.Precedence
}

func (t *tx) Group(poolID, name string) (*idp.Group, error) {
	return one(t, scanGroup, `SELECT `+groupColumns+` FROM groups AS g WHERE g.pool_id = $1 AND g.name = $2`, poolID, name)
}

func (t *tx) ListGroups(poolID, after string, limit int) ([]*idp.Group, error) {
	return many(t, scanGroup, limit,
		`SELECT `+groupColumns+` FROM groups AS g WHERE g.pool_id = $1 AND g.name > $2 ORDER BY g.name LIMIT $3`,
		poolID, after, limit)
}

func (t *tx) CountGroups(poolID string, limit int) (int, error) {
	n, err := one(t, scanInt,
		`SELECT COUNT(*) FROM (SELECT 1 FROM groups WHERE pool_id = $1 LIMIT $2) AS counted`, poolID, limit)
	return int(n), err
}

func (t *tx) CreateGroup(g *idp.Group) error {
	if _, err := t.PoolVersion(g.PoolID); err != nil {
		return err
	}
	return t.execOne(store.ErrExists,
		`INSERT INTO groups (pool_id, name, description, role_arn, precedence, created_at, modified_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (pool_id, name) DO NOTHING`,
		g.PoolID, g.Name, g.Description, g.RoleARN, precedenceOf(g), micros(g.Created), micros(g.Modified))
}

func (t *tx) UpdateGroup(g *idp.Group) error {
	return t.execOne(store.ErrNotFound,
		`UPDATE groups SET description = $1, role_arn = $2, precedence = $3, modified_at = $4
		WHERE pool_id = $5 AND name = $6`,
		g.Description, g.RoleARN, precedenceOf(g), micros(g.Modified), g.PoolID, g.Name)
}

func (t *tx) DeleteGroup(poolID, name string, limit int) (done bool, err error) {
	if _, err := t.Group(poolID, name); err != nil {
		return false, err
	}
	n, err := t.exec(
		`DELETE FROM memberships WHERE pool_id = $1 AND group_name = $2 AND username IN
			(SELECT username FROM memberships WHERE pool_id = $3 AND group_name = $4 LIMIT $5)`,
		poolID, name, poolID, name, limit)
	if err != nil || n >= int64(limit) {
		return false, err // perhaps there are more
	}
	return true, t.execOne(store.ErrNotFound, `DELETE FROM groups WHERE pool_id = $1 AND name = $2`, poolID, name)
}

func (t *tx) AddMember(poolID, username, group string) error {
	return t.execOne(store.ErrExists,
		`INSERT INTO memberships (pool_id, username, group_name) VALUES ($1, $2, $3)
		ON CONFLICT (pool_id, username, group_name) DO NOTHING`,
		poolID, username, group)
}

func (t *tx) RemoveMember(poolID, username, group string) error {
	return t.execOne(store.ErrNotFound,
		`DELETE FROM memberships WHERE pool_id = $1 AND username = $2 AND group_name = $3`, poolID, username, group)
}

func (t *tx) ListGroupsOf(poolID, username, after string, limit int) ([]*idp.Group, error) {
	return many(t, scanGroup, limit,
		`SELECT `+groupColumns+` FROM memberships AS m
		JOIN groups AS g ON g.pool_id = m.pool_id AND g.name = m.group_name
		WHERE m.pool_id = $1 AND m.username = $2 AND m.group_name > $3 ORDER BY m.group_name LIMIT $4`,
		poolID, username, after, limit)
}

func (t *tx) CountGroupsOf(poolID, username string, limit int) (int, error) {
	n, err := one(t, scanInt,
		`SELECT COUNT(*) FROM (SELECT 1 FROM memberships WHERE pool_id = $1 AND username = $2 LIMIT $3) AS counted`,
		poolID, username, limit)
	return int(n), err
}

func (t *tx) ListMembers(poolID, group, after string, limit int) ([]*idp.User, error) {
	return many(t, scanUser, limit,
		`SELECT `+userColumns+` FROM memberships AS m
		JOIN users AS u ON u.pool_id = m.pool_id AND u.username = m.username
		WHERE m.pool_id = $1 AND m.group_name = $2 AND m.username > $3 ORDER BY m.username LIMIT $4`,
		poolID, group, after, limit)
}
