package passkey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Complete registers the passkey that a browser has made for the registration
// that Start began. Right or wrong, what the browser made uses the challenge
// up; what another app client sends does not.
func (s *Service) Complete(ctx context.Context, h Holder, credential json.RawMessage) error {
	pool := h.Client.Pool
	if err := barred(h.User); err != nil {
		return err
	}
	if pool.CheckPasskeys() != nil {
		return idp.ErrWebAuthnNotEnabled // any more
	}
	parsed, err := parseRegistration(credential)
	if err != nil {
		return err
	}
	pending, err := s.pending(ctx, h)
	if err != nil {
		return err
	}
	if pending.RelyingPartyID != pool.RelyingParty() {
		return idp.ErrWebAuthnRelyingPartyMismatch // the pool has got another one since
	}
	made, refusal := expected{
		challenge: pending.Challenge, relyingParty: pending.RelyingPartyID, verified: h.User.MustBeVerified(pool.UserPool),
	}.check(parsed)
	if made != nil {
		made.PoolID, made.Username, made.RelyingPartyID = pool.ID, h.User.Username, pending.RelyingPartyID
		made.Created = s.Now()
	}
	var told error // a refusal must use the challenge up, so it commits
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		told = refusal
		if err := again(tx, h.User); err != nil {
			return err
		}
		err := tx.SpendWebAuthnRegistration(pending)
		if errors.Is(err, store.ErrNotFound) {
			return idp.ErrWebAuthnChallengeNotFound
		}
		if err != nil || told != nil {
			return err
		}
		told, err = add(tx, h.User, made)
		return err
	})
	if err != nil {
		return err
	}
	return told
}

// pending returns the registration that a user has begun with a client.
func (s *Service) pending(ctx context.Context, h Holder) (*idp.WebAuthnRegistration, error) {
	var r *idp.WebAuthnRegistration
	err := s.Store.View(ctx, func(tx store.Tx) (err error) {
		r, err = tx.WebAuthnRegistration(h.User.PoolID, h.User.Username)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, idp.ErrWebAuthnChallengeNotFound
	case err != nil:
		return nil, fmt.Errorf("reading registration of passkey: %w", err)
	case !s.Now().Before(r.ExpiresAt):
		return nil, idp.ErrWebAuthnChallengeNotFound
	case r.ClientID != h.Client.ID:
		return nil, idp.ErrWebAuthnClientMismatch
	}
	return r, nil
}

// add stores a new passkey, or says why not.
func add(tx store.Tx, u *idp.User, made *idp.WebAuthnCredential) (refusal, err error) {
	_, err = listForOneMore(tx, u)
	if errors.Is(err, idp.ErrWebAuthnCredentialLimit) {
		return err, nil
	}
	if err != nil {
		return nil, err
	}
	err = tx.CreateWebAuthnCredential(made)
	if errors.Is(err, store.ErrExists) {
		return idp.ErrWebAuthnCredentialExists, nil
	}
	return nil, err
}
