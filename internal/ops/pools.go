package ops

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// The alphabets of the ids that the service gives.
const (
	lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789"
	alphanumeric      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + lowerAlphanumeric
)

// maxTries bounds how often a write is tried again: after a new id turned out
// to be taken, or after somebody else changed the same row.
const maxTries = 5

// maxCountedUsers is where the estimated number of users of a pool stops, so
// that describing a pool costs the same at any size.
const maxCountedUsers = 10_000

// readPool returns a pool inside a transaction, or idp.ErrPoolNotFound.
func readPool(tx store.Tx, id string) (*idp.UserPool, error) {
	p, err := tx.Pool(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, idp.ErrPoolNotFound(id)
	}
	if err != nil {
		return nil, fmt.Errorf("reading pool: %w", err)
	}
	return p, nil
}

// changePool changes a pool: change gets it as it is stored, and it is written
// back unless change fails. busy is the error when others keep changing it.
func (a *API) changePool(ctx context.Context, id string, busy *idp.Error, change func(tx store.Tx, p *idp.UserPool) error) error {
	for range maxTries {
		err := a.Store.Update(ctx, func(tx store.Tx) error {
			p, err := readPool(tx, id)
			if err != nil {
				return err
			}
			if err := change(tx, p); err != nil {
				return err
			}
			return tx.UpdatePool(p)
		})
		if errors.Is(err, store.ErrNotFound) {
			continue // its version grew in between
		}
		if err != nil {
			return err
		}
		a.Catalog.ForgetPool(id)
		return nil
	}
	return busy
}

// describePool is a pool as its owner sees it.
func describePool(p *idp.UserPool, users int) *cognito.UserPoolType {
	out := p.Settings
	out.EstimatedNumberOfUsers = new(int64(users))
	out.AcrConfiguration = idp.AcrValues(out.AcrConfiguration)
	if out.UserPoolTags == nil {
		out.UserPoolTags = map[string]string{}
	}
	return &out
}
