package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// ConfirmForgotPassword finishes the reset that ForgotPassword or
// AdminResetUserPassword began.
func (a *API) ConfirmForgotPassword(ctx context.Context, in *cognito.ConfirmForgotPasswordRequest) (_ *cognito.ConfirmForgotPasswordResponse, err error) {
	client, err := a.client(ctx, in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.Username, err) }()
	err = a.Accounts.ConfirmForgotPassword(ctx, account.NewPassword{
		Origin:   account.Origin{Client: client, UserContext: in.UserContextData},
		Username: in.Username,
		Code:     in.ConfirmationCode,
		Password: in.Password,
		Metadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.ConfirmForgotPasswordResponse{}, nil
}
