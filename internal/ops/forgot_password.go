package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// ForgotPassword sends a user a code with which ConfirmForgotPassword sets a
// new password.
func (a *API) ForgotPassword(ctx context.Context, in *cognito.ForgotPasswordRequest) (_ *cognito.ForgotPasswordResponse, err error) {
	client, err := a.client(ctx, in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.Username, err) }()
	d, err := a.Accounts.ForgotPassword(ctx, account.ForgotPassword{
		Origin:   account.Origin{Client: client, UserContext: in.UserContextData},
		Username: in.Username,
		Metadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.ForgotPasswordResponse{CodeDeliveryDetails: d.Wire()}, nil
}
