package sqlstore

import (
	"crypto/sha256"
	"encoding/hex"
	"math"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// maxIdentifier is the longest value, in bytes, that is a key as it is;
// PostgreSQL refuses keys beyond 2.6 kB.
const maxIdentifier = 1024

// identifierKey returns what stands for a value in the key of its row. A long
// value is cut and completed by its hash, which makes it longer than
// maxIdentifier, so that no other value can be equal to it.
func identifierKey(value string) string {
	if len(value) <= maxIdentifier {
		return value
	}
	sum := sha256.Sum256([]byte(value))
	return cut(value, maxIdentifier) + hex.EncodeToString(sum[:])
}

// cut returns the longest beginning of a text that has at most n bytes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 { // inside a character
		n--
	}
	return s[:n]
}

func (t *tx) FindUser(poolID string, ids []idp.Identifier) (*idp.User, error) {
	for _, id := range ids {
		u, err := one(t, scanUser,
			`SELECT `+userColumns+` FROM identifiers AS i
			JOIN users AS u ON u.pool_id = i.pool_id AND u.username = i.username
			WHERE i.pool_id = $1 AND i.kind = $2 AND i.value = $3`,
			poolID, id.Kind, identifierKey(id.Value))
		if err != store.ErrNotFound {
			return u, err
		}
	}
	return nil, store.ErrNotFound
}

func (t *tx) Owner(poolID string, id idp.Identifier) (string, error) {
	return one(t, scanText,
		`SELECT username FROM identifiers WHERE pool_id = $1 AND kind = $2 AND value = $3`,
		poolID, id.Kind, identifierKey(id.Value))
}

// addIdentifier gives an identifier to a user, or returns an IdentifierTaken
// if another user has it.
func (t *tx) addIdentifier(u *idp.User, id idp.Identifier) error {
	n, err := t.exec(
		`INSERT INTO identifiers (pool_id, kind, value, username) VALUES ($1, $2, $3, $4)
		ON CONFLICT (pool_id, kind, value) DO NOTHING`,
		u.PoolID, id.Kind, identifierKey(id.Value), u.Username)
	if err != nil || n == 1 {
		return err
	}
	owner, err := t.Owner(u.PoolID, id)
	if err != nil {
		return err
	}
	return &store.IdentifierTaken{Kind: id.Kind, Owner: owner}
}

// setIdentifiers replaces the identifiers of a user.
func (t *tx) setIdentifiers(u *idp.User, ids []idp.Identifier) error {
	type key struct{ kind, value string }
	scan := func(r scanner) (k key, err error) {
		err = r.Scan(&k.kind, &k.value)
		return k, err
	}
	has, err := many(t, scan, math.MaxInt,
		`SELECT kind, value FROM identifiers WHERE pool_id = $1 AND username = $2`, u.PoolID, u.Username)
	if err != nil {
		return err
	}
	old := make(map[key]bool, len(has))
	for _, k := range has {
		old[k] = true
	}
	var added []idp.Identifier
	for _, id := range ids {
		k := key{id.Kind, identifierKey(id.Value)}
		if !old[k] {
			added = append(added, id)
		}
		delete(old, k)
	}
	for k := range old {
		_, err := t.exec(`DELETE FROM identifiers WHERE pool_id = $1 AND kind = $2 AND value = $3`,
			u.PoolID, k.kind, k.value)
		if err != nil {
			return err
		}
	}
	for _, id := range added {
		if err := t.addIdentifier(u, id); err != nil {
			return err
		}
	}
	return nil
}
