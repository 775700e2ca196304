-- +goose Up

-- The devices that users' apps have confirmed. The verifier is sealed; about
-- is JSON.
CREATE TABLE devices (
	pool_id          TEXT     NOT NULL,
	username         TEXT     NOT NULL,
	device_key       TEXT     NOT NULL,
	group_key        TEXT     NOT NULL,
	salt             BLOB     NOT NULL,
	verifier         BLOB     NOT NULL,
	remembered       SMALLINT NOT NULL,
	about            TEXT     NOT NULL,
	created_at       BIGINT   NOT NULL,
	modified_at      BIGINT   NOT NULL,
	authenticated_at BIGINT   NOT NULL,
	PRIMARY KEY (pool_id, username, device_key)
);
