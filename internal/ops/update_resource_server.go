package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/store"
)

// UpdateResourceServer replaces the name and the scopes of a resource server.
// A scope that is left out stays in the settings of the clients that have it,
// but out of their tokens until a server has it again.
func (a *API) UpdateResourceServer(ctx context.Context, in *cognito.UpdateResourceServerRequest) (*cognito.UpdateResourceServerResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	r, err := newResourceServer(pool.ID, in.Identifier, in.Name, in.Scopes)
	if err != nil {
		return nil, err
	}
	err = a.Store.Update(ctx, func(tx store.Tx) error { return tx.UpdateResourceServer(r) })
	if err != nil {
		return nil, resourceServerError(err, in.Identifier)
	}
	return &cognito.UpdateResourceServerResponse{ResourceServer: describeResourceServer(r)}, nil
}
