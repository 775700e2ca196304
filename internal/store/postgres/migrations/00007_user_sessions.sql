-- +goose Up

-- Where users are signed in, in pools that keep track of it. A token session
-- has a family, an SSO session has none.
CREATE TABLE user_sessions (
	pool_id     TEXT COLLATE "C" NOT NULL,
	username    TEXT COLLATE "C" NOT NULL,
	id          TEXT COLLATE "C" NOT NULL,
	type        TEXT COLLATE "C" NOT NULL,
	client_id   TEXT COLLATE "C" NOT NULL,
	family_id   TEXT COLLATE "C" NOT NULL,
	origin_id   TEXT COLLATE "C" NOT NULL,
	created_at  BIGINT NOT NULL,
	last_active BIGINT NOT NULL,
	expires_at  BIGINT NOT NULL,
	device      TEXT COLLATE "C" NOT NULL,
	source_ip   TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (pool_id, username, id)
);
CREATE INDEX user_sessions_expiry ON user_sessions (expires_at);

-- The token session of a family, '' without one.
ALTER TABLE families ADD COLUMN session_id TEXT COLLATE "C" NOT NULL DEFAULT '';

-- Pools that keep track no more, and whose records are still to be deleted.
CREATE TABLE untracked_pools (
	pool_id TEXT COLLATE "C" NOT NULL PRIMARY KEY
);
