package sqlstore

import (
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const passkeyColumns = `pool_id, id, username, relying_party, public_key, sign_count, name, attachment, transports,
	backup_eligible, backed_up, created_at`

func scanPasskey(r scanner) (*idp.WebAuthnCredential, error) {
	c := &idp.WebAuthnCredential{}
	var transports string
	var count, eligible, backedUp, created int64
	err := r.Scan(&c.PoolID, &c.ID, &c.Username, &c.RelyingPartyID, &c.PublicKey, &count, &c.Name, &c.Attachment, &transports,
		&eligible, &backedUp, &created)
	if err != nil {
		return nil, err
	}
	c.ID, c.PublicKey, c.SignCount = fromBlob(c.ID), fromBlob(c.PublicKey), uint32(count)
	c.BackupEligible, c.BackedUp = eligible != 0, backedUp != 0
	c.Created = fromMicros(created)
	return c, fromJSON("transports", transports, &c.Transports)
}

func (t *tx) WebAuthnCredential(poolID string, id []byte) (*idp.WebAuthnCredential, error) {
	return one(t, scanPasskey,
		`SELECT `+passkeyColumns+` FROM webauthn_credentials WHERE pool_id = $1 AND id = $2`, poolID, id)
}

func (t *tx) ListWebAuthnCredentials(poolID, username string, limit int) ([]*idp.WebAuthnCredential, error) {
	return many(t, scanPasskey, limit,
		`SELECT `+passkeyColumns+` FROM webauthn_credentials WHERE pool_id = $1 AND username = $2
		ORDER BY created_at, id LIMIT $3`, poolID, username, limit)
}

func (t *tx) CreateWebAuthnCredential(c *idp.WebAuthnCredential) error {
	transports, err := toJSON("transports", c.Transports)
	if err != nil {
		return err
	}
	return t.execOne(store.ErrExists,
		`INSERT INTO webauthn_credentials (pool_id, id, username, relying_party, public_key, sign_count, name, attachment,
			transports, backup_eligible, backed_up, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (pool_id, id) DO NOTHING`,
		c.PoolID, c.ID, c.Username, c.RelyingPartyID, c.PublicKey, int64(c.SignCount), c.Name, c.Attachment,
		transports, flag(c.BackupEligible), flag(c.BackedUp), micros(c.Created))
}

func (t *tx) UseWebAuthnCredential(c *idp.WebAuthnCredential) error {
	if c.SignCount == 0 { // most passkeys do not count, and then there is seldom something to write
		backedUp, err := one(t, scanInt,
			`SELECT backed_up FROM webauthn_credentials WHERE pool_id = $1 AND id = $2 AND username = $3 AND sign_count = 0`,
			c.PoolID, c.ID, c.Username)
		if err != nil || backedUp == flag(c.BackedUp) {
			return err
		}
	}
	return t.execOne(store.ErrNotFound,
		`UPDATE webauthn_credentials SET sign_count = $1, backed_up = $2
			WHERE pool_id = $3 AND id = $4 AND username = $5 AND (sign_count < $6 OR sign_count = 0 AND sign_count = $7)`,
		int64(c.SignCount), flag(c.BackedUp), c.PoolID, c.ID, c.Username, int64(c.SignCount), int64(c.SignCount))
}

func (t *tx) DeleteWebAuthnCredential(poolID, username string, id []byte) error {
	return t.execOne(store.ErrNotFound,
		`DELETE FROM webauthn_credentials WHERE pool_id = $1 AND id = $2 AND username = $3`, poolID, id, username)
}

func (t *tx) WebAuthnRegistration(poolID, username string) (*idp.WebAuthnRegistration, error) {
	return one(t, func(r scanner) (*idp.WebAuthnRegistration, error) {
		out := &idp.WebAuthnRegistration{PoolID: poolID, Username: username}
		var expires int64
		if err := r.Scan(&out.ClientID, &out.Challenge, &out.RelyingPartyID, &expires); err != nil {
			return nil, err
		}
		out.ExpiresAt = fromMicros(expires)
		return out, nil
	}, `SELECT client_id, challenge, relying_party, expires_at FROM webauthn_registrations WHERE pool_id = $1 AND username = $2`,
		poolID, username)
}

func (t *tx) PutWebAuthnRegistration(r *idp.WebAuthnRegistration) error {
	_, err := t.exec(
		`INSERT INTO webauthn_registrations (pool_id, username, client_id, challenge, relying_party, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (pool_id, username) DO UPDATE SET client_id = excluded.client_id, challenge = excluded.challenge,
			relying_party = excluded.relying_party, expires_at = excluded.expires_at`,
		r.PoolID, r.Username, r.ClientID, r.Challenge, r.RelyingPartyID, micros(r.ExpiresAt))
	return err
}

func (t *tx) SpendWebAuthnRegistration(r *idp.WebAuthnRegistration) error {
	return t.execOne(store.ErrNotFound,
		`DELETE FROM webauthn_registrations WHERE pool_id = $1 AND username = $2 AND challenge = $3`,
		r.PoolID, r.Username, r.Challenge)
}
