package passkey

import (
	"context"
	"encoding/json"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Start begins the registration of a passkey, in place of one that was begun
// before, and returns the options for the browser.
func (s *Service) Start(ctx context.Context, h Holder) (json.RawMessage, error) {
	pool := h.Client.Pool
	if err := barred(h.User); err != nil {
		return nil, err
	}
	if err := pool.CheckPasskeys(); err != nil {
		return nil, err
	}
	r := &idp.WebAuthnRegistration{
		PoolID: pool.ID, Username: h.User.Username, ClientID: h.Client.ID, RelyingPartyID: pool.RelyingParty(),
		Challenge: NewChallenge(s.Rand), ExpiresAt: s.Now().Add(h.Client.AuthSessionLife()),
	}
	var existing []*idp.WebAuthnCredential
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if err := again(tx, h.User); err != nil {
			return err
		}
		if existing, err = listForOneMore(tx, h.User); err != nil {
			return err
		}
		return tx.PutWebAuthnRegistration(r)
	})
	if err != nil {
		return nil, err
	}
	return newCreationOptions(pool, h.User, r, Usable(r.RelyingPartyID, existing))
}

// listForOneMore returns the passkeys of a user who may have another one, or
// idp.ErrWebAuthnCredentialLimit.
func listForOneMore(tx store.Tx, u *idp.User) ([]*idp.WebAuthnCredential, error) {
	all, err := tx.ListWebAuthnCredentials(u.PoolID, u.Username, idp.MaxWebAuthnCredentials)
	if err == nil && len(all) >= idp.MaxWebAuthnCredentials {
		err = idp.ErrWebAuthnCredentialLimit
	}
	return all, err
}
