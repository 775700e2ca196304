-- +goose Up

-- Where users are signed in, in pools that keep track of it. A token session
-- has a family, an SSO session has none.
CREATE TABLE user_sessions (
	pool_id     TEXT   NOT NULL,
	username    TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	type        TEXT   NOT NULL,
	client_id   TEXT   NOT NULL,
	family_id   TEXT   NOT NULL,
	origin_id   TEXT   NOT NULL,
	created_at  BIGINT NOT NULL,
	last_active BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	device      TEXT   NOT NULL,
	source_ip   TEXT   NOT NULL,
	PRIMARY KEY (pool_id, username, id)
) WITHOUT ROWID;
CREATE INDEX user_sessions_expiry ON user_sessions (expires_at);

-- The token session of a family, '' without one.
ALTER TABLE families ADD COLUMN session_id TEXT NOT NULL DEFAULT '';

-- Pools that keep track no more, and whose records are still to be deleted.
CREATE TABLE untracked_pools (
	pool_id TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;
