-- +goose Up

-- Scopes is a JSON list of names and descriptions.
CREATE TABLE resource_servers (
	pool_id    TEXT NOT NULL,
	identifier TEXT NOT NULL,
	name       TEXT NOT NULL,
	scopes     TEXT NOT NULL,
	PRIMARY KEY (pool_id, identifier)
);
