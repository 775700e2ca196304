package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// SignUp makes an account for somebody who asks for one.
func (a *API) SignUp(ctx context.Context, in *cognito.SignUpRequest) (_ *cognito.SignUpResponse, err error) {
	client, err := a.client(ctx, in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.Username, err) }()
	session := a.SignIns.NewSignUpSession(client)
	made, err := a.Accounts.SignUp(ctx, account.SignUp{
		Origin:         account.Origin{Client: client, UserContext: in.UserContextData},
		Username:       in.Username,
		Password:       in.Password,
		Attributes:     in.UserAttributes,
		ValidationData: validationData(in.ValidationData),
		Metadata:       in.ClientMetadata,
		Also:           session.Begin,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.SignUpResponse{
		UserConfirmed:       made.User.Status == cognito.UserStatusConfirmed,
		UserSub:             made.User.Sub,
		CodeDeliveryDetails: made.Delivery.Wire(),
		Session:             session.Handle(),
	}, nil
}
