package passkey

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// List returns all passkeys of a user, the oldest first: also those for
// another relying party, which the pool had before.
func (s *Service) List(ctx context.Context, h Holder) ([]*idp.WebAuthnCredential, error) {
	if err := barred(h.User); err != nil {
		return nil, err
	}
	var all []*idp.WebAuthnCredential
	err := s.Store.View(ctx, func(tx store.Tx) (err error) {
		all, err = tx.ListWebAuthnCredentials(h.User.PoolID, h.User.Username, idp.MaxWebAuthnCredentials)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing passkeys: %w", err)
	}
	return all, nil
}

// Delete removes a passkey of a user by its id as CredentialID writes it.
func (s *Service) Delete(ctx context.Context, h Holder, id string) error {
	if err := barred(h.User); err != nil {
		return err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(id)
	if err != nil || encode(raw) != id {
		return idp.ErrWebAuthnCredentialNotFound // no passkey is written like this
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if err := again(tx, h.User); err != nil {
			return err
		}
		return tx.DeleteWebAuthnCredential(h.User.PoolID, h.User.Username, raw)
	})
	if errors.Is(err, store.ErrNotFound) {
		return idp.ErrWebAuthnCredentialNotFound
	}
	return err
}
