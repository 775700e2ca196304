-- +goose Up

-- Precedence is NULL where a group has none.
CREATE TABLE groups (
	pool_id     TEXT COLLATE "C" NOT NULL,
	name        TEXT COLLATE "C" NOT NULL,
	description TEXT COLLATE "C" NOT NULL,
	role_arn    TEXT COLLATE "C" NOT NULL,
	precedence  BIGINT,
	created_at  BIGINT NOT NULL,
	modified_at BIGINT NOT NULL,
	PRIMARY KEY (pool_id, name)
);

-- Who is in which group; read by the user and, through the index, by the
-- group.
CREATE TABLE memberships (
	pool_id    TEXT COLLATE "C" NOT NULL,
	username   TEXT COLLATE "C" NOT NULL,
	group_name TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (pool_id, username, group_name)
);
CREATE UNIQUE INDEX memberships_group ON memberships (pool_id, group_name, username);
