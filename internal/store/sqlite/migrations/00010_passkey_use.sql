-- +goose Up

-- Nothing is told by it, and each sign-in with a passkey that does not count
-- would write nothing else.
ALTER TABLE webauthn_credentials DROP COLUMN used_at;
