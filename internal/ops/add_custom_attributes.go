package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// AddCustomAttributes adds attributes to a pool's schema. They can never be
// changed or removed.
func (a *API) AddCustomAttributes(ctx context.Context, in *cognito.AddCustomAttributesRequest) (*cognito.AddCustomAttributesResponse, error) {
	err := a.changePool(ctx, in.UserPoolID, idp.ErrTooManyRequests, func(_ store.Tx, p *idp.UserPool) error {
		schema, err := idp.AddToSchema(p.Settings.SchemaAttributes, in.CustomAttributes)
		if err != nil {
			return err
		}
		p.Settings.SchemaAttributes = schema
		p.Settings.LastModifiedDate = cognito.At(a.Now())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AddCustomAttributesResponse{}, nil
}
