package server

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"rockpool/internal/awsjson"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/policy"
	"rockpool/internal/secret"
	"rockpool/internal/sigv4"
	"rockpool/internal/store"
)

// purposeAccessKey is the purpose under which the secrets of access keys are
// sealed with the master key; the id is the access key id.
const purposeAccessKey = "access-key"

// accessKey finds the key that signed a request.
func (s *Server) accessKey(ctx context.Context, id string) (awsjson.AccessKey, error) {
	var k *idp.AccessKey
	err := s.options.Store.View(ctx, func(tx store.Tx) (err error) {
		k, err = tx.AccessKey(id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return awsjson.AccessKey{}, sigv4.ErrUnknownKey
	}
	if err != nil {
		return awsjson.AccessKey{}, fmt.Errorf("reading access key: %w", err)
	}
	clear, err := OpenAccessKey(s.options.Master, k)
	if err != nil {
		return awsjson.AccessKey{}, fmt.Errorf("opening access key %s: %w", id, err)
	}
	p, err := ParsePolicy(k.Policy)
	if err != nil {
		return awsjson.AccessKey{}, fmt.Errorf("policy of access key %s: %w", id, err)
	}
	return awsjson.AccessKey{ID: id, Secret: clear, Policy: p}, nil
}

// OpenAccessKey returns the secret of an access key, or secret.ErrOpen if it was
// sealed with another master key.
func OpenAccessKey(m *secret.Master, k *idp.AccessKey) (string, error) {
	clear, err := m.Open(purposeAccessKey, k.ID, k.Sealed)
	return string(clear), err
}

// ParsePolicy reads the policy of an access key. An empty one allows
// everything.
func ParsePolicy(text []byte) (*policy.Policy, error) {
	if len(text) == 0 {
		return policy.AllowAll(), nil
	}
	return policy.Parse(text, slices.Collect(maps.Keys(cognito.Operations)))
}

// Access keys look like AWS's, which some tools insist on.
const (
	keyIDLetters  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	secretLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// CreateAccessKey makes an access key with a policy (JSON; empty allows
// everything) and returns its id and its secret, which cannot be shown again.
func CreateAccessKey(ctx context.Context, s store.Store, m *secret.Master, k idp.AccessKey) (id, clear string, err error) {
	if _, err := ParsePolicy(k.Policy); err != nil {
		return "", "", err
	}
	k.ID = "AKIA" + secret.ID(nil, 16, keyIDLetters)
	clear = secret.ID(nil, 40, secretLetters)
	if k.Sealed, err = m.Seal(purposeAccessKey, k.ID, []byte(clear)); err != nil {
		return "", "", fmt.Errorf("sealing access key: %w", err)
	}
	err = s.Update(ctx, func(tx store.Tx) error { return tx.PutAccessKey(&k) })
	if err != nil {
		return "", "", fmt.Errorf("storing access key: %w", err)
	}
	return k.ID, clear, nil
}
