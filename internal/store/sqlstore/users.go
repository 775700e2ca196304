package sqlstore

import (
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const userColumns = `u.pool_id, u.username, u.sub, u.status, u.enabled, u.created_at, u.modified_at,
	u.attributes, u.pending, u.salt, u.password, u.password_set_at, u.history, u.factors`

func scanUser(r scanner) (*idp.User, error) {
	u := &idp.User{}
	var enabled, created, modified, passwordSet int64
	var attributes, pending, history, factors string
	var password []byte
	err := r.Scan(&u.PoolID, &u.Username, &u.Sub, &u.Status, &enabled, &created, &modified,
		&attributes, &pending, &u.Salt, &password, &passwordSet, &history, &factors)
	if err != nil {
		return nil, err
	}
	u.Enabled, u.Created, u.Modified = enabled != 0, fromMicros(created), fromMicros(modified)
	u.Salt = fromBlob(u.Salt)
	if password != nil {
		u.Password = &idp.Password{Verifier: fromBlob(password), SetAt: fromMicros(passwordSet)}
	}
	if err := fromJSON("attributes", attributes, &u.Attributes); err != nil {
		return nil, err
	}
	if err := fromJSON("pending attributes", pending, &u.Pending); err != nil {
		return nil, err
	}
	if err := fromJSON("former passwords", history, &u.History); err != nil {
		return nil, err
	}
	if err := fromJSON("factors", factors, &u.Factors); err != nil {
		return nil, err
	}
	return u, nil
}

// userRow is a user in the form of columns.
type userRow struct {
	attributes, pending, history, factors string

	password    any // NULL without one
	passwordSet int64
}

func rowOf(u *idp.User) (r userRow, err error) {
	if r.attributes, err = toJSON("attributes", u.Attributes); err != nil {
		return r, err
	}
	if r.pending, err = toJSON("pending attributes", u.Pending); err != nil {
		return r, err
	}
	if r.history, err = toJSON("former passwords", u.History); err != nil {
		return r, err
	}
	r.factors = "null"
	if !u.Factors.IsZero() {
		if r.factors, err = toJSON("factors", u.Factors); err != nil {
			return r, err
		}
	}
	r.password, r.passwordSet = passwordColumns(u)
	return r, nil
}

func passwordColumns(u *idp.User) (password any, setAt int64) {
	if u.Password == nil {
		return nil, micros(time.Time{})
	}
	return u.Password.Verifier, micros(u.Password.SetAt)
}

func (t *tx) User(poolID, username string) (*idp.User, error) {
	return one(t, scanUser,
		`SELECT `+userColumns+` FROM users AS u WHERE u.pool_id = $1 AND u.username = $2`, poolID, username)
}

func (t *tx) CreateUser(u *idp.User, ids []idp.Identifier) error {
	r, err := rowOf(u)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.addIdentifier(u, id); err != nil {
			return err
		}
	}
	return t.execOne(&store.IdentifierTaken{Kind: idp.IdentifierUsername, Owner: u.Username},
		`INSERT INTO users (pool_id, username, sub, status, enabled, created_at, modified_at,
			attributes, pending, salt, password, password_set_at, history, factors,
			email, phone_number, name, given_name, family_name, preferred_username)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (pool_id, username) DO NOTHING`,
		u.PoolID, u.Username, u.Sub, string(u.Status), flag(u.Enabled), micros(u.Created), micros(u.Modified),
		r.attributes, r.pending, u.Salt, r.password, r.passwordSet, r.history, r.factors,
		searched(u, "email"), searched(u, "phone_number"), searched(u, "name"),
		searched(u, "given_name"), searched(u, "family_name"), searched(u, "preferred_username"))
}

func (t *tx) UpdateUser(u *idp.User, ids []idp.Identifier) error {
	r, err := rowOf(u)
	if err != nil {
		return err
	}
	err = t.execOne(store.ErrNotFound,
		`UPDATE users SET sub = $1, status = $2, enabled = $3, created_at = $4, modified_at = $5,
			attributes = $6, pending = $7, salt = $8, password = $9, password_set_at = $10, history = $11, factors = $12,
			email = $13, phone_number = $14, name = $15, given_name = $16, family_name = $17, preferred_username = $18
		WHERE pool_id = $19 AND username = $20`,
		u.Sub, string(u.Status), flag(u.Enabled), micros(u.Created), micros(u.Modified),
		r.attributes, r.pending, u.Salt, r.password, r.passwordSet, r.history, r.factors,
		searched(u, "email"), searched(u, "phone_number"), searched(u, "name"),
		searched(u, "given_name"), searched(u, "family_name"), searched(u, "preferred_username"),
		u.PoolID, u.Username)
	if err != nil {
		return err
	}
	return t.setIdentifiers(u, ids)
}

func (t *tx) SetUser(u *idp.User) error {
	r, err := rowOf(u)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrNotFound,
		`UPDATE users SET status = $1, enabled = $2, modified_at = $3, attributes = $4, pending = $5,
			salt = $6, password = $7, password_set_at = $8, history = $9, factors = $10
		WHERE pool_id = $11 AND username = $12`,
		string(u.Status), flag(u.Enabled), micros(u.Modified), r.attributes, r.pending,
		u.Salt, r.password, r.passwordSet, r.history, r.factors, u.PoolID, u.Username)
}

// SetPassword leaves alone the columns that are indexed: an index entry is
// written anew even if its column is set to what it was.
func (t *tx) SetPassword(u *idp.User) error {
	history, err := toJSON("former passwords", u.History)
	if err != nil {
		return err
	}
	password, setAt := passwordColumns(u)
	return t.execOne(store.ErrNotFound,
		`UPDATE users SET password = $1, password_set_at = $2, history = $3, modified_at = $4
		WHERE pool_id = $5 AND username = $6`,
		password, setAt, history, micros(u.Modified), u.PoolID, u.Username)
}

func (t *tx) DeleteUser(poolID, username string) error {
	err := t.execOne(store.ErrNotFound, `DELETE FROM users WHERE pool_id = $1 AND username = $2`, poolID, username)
	if err != nil {
		return err
	}
	for _, query := range []string{
		`DELETE FROM identifiers WHERE pool_id = $1 AND username = $2`,
		`DELETE FROM codes WHERE pool_id = $1 AND subject = $2`,
		`DELETE FROM attempts WHERE pool_id = $1 AND subject = $2`,
		`DELETE FROM user_sessions WHERE pool_id = $1 AND username = $2`,
		`DELETE FROM families WHERE pool_id = $1 AND username = $2`,
		`DELETE FROM devices WHERE pool_id = $1 AND username = $2`,
		`DELETE FROM memberships WHERE pool_id = $1 AND username = $2`,
		`DELETE FROM webauthn_credentials WHERE pool_id = $1 AND username = $2`,
		`DELETE FROM webauthn_registrations WHERE pool_id = $1 AND username = $2`,
	} {
		if _, err := t.exec(query, poolID, username); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) CountUsers(poolID string, limit int) (int, error) {
	n, err := one(t, scanInt,
		`SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE pool_id = $1 LIMIT $2) AS counted`, poolID, limit)
	return int(n), err
}
