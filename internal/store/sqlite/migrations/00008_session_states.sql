-- +goose Up

-- Sessions travel in the hands of their clients. What is stored is what is too
-- large for that, and, in the table of what is spent, that one was answered.
DROP TABLE sessions;

CREATE TABLE session_states (
	pool_id    TEXT NOT NULL,
	id         BLOB   NOT NULL,
	state      BLOB   NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (pool_id, id)
) WITHOUT ROWID;
CREATE INDEX session_states_expiry ON session_states (expires_at);

-- Whoever looks for a mark knows when it ends: keyed by that, new marks lie
-- together and what has ended is in front, without a second index.
CREATE TABLE marks (
	expires_at BIGINT NOT NULL,
	pool_id    TEXT NOT NULL,
	id         BLOB   NOT NULL,
	PRIMARY KEY (expires_at, pool_id, id)
) WITHOUT ROWID;
INSERT INTO marks (expires_at, pool_id, id) SELECT expires_at, pool_id, id FROM spent;
DROP TABLE spent;
ALTER TABLE marks RENAME TO spent;
