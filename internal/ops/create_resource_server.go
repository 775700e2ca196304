package ops

import (
	"context"
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// CreateResourceServer makes a resource server, whose scopes clients may then
// have.
func (a *API) CreateResourceServer(ctx context.Context, in *cognito.CreateResourceServerRequest) (*cognito.CreateResourceServerResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	r, err := newResourceServer(pool.ID, in.Identifier, in.Name, in.Scopes)
	if err != nil {
		return nil, err
	}
	err = a.Store.Update(ctx, func(tx store.Tx) error { return createResourceServer(tx, r) })
	if err != nil {
		return nil, err
	}
	return &cognito.CreateResourceServerResponse{ResourceServer: describeResourceServer(r)}, nil
}

// createResourceServer stores a resource server, if its pool has room for it.
func createResourceServer(tx store.Tx, r *idp.ResourceServer) error {
	err := tx.CreateResourceServer(r)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return idp.ErrPoolNotFound(r.PoolID)
	case errors.Is(err, store.ErrExists):
		return idp.ErrResourceServerExists(r.Identifier, r.PoolID)
	case err != nil:
		return fmt.Errorf("storing resource server: %w", err)
	}
	n, err := tx.CountResourceServers(r.PoolID, idp.MaxResourceServersPerPool+1)
	if err != nil {
		return fmt.Errorf("counting resource servers: %w", err)
	}
	if n > idp.MaxResourceServersPerPool {
		return idp.ErrTooManyResourceServers
	}
	return nil
}
