package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// DescribeUserPoolClient shows an app client's settings and secret.
func (a *API) DescribeUserPoolClient(ctx context.Context, in *cognito.DescribeUserPoolClientRequest) (*cognito.DescribeUserPoolClientResponse, error) {
	var c *idp.Client
	err := a.Store.View(ctx, func(tx store.Tx) (err error) {
		if _, err = readPool(tx, in.UserPoolID); err != nil {
			return err
		}
		c, err = readClient(tx, in.UserPoolID, in.ClientID)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := a.describeClient(ctx, c)
	if err != nil {
		return nil, err
	}
	return &cognito.DescribeUserPoolClientResponse{UserPoolClient: out}, nil
}
