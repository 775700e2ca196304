package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/signin"
)

// RespondToAuthChallenge answers a challenge of a sign-in.
func (a *API) RespondToAuthChallenge(ctx context.Context, in *cognito.RespondToAuthChallengeRequest) (_ *cognito.RespondToAuthChallengeResponse, err error) {
	client, err := a.Catalog.Client(ctx, in.ClientID)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.ChallengeResponses["USERNAME"], err) }()
	address, err := account.Origin{Client: client, UserContext: in.UserContextData}.Address(ctx)
	if err != nil {
		return nil, err
	}
	r, err := a.SignIns.Answer(ctx, signin.Answer{
		Caller:    signin.Caller{Client: client, Address: address},
		Challenge: in.ChallengeName,
		Session:   in.Session,
		Responses: in.ChallengeResponses,
		Metadata:  in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.RespondToAuthChallengeResponse{
		ChallengeName:        r.Challenge,
		ChallengeParameters:  challengeParameters(r),
		AvailableChallenges:  r.Available,
		Session:              r.Session,
		AuthenticationResult: authenticationResult(r),
	}, nil
}
