package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// GetUserAttributeVerificationCode sends a signed-in user a code that verifies
// an e-mail address or phone number.
func (a *API) GetUserAttributeVerificationCode(ctx context.Context, in *cognito.GetUserAttributeVerificationCodeRequest) (*cognito.GetUserAttributeVerificationCodeResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	d, err := a.Accounts.SendVerification(ctx, p.Client, p.User, in.AttributeName, in.ClientMetadata)
	if err != nil {
		return nil, err
	}
	return &cognito.GetUserAttributeVerificationCodeResponse{CodeDeliveryDetails: d.Wire()}, nil
}
