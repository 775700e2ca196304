package ops

import (
	"context"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// DescribeUserPool shows a pool's settings. The estimated number of users
// stops counting at 10,000.
func (a *API) DescribeUserPool(ctx context.Context, in *cognito.DescribeUserPoolRequest) (*cognito.DescribeUserPoolResponse, error) {
	var p *idp.UserPool
	var users int
	err := a.Store.View(ctx, func(tx store.Tx) (err error) {
		if p, err = readPool(tx, in.UserPoolID); err != nil {
			return err
		}
		if users, err = tx.CountUsers(p.ID, maxCountedUsers); err != nil {
			return fmt.Errorf("counting users: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognito.DescribeUserPoolResponse{UserPool: describePool(p, users)}, nil
}
