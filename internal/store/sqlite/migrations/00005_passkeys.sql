-- +goose Up

-- The public halves of users' passkeys. Transports is a JSON list.
CREATE TABLE webauthn_credentials (
	pool_id         TEXT    NOT NULL,
	id              BLOB    NOT NULL,
	username        TEXT    NOT NULL,
	relying_party   TEXT    NOT NULL,
	public_key      BLOB    NOT NULL,
	sign_count      INTEGER NOT NULL,
	name            TEXT    NOT NULL,
	attachment      TEXT    NOT NULL,
	transports      TEXT    NOT NULL,
	backup_eligible INTEGER NOT NULL,
	backed_up       INTEGER NOT NULL,
	created_at      INTEGER NOT NULL,
	used_at         INTEGER NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE INDEX webauthn_credentials_user ON webauthn_credentials (pool_id, username, created_at, id);

-- Registrations of passkeys that wait for the authenticator, one per user.
CREATE TABLE webauthn_registrations (
	pool_id       TEXT    NOT NULL,
	username      TEXT    NOT NULL,
	client_id     TEXT    NOT NULL,
	challenge     TEXT    NOT NULL,
	relying_party TEXT    NOT NULL,
	expires_at    INTEGER NOT NULL,
	PRIMARY KEY (pool_id, username)
) WITHOUT ROWID;
CREATE INDEX webauthn_registrations_expiry ON webauthn_registrations (expires_at);
