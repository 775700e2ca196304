package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// DeleteUserPoolClientSecret ends one of the two secrets of a client.
func (a *API) DeleteUserPoolClientSecret(ctx context.Context, in *cognito.DeleteUserPoolClientSecretRequest) (*cognito.DeleteUserPoolClientSecretResponse, error) {
	_, err := a.changeClient(ctx, in.UserPoolID, in.ClientID, idp.ErrTooManyRequests, func(_ store.Tx, _ *idp.UserPool, c *idp.Client) error {
		return c.DeleteSecret(in.ClientSecretID)
	})
	if err != nil {
		return nil, err
	}
	return &cognito.DeleteUserPoolClientSecretResponse{}, nil
}
