package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// AddUserPoolClientSecret gives a confidential client a second secret, which
// is good beside the first one until one of them is deleted. A secret that the
// service makes is shown here; one that was given is not repeated.
func (a *API) AddUserPoolClientSecret(ctx context.Context, in *cognito.AddUserPoolClientSecretRequest) (*cognito.AddUserPoolClientSecretResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	var clear string
	c, err := a.changeClient(ctx, pool.ID, in.ClientID, idp.ErrTooManyRequests, func(_ store.Tx, _ *idp.UserPool, c *idp.Client) (err error) {
		if err := c.CheckSecretAddable(); err != nil {
			return err
		}
		clear, err = a.addSecret(pool, c, in.ClientSecret)
		return err
	})
	if err != nil {
		return nil, err
	}
	d := describeSecret(c.Secrets[len(c.Secrets)-1])
	if in.ClientSecret == "" {
		d.ClientSecretValue = clear
	}
	return &cognito.AddUserPoolClientSecretResponse{ClientSecretDescriptor: d}, nil
}

// describeSecret is a secret as its owner sees it, without the value.
func describeSecret(s idp.ClientSecret) *cognito.ClientSecretDescriptorType {
	return &cognito.ClientSecretDescriptorType{ClientSecretID: s.ID, ClientSecretCreateDate: cognito.At(s.Created)}
}
