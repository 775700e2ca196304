package ops

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// CreateUserPool makes a user pool, with a data key of its own.
func (a *API) CreateUserPool(ctx context.Context, in *cognito.CreateUserPoolRequest) (*cognito.CreateUserPoolResponse, error) {
	return a.createUserPool(ctx, in, func() string { return a.Region + "_" + secret.ID(a.Rand, 9, alphanumeric) })
}

// createUserPool makes a user pool with one of the ids that newID gives.
func (a *API) createUserPool(ctx context.Context, in *cognito.CreateUserPoolRequest, newID func() string) (*cognito.CreateUserPoolResponse, error) {
	settings, err := idp.NewPoolSettings(in, a.Region)
	if err != nil {
		return nil, err
	}
	now := cognito.At(a.Now())
	settings.CreationDate, settings.LastModifiedDate = now, now

	for range maxTries {
		p := &idp.UserPool{ID: newID(), Settings: *settings}
		p.Settings.ID = p.ID
		p.Settings.ARN = a.poolARN(p.ID)
		if _, p.SealedKey, err = a.Master.NewPoolKey(p.ID); err != nil {
			return nil, fmt.Errorf("making the key of a pool: %w", err)
		}
		err = a.Store.Update(ctx, func(tx store.Tx) error {
			n, err := tx.CountPools(idp.MaxPools)
			if err != nil {
				return fmt.Errorf("counting pools: %w", err)
			}
			if n >= idp.MaxPools {
				return idp.ErrTooManyPools
			}
			return tx.CreatePool(p)
		})
		if errors.Is(err, store.ErrExists) {
			continue // the id is taken: draw another
		}
		if err != nil {
			return nil, err
		}
		return &cognito.CreateUserPoolResponse{UserPool: describePool(p, 0)}, nil
	}
	return nil, fmt.Errorf("making a pool: %w", err)
}
