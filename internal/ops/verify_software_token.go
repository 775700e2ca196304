package ops

import (
	"context"

	"rockpool/internal/cognito"
)

// VerifySoftwareToken takes the first code of an authenticator app, which
// proves that the app has its secret.
func (a *API) VerifySoftwareToken(ctx context.Context, in *cognito.VerifySoftwareTokenRequest) (*cognito.VerifySoftwareTokenResponse, error) {
	who, err := a.enrolment(ctx, in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	session, err := a.SignIns.VerifySoftwareToken(ctx, who, in.UserCode, in.FriendlyDeviceName)
	if err != nil {
		return nil, err
	}
	return &cognito.VerifySoftwareTokenResponse{Status: cognito.VerifySoftwareTokenResponseSuccess, Session: session}, nil
}
