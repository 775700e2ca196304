package token

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

const (
	// signingKeyPurpose is what private keys are sealed as, with the kid as id.
	signingKeyPurpose = "signing key"

	// handover is how long a rotated key still signs: longer than any node
	// can be without having read its successor, so that no token is signed by
	// a key that some node does not publish yet.
	handover = 5 * time.Second

	// afterlife is how long a key that signs no more is kept: until the last
	// token it signed has expired, whatever the difference of the clocks.
	afterlife = MaxLife + time.Hour
)

var uses = [...]idp.KeyUse{idp.KeyUseID, idp.KeyUseAccess}

// NewKeys makes the two signing keys of a pool that has none, for the
// transaction that creates the pool to store. A pool without keys gets them
// when they are first needed.
func (s *Service) NewKeys(poolID string, key *secret.PoolKey) ([]*idp.SigningKey, error) {
	now := s.Now()
	keys := make([]*idp.SigningKey, 0, len(uses))
	for _, use := range uses {
		private, err := s.Keys.take()
		if err != nil {
			return nil, err
		}
		k, err := sealKey(poolID, key, use, private, now)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func sealKey(poolID string, key *secret.PoolKey, use idp.KeyUse, private *rsa.PrivateKey, now time.Time) (*idp.SigningKey, error) {
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("encoding public key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("encoding private key: %w", err)
	}
	defer clear(der)
	// A kid made of the key can never mean another one.
	sum := sha256.Sum256(public)
	kid := base64.StdEncoding.EncodeToString(sum[:])
	sealed, err := key.Seal(signingKeyPurpose, kid, der)
	if err != nil {
		return nil, err
	}
	return &idp.SigningKey{PoolID: poolID, ID: kid, Use: use, Public: public, Sealed: sealed, Created: now}, nil
}

// openKey returns the private key of a row. The public key is taken from the
// sealed part too: a row that somebody else wrote does not open.
func openKey(key *secret.PoolKey, k *idp.SigningKey) (*rsa.PrivateKey, error) {
	der, err := key.Open(signingKeyPurpose, k.ID, k.Sealed)
	if err != nil {
		return nil, fmt.Errorf("opening signing key %s: %w", k.ID, err)
	}
	defer clear(der)
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("parsing signing key %s: %w", k.ID, err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("signing key %s is not an RSA key", k.ID)
	}
	return private, nil
}

// Rotate gives a pool new signing keys. The present ones sign for another
// moment and stay published until their last token has expired; those that
// have reached that point go.
func (s *Service) Rotate(ctx context.Context, poolID string) error {
	pool, err := s.Catalog.Pool(ctx, poolID)
	if err != nil {
		return err
	}
	fresh, err := s.NewKeys(pool.ID, pool.Key)
	if err != nil {
		return err
	}
	now := s.Now()
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.PoolVersion(pool.ID); err != nil {
			return orElse(err, idp.ErrPoolNotFound(pool.ID))
		}
		keys, err := tx.SigningKeys(pool.ID)
		if err != nil {
			return err
		}
		for _, k := range keys {
			switch {
			case k.Retired.IsZero():
				k.Retired = now.Add(handover)
				err = tx.PutSigningKey(k)
			case gone(k, now):
				err = tx.DeleteSigningKey(k.PoolID, k.ID)
			}
			if err != nil {
				return err
			}
		}
		for _, k := range fresh {
			if err := tx.PutSigningKey(k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("rotating signing keys: %w", err)
	}
	s.rings.forget(pool.ID)
	return nil
}

// gone tells whether every token of a key has expired.
func gone(k *idp.SigningKey, now time.Time) bool {
	return !k.Retired.IsZero() && now.Sub(k.Retired) > afterlife
}

// ensure returns the keys of a pool and makes those that are missing. Of two
// nodes that find none, one stores its keys and the other takes them over.
func (s *Service) ensure(ctx context.Context, poolID string, key *secret.PoolKey) (keys []*idp.SigningKey, err error) {
	err = s.Store.View(ctx, func(tx store.Tx) (err error) {
		keys, err = tx.SigningKeys(poolID)
		return err
	})
	if err != nil || len(missing(keys)) == 0 {
		return keys, err
	}
	fresh, err := s.NewKeys(poolID, key)
	if err != nil {
		return nil, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		// The pool may have been deleted since; its keys must not come back.
		if _, err := tx.PoolVersion(poolID); err != nil {
			return orElse(err, idp.ErrPoolNotFound(poolID))
		}
		if keys, err = tx.SigningKeys(poolID); err != nil {
			return err
		}
		lacking := missing(keys)
		for _, k := range fresh {
			if lacking[k.Use] {
				if err := tx.PutSigningKey(k); err != nil {
					return err
				}
			}
		}
		keys, err = tx.SigningKeys(poolID) // in the order in which every node reads them
		return err
	})
	return keys, err
}

// missing returns the uses that no key was made for, or whose keys have all
// been retired.
func missing(keys []*idp.SigningKey) map[idp.KeyUse]bool {
	m := map[idp.KeyUse]bool{}
	for _, use := range uses {
		m[use] = true
	}
	for _, k := range keys {
		if k.Retired.IsZero() {
			delete(m, k.Use)
		}
	}
	return m
}
