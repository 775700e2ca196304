-- +goose Up

-- What operations of their own set, beside the settings: JSON, 'null' for
-- nothing.
ALTER TABLE pools ADD COLUMN features TEXT NOT NULL DEFAULT 'null';
ALTER TABLE clients ADD COLUMN features TEXT NOT NULL DEFAULT 'null';

-- What a user can prove beside the password: JSON, 'null' for nothing.
ALTER TABLE users ADD COLUMN factors TEXT NOT NULL DEFAULT 'null';
