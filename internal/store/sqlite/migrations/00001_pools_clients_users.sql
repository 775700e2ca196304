-- +goose Up

-- Text is compared by its bytes, times are microseconds since 1970, truth is
-- 0 or 1. What is only ever read whole is JSON.

CREATE TABLE pools (
	id         TEXT   NOT NULL PRIMARY KEY,
	version    BIGINT NOT NULL,
	settings   TEXT   NOT NULL,
	sealed_key BLOB   NOT NULL
);

-- Pools whose rows in other tables are still to be purged.
CREATE TABLE deleted_pools (
	id TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;

-- The one table whose key does not start with the pool: tokens and hosted
-- pages name a client alone.
CREATE TABLE clients (
	id       TEXT   NOT NULL PRIMARY KEY,
	pool_id  TEXT   NOT NULL,
	version  BIGINT NOT NULL,
	settings TEXT   NOT NULL,
	secrets  TEXT   NOT NULL
);
CREATE UNIQUE INDEX clients_pool ON clients (pool_id, id);

-- The columns from email to preferred_username hold the folded values that
-- ListUsers searches; NULL where a user has none.
CREATE TABLE users (
	pool_id            TEXT     NOT NULL,
	username           TEXT     NOT NULL,
	sub                TEXT     NOT NULL,
	status             TEXT     NOT NULL,
	enabled            SMALLINT NOT NULL,
	created_at         BIGINT   NOT NULL,
	modified_at        BIGINT   NOT NULL,
	attributes         TEXT     NOT NULL,
	pending            TEXT     NOT NULL,
	salt               BLOB     NOT NULL,
	password           BLOB,
	password_set_at    BIGINT   NOT NULL,
	history            TEXT     NOT NULL,
	email              TEXT,
	phone_number       TEXT,
	name               TEXT,
	given_name         TEXT,
	family_name        TEXT,
	preferred_username TEXT,
	PRIMARY KEY (pool_id, username)
);
CREATE INDEX users_sub ON users (pool_id, sub, username);
CREATE INDEX users_status ON users (pool_id, status, username);
CREATE INDEX users_enabled ON users (pool_id, enabled, username);
CREATE INDEX users_email ON users (pool_id, email, username) WHERE email IS NOT NULL;
CREATE INDEX users_phone_number ON users (pool_id, phone_number, username) WHERE phone_number IS NOT NULL;
CREATE INDEX users_name ON users (pool_id, name, username) WHERE name IS NOT NULL;
CREATE INDEX users_given_name ON users (pool_id, given_name, username) WHERE given_name IS NOT NULL;
CREATE INDEX users_family_name ON users (pool_id, family_name, username) WHERE family_name IS NOT NULL;
CREATE INDEX users_preferred_username ON users (pool_id, preferred_username, username) WHERE preferred_username IS NOT NULL;

-- Every name under which a user is found; its key keeps names unique.
CREATE TABLE identifiers (
	pool_id  TEXT NOT NULL,
	kind     TEXT NOT NULL,
	value    TEXT NOT NULL,
	username TEXT NOT NULL,
	PRIMARY KEY (pool_id, kind, value)
) WITHOUT ROWID;
CREATE INDEX identifiers_user ON identifiers (pool_id, username);

CREATE TABLE codes (
	pool_id    TEXT   NOT NULL,
	subject    TEXT   NOT NULL,
	purpose    TEXT   NOT NULL,
	hash       BLOB   NOT NULL,
	attribute  TEXT   NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (pool_id, subject, purpose)
) WITHOUT ROWID;
CREATE INDEX codes_expiry ON codes (expires_at);

CREATE TABLE attempts (
	pool_id      TEXT   NOT NULL,
	subject      TEXT   NOT NULL,
	kind         TEXT   NOT NULL,
	tries        BIGINT NOT NULL,
	window_start BIGINT NOT NULL,
	failures     BIGINT NOT NULL,
	day_start    BIGINT NOT NULL,
	locked_until BIGINT NOT NULL,
	last_at      BIGINT NOT NULL,
	PRIMARY KEY (pool_id, subject, kind)
) WITHOUT ROWID;
CREATE INDEX attempts_last ON attempts (last_at);

CREATE TABLE sessions (
	pool_id    TEXT     NOT NULL,
	id         BLOB     NOT NULL,
	client_id  TEXT     NOT NULL,
	username   TEXT     NOT NULL,
	challenge  TEXT     NOT NULL,
	state      BLOB     NOT NULL,
	expires_at BIGINT   NOT NULL,
	spent      SMALLINT NOT NULL,
	PRIMARY KEY (pool_id, id)
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (pool_id, username);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- What was used and may not be used again.
CREATE TABLE spent (
	pool_id    TEXT   NOT NULL,
	id         BLOB   NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (pool_id, id)
) WITHOUT ROWID;
CREATE INDEX spent_expiry ON spent (expires_at);

CREATE TABLE families (
	pool_id      TEXT     NOT NULL,
	id           TEXT     NOT NULL,
	origin_jti   TEXT     NOT NULL,
	client_id    TEXT     NOT NULL,
	username     TEXT     NOT NULL,
	auth_time    BIGINT   NOT NULL,
	expires_at   BIGINT   NOT NULL,
	revoked      SMALLINT NOT NULL,
	refresh_hash BLOB     NOT NULL,
	former_hash  BLOB     NOT NULL,
	former_until BIGINT   NOT NULL,
	device_key   TEXT     NOT NULL,
	PRIMARY KEY (pool_id, id)
) WITHOUT ROWID;
CREATE INDEX families_user ON families (pool_id, username);
CREATE INDEX families_expiry ON families (expires_at);

CREATE TABLE signing_keys (
	pool_id    TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	key_use    TEXT   NOT NULL,
	public_key BLOB   NOT NULL,
	sealed     BLOB   NOT NULL,
	created_at BIGINT NOT NULL,
	retired_at BIGINT NOT NULL,
	PRIMARY KEY (pool_id, id)
);

-- Keys that sign API requests belong to no pool.
CREATE TABLE access_keys (
	id          TEXT   NOT NULL PRIMARY KEY,
	sealed      BLOB   NOT NULL,
	policy      BLOB   NOT NULL,
	description TEXT   NOT NULL,
	created_at  BIGINT NOT NULL
);

CREATE TABLE events (
	pool_id    TEXT     NOT NULL,
	subject    TEXT     NOT NULL,
	id         TEXT     NOT NULL,
	type       TEXT     NOT NULL,
	at         BIGINT   NOT NULL,
	passed     SMALLINT NOT NULL,
	outcome    TEXT     NOT NULL,
	client_id  TEXT     NOT NULL,
	source_ip  TEXT     NOT NULL,
	agent      TEXT     NOT NULL,
	request_id TEXT     NOT NULL,
	PRIMARY KEY (pool_id, subject, at, id)
) WITHOUT ROWID;
CREATE INDEX events_age ON events (at);
