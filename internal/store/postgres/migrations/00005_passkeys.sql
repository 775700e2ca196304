-- +goose Up

-- The public halves of users' passkeys. Transports is a JSON list.
CREATE TABLE webauthn_credentials (
	pool_id         TEXT COLLATE "C" NOT NULL,
	id              BYTEA   NOT NULL,
	username        TEXT COLLATE "C" NOT NULL,
	relying_party   TEXT COLLATE "C" NOT NULL,
	public_key      BYTEA   NOT NULL,
	sign_count      BIGINT  NOT NULL,
	name            TEXT COLLATE "C" NOT NULL,
	attachment      TEXT COLLATE "C" NOT NULL,
	transports      TEXT COLLATE "C" NOT NULL,
	backup_eligible SMALLINT NOT NULL,
	backed_up       SMALLINT NOT NULL,
	created_at      BIGINT  NOT NULL,
	used_at         BIGINT  NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE INDEX webauthn_credentials_user ON webauthn_credentials (pool_id, username, created_at, id);

-- Registrations of passkeys that wait for the authenticator, one per user.
CREATE TABLE webauthn_registrations (
	pool_id       TEXT COLLATE "C" NOT NULL,
	username      TEXT COLLATE "C" NOT NULL,
	client_id     TEXT COLLATE "C" NOT NULL,
	challenge     TEXT COLLATE "C" NOT NULL,
	relying_party TEXT COLLATE "C" NOT NULL,
	expires_at    BIGINT  NOT NULL,
	PRIMARY KEY (pool_id, username)
);
CREATE INDEX webauthn_registrations_expiry ON webauthn_registrations (expires_at);
