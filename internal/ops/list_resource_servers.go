package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ListResourceServers lists the resource servers of a pool in the order of
// their identifiers.
func (a *API) ListResourceServers(ctx context.Context, in *cognito.ListResourceServersRequest) (*cognito.ListResourceServersResponse, error) {
	const op = "ListResourceServers"
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	params := []string{pool.ID}
	var after string
	if err := a.openPageToken(in.NextToken, op, params, &after); err != nil {
		return nil, err
	}
	limit := pageLimit(in.MaxResults)
	var servers []*idp.ResourceServer
	err = a.Store.View(ctx, func(tx store.Tx) (err error) {
		servers, err = tx.ListResourceServers(pool.ID, after, limit+1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing resource servers: %w", err)
	}
	servers, more := cutPage(servers, limit)
	out := &cognito.ListResourceServersResponse{ResourceServers: make([]*cognito.ResourceServerType, len(servers))}
	for i, r := range servers {
		out.ResourceServers[i] = describeResourceServer(r)
	}
	if more {
		if out.NextToken, err = a.pageToken(op, params, servers[limit-1].Identifier); err != nil {
			return nil, err
		}
	}
	return out, nil
}
