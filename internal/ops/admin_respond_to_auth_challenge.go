package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/signin"
)

// AdminRespondToAuthChallenge answers a challenge on behalf of a user.
func (a *API) AdminRespondToAuthChallenge(ctx context.Context, in *cognito.AdminRespondToAuthChallengeRequest) (_ *cognito.AdminRespondToAuthChallengeResponse, err error) {
	client, err := a.Catalog.PoolClient(ctx, in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.ChallengeResponses["USERNAME"], err) }()
	caller, err := adminCaller(ctx, client, in.ContextData)
	if err != nil {
		return nil, err
	}
	r, err := a.SignIns.Answer(ctx, signin.Answer{
		Caller:    caller,
		Challenge: in.ChallengeName,
		Session:   in.Session,
		Responses: in.ChallengeResponses,
		Metadata:  in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AdminRespondToAuthChallengeResponse{
		ChallengeName:        r.Challenge,
		ChallengeParameters:  challengeParameters(r),
		AvailableChallenges:  r.Available,
		Session:              r.Session,
		AuthenticationResult: authenticationResult(r),
	}, nil
}
