package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// DescribeResourceServer shows a resource server with its scopes.
func (a *API) DescribeResourceServer(ctx context.Context, in *cognito.DescribeResourceServerRequest) (*cognito.DescribeResourceServerResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	var r *idp.ResourceServer
	err = a.Store.View(ctx, func(tx store.Tx) (err error) {
		r, err = tx.ResourceServer(pool.ID, in.Identifier)
		return err
	})
	if err != nil {
		return nil, resourceServerError(err, in.Identifier)
	}
	return &cognito.DescribeResourceServerResponse{ResourceServer: describeResourceServer(r)}, nil
}
