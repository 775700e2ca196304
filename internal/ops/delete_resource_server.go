package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/store"
)

// DeleteResourceServer deletes a resource server. Clients that have its scopes
// keep them in their settings, but get them no more.
func (a *API) DeleteResourceServer(ctx context.Context, in *cognito.DeleteResourceServerRequest) error {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return err
	}
	err = a.Store.Update(ctx, func(tx store.Tx) error { return tx.DeleteResourceServer(pool.ID, in.Identifier) })
	return resourceServerError(err, in.Identifier)
}
