package sqlstore

import (
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func (t *tx) Code(poolID, subject string, purpose idp.Purpose) (*idp.Code, error) {
	return one(t, func(r scanner) (*idp.Code, error) {
		c := &idp.Code{PoolID: poolID, Subject: subject, Purpose: purpose}
		var expires int64
		if err := r.Scan(&c.Hash, &c.Attribute, &expires); err != nil {
			return nil, err
		}
		c.Hash, c.ExpiresAt = fromBlob(c.Hash), fromMicros(expires)
		return c, nil
	}, "SELECT hash, attribute, expires_at FROM codes WHERE pool_id = $1 AND subject = $2 AND purpose = $3", poolID, subject, string(purpose))
}

func (t *tx) PutCode(c *idp.Code) error {
	_, err := t.exec(`INSERT INTO codes (pool_id, subject, purpose, hash, attribute, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (pool_id, subject, purpose) DO UPDATE SET hash = excluded.hash, attribute = excluded.attribute, expires_at = excluded.expires_at`,
		c.PoolID, c.Subject, string(c.Purpose), c.Hash, c.Attribute, micros(c.ExpiresAt))
	return err
}

func (t *tx) DeleteCode(c *idp.Code) error {
	return t.execOne(store.ErrNotFound, "DELETE FROM codes WHERE pool_id = $1 AND subject = $2 AND purpose = $3 AND hash = $4 AND expires_at = $5",
		c.PoolID, c.Subject, string(c.Purpose), c.Hash, micros(c.ExpiresAt))
}
