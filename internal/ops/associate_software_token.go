package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/signin"
)

// AssociateSoftwareToken gives a user the secret of an authenticator app.
func (a *API) AssociateSoftwareToken(ctx context.Context, in *cognito.AssociateSoftwareTokenRequest) (*cognito.AssociateSoftwareTokenResponse, error) {
	who, err := a.enrolment(ctx, in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	secret, session, err := a.SignIns.AssociateSoftwareToken(ctx, who)
	if err != nil {
		return nil, err
	}
	return &cognito.AssociateSoftwareTokenResponse{SecretCode: secret, Session: session}, nil
}

// enrolment says who sets up an authenticator app.
func (a *API) enrolment(ctx context.Context, accessToken, session string) (signin.Enrolment, error) {
	if err := signin.CheckEnroller(accessToken, session); err != nil {
		return signin.Enrolment{}, err
	}
	if session != "" {
		return signin.Enrolment{Session: session}, nil
	}
	p, err := a.Tokens.Access(ctx, accessToken)
	if err != nil {
		return signin.Enrolment{}, err
	}
	return signin.Enrolment{Client: p.Client, User: p.User}, nil
}
