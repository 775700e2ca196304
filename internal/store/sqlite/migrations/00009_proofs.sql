-- +goose Up

-- What the user of a family proved to get its tokens, and when: JSON, 'null'
-- where that is not known.
ALTER TABLE families ADD COLUMN proofs TEXT NOT NULL DEFAULT 'null';
