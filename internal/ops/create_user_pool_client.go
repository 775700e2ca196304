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

// CreateUserPoolClient makes an app client of a pool, with a secret if asked
// for.
func (a *API) CreateUserPoolClient(ctx context.Context, in *cognito.CreateUserPoolClientRequest) (*cognito.CreateUserPoolClientResponse, error) {
	return a.createUserPoolClient(ctx, in, func() string { return secret.ID(a.Rand, 26, lowerAlphanumeric) })
}

// createUserPoolClient makes an app client with one of the ids that newID
// gives.
func (a *API) createUserPoolClient(ctx context.Context, in *cognito.CreateUserPoolClientRequest, newID func() string) (*cognito.CreateUserPoolClientResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	wantsSecret := in.ClientSecret != "" || in.GenerateSecret != nil && *in.GenerateSecret
	for range maxTries {
		c := &idp.Client{ID: newID(), PoolID: pool.ID}
		var clear string
		if wantsSecret {
			if clear, err = a.addSecret(pool, c, in.ClientSecret); err != nil {
				return nil, err
			}
		}
		err = a.Store.Update(ctx, func(tx store.Tx) error {
			return a.createClient(tx, c, in)
		})
		if errors.Is(err, store.ErrExists) {
			continue // the id is taken: draw another
		}
		if err != nil {
			return nil, err
		}
		a.Catalog.ForgetClient(c.ID)
		out := c.Settings
		out.ClientSecret = clear
		return &cognito.CreateUserPoolClientResponse{UserPoolClient: &out}, nil
	}
	return nil, fmt.Errorf("making a client: %w", err)
}

// createClient checks what is asked for against the pool as it is stored, and
// stores the client.
func (a *API) createClient(tx store.Tx, c *idp.Client, in *cognito.CreateUserPoolClientRequest) error {
	p, err := readPool(tx, c.PoolID)
	if err != nil {
		return err
	}
	settings, err := idp.NewClientSettings(p, in)
	if err != nil {
		return err
	}
	n, err := tx.CountClients(p.ID, idp.MaxClientsPerPool)
	if err != nil {
		return fmt.Errorf("counting clients: %w", err)
	}
	if n >= idp.MaxClientsPerPool {
		return idp.ErrTooManyClients
	}
	now := cognito.At(a.Now())
	settings.ClientID, settings.CreationDate, settings.LastModifiedDate = c.ID, now, now
	c.Settings = *settings
	if err := checkScopes(tx, c); err != nil {
		return err
	}
	return tx.CreateClient(c)
}
