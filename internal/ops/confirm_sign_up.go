package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
)

// ConfirmSignUp confirms an account with the code that SignUp or
// ResendConfirmationCode sent.
func (a *API) ConfirmSignUp(ctx context.Context, in *cognito.ConfirmSignUpRequest) (_ *cognito.ConfirmSignUpResponse, err error) {
	client, err := a.client(ctx, in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.Username, err) }()
	session := a.SignIns.NextSignUpSession(client, in.Session)
	err = a.Accounts.ConfirmSignUp(ctx, account.ConfirmSignUp{
		Origin:   account.Origin{Client: client, UserContext: in.UserContextData},
		Username: in.Username,
		Code:     in.ConfirmationCode,
		Force:    isTrue(in.ForceAliasCreation),
		Metadata: in.ClientMetadata,
		Also:     session.Confirm,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.ConfirmSignUpResponse{Session: session.Handle()}, nil
}
