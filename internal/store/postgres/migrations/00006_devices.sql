-- +goose Up

-- The devices that users' apps have confirmed. The verifier is sealed; about
-- is JSON.
CREATE TABLE devices (
	pool_id          TEXT COLLATE "C" NOT NULL,
	username         TEXT COLLATE "C" NOT NULL,
	device_key       TEXT COLLATE "C" NOT NULL,
	group_key        TEXT COLLATE "C" NOT NULL,
	salt             BYTEA            NOT NULL,
	verifier         BYTEA            NOT NULL,
	remembered       SMALLINT         NOT NULL,
	about            TEXT COLLATE "C" NOT NULL,
	created_at       BIGINT           NOT NULL,
	modified_at      BIGINT           NOT NULL,
	authenticated_at BIGINT           NOT NULL,
	PRIMARY KEY (pool_id, username, device_key)
);
