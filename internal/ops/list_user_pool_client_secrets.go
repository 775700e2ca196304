package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// ListUserPoolClientSecrets lists the secrets of a client, oldest first and
// without their values. There are never more than one page holds.
func (a *API) ListUserPoolClientSecrets(ctx context.Context, in *cognito.ListUserPoolClientSecretsRequest) (*cognito.ListUserPoolClientSecretsResponse, error) {
	if in.NextToken != "" {
		return nil, idp.ErrInvalidPaginationToken // none was ever given
	}
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
	if err := c.CheckSecretsManaged(); err != nil {
		return nil, err
	}
	out := &cognito.ListUserPoolClientSecretsResponse{ClientSecrets: make([]*cognito.ClientSecretDescriptorType, len(c.Secrets))}
	for i, s := range c.Secrets {
		out.ClientSecrets[i] = describeSecret(s)
	}
	return out, nil
}
