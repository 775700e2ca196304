package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ListUserPools lists the pools in the order of their ids.
func (a *API) ListUserPools(ctx context.Context, in *cognito.ListUserPoolsRequest) (*cognito.ListUserPoolsResponse, error) {
	const op = "ListUserPools"
	var after string
	if err := a.openPageToken(in.NextToken, op, nil, &after); err != nil {
		return nil, err
	}
	limit := pageLimit(&in.MaxResults)
	var pools []*idp.UserPool
	err := a.Store.View(ctx, func(tx store.Tx) (err error) {
		pools, err = tx.ListPools(after, limit+1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing pools: %w", err)
	}
	pools, more := cutPage(pools, limit)
	out := &cognito.ListUserPoolsResponse{UserPools: []*cognito.UserPoolDescriptionType{}}
	for _, p := range pools {
		out.UserPools = append(out.UserPools, &cognito.UserPoolDescriptionType{
			ID:               p.ID,
			Name:             p.Settings.Name,
			LambdaConfig:     p.Settings.LambdaConfig,
			LastModifiedDate: p.Settings.LastModifiedDate,
			CreationDate:     p.Settings.CreationDate,
		})
	}
	if more {
		if out.NextToken, err = a.pageToken(op, nil, pools[limit-1].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}
