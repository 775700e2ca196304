package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// ResendConfirmationCode sends another code that confirms an account.
func (a *API) ResendConfirmationCode(ctx context.Context, in *cognito.ResendConfirmationCodeRequest) (_ *cognito.ResendConfirmationCodeResponse, err error) {
	client, err := a.client(ctx, in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.Username, err) }()
	d, err := a.Accounts.ResendConfirmationCode(ctx, account.ResendConfirmationCode{
		Origin:   account.Origin{Client: client, UserContext: in.UserContextData},
		Username: in.Username,
		Metadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.ResendConfirmationCodeResponse{CodeDeliveryDetails: d.Wire()}, nil
}
