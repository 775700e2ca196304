-- +goose Up

-- Precedence is NULL where a group has none.
CREATE TABLE groups (
	pool_id     TEXT   NOT NULL,
	name        TEXT   NOT NULL,
	description TEXT   NOT NULL,
	role_arn    TEXT   NOT NULL,
	precedence  BIGINT,
	created_at  BIGINT NOT NULL,
	modified_at BIGINT NOT NULL,
	PRIMARY KEY (pool_id, name)
);

-- Who is in which group; read by the user and, through the index, by the
-- group.
CREATE TABLE memberships (
	pool_id    TEXT NOT NULL,
	username   TEXT NOT NULL,
	group_name TEXT NOT NULL,
	PRIMARY KEY (pool_id, username, group_name)
) WITHOUT ROWID;
CREATE UNIQUE INDEX memberships_group ON memberships (pool_id, group_name, username);
