-- +goose Up

-- Scopes is a JSON list of names and descriptions.
CREATE TABLE resource_servers (
	pool_id    TEXT COLLATE "C" NOT NULL,
	identifier TEXT COLLATE "C" NOT NULL,
	name       TEXT COLLATE "C" NOT NULL,
	scopes     TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (pool_id, identifier)
);
