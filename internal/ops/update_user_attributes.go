package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// UpdateUserAttributes changes attributes of a signed-in user.
func (a *API) UpdateUserAttributes(ctx context.Context, in *cognito.UpdateUserAttributesRequest) (*cognito.UpdateUserAttributesResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	change, err := p.Client.Pool.ChangeAttributes(in.UserAttributes, p.Client.Client)
	if err != nil {
		return nil, err
	}
	deliveries, err := a.Accounts.ChangeAttributes(ctx, account.AttributeChange{
		Pool: p.Client.Pool, Client: p.Client, User: p.User, Change: change, Metadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	out := &cognito.UpdateUserAttributesResponse{CodeDeliveryDetailsList: []*cognito.CodeDeliveryDetailsType{}}
	for _, d := range deliveries {
		out.CodeDeliveryDetailsList = append(out.CodeDeliveryDetailsList, d.Wire())
	}
	return out, nil
}
