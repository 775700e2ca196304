-- +goose Up

-- Sessions travel in the hands of their clients. What is stored is what is too
-- large for that, and, in the table of what is spent, that one was answered.
DROP TABLE sessions;

CREATE TABLE session_states (
	pool_id    TEXT COLLATE "C" NOT NULL,
	id         BYTEA  NOT NULL,
	state      BYTEA  NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (pool_id, id)
);
CREATE INDEX session_states_expiry ON session_states (expires_at);
