package ops

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/signin"
)

// InitiateAuth begins a sign-in.
func (a *API) InitiateAuth(ctx context.Context, in *cognito.InitiateAuthRequest) (_ *cognito.InitiateAuthResponse, err error) {
	client, err := a.Catalog.Client(ctx, in.ClientID)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.AuthParameters["USERNAME"], err) }()
	address, err := account.Origin{Client: client, UserContext: in.UserContextData}.Address(ctx)
	if err != nil {
		return nil, err
	}
	r, err := a.SignIns.Initiate(ctx, signin.Initiate{
		Caller:     signin.Caller{Client: client, Address: address},
		Flow:       in.AuthFlow,
		Parameters: in.AuthParameters,
		Session:    in.Session,
		Metadata:   in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.InitiateAuthResponse{
		ChallengeName:        r.Challenge,
		ChallengeParameters:  challengeParameters(r),
		AvailableChallenges:  r.Available,
		Session:              r.Session,
		AuthenticationResult: authenticationResult(r),
	}, nil
}

// authenticationResult is the tokens of a sign-in in the API's words, nil
// where a challenge comes first.
func authenticationResult(r *signin.Result) *cognito.AuthenticationResultType {
	if r.Tokens == nil {
		return nil
	}
	out := &cognito.AuthenticationResultType{
		AccessToken:  r.Tokens.AccessToken,
		IDToken:      r.Tokens.IDToken,
		RefreshToken: r.Tokens.RefreshToken,
		ExpiresIn:    &r.Tokens.ExpiresIn,
		TokenType:    "Bearer",
	}
	if d := r.NewDevice; d != nil {
		out.NewDeviceMetadata = &cognito.NewDeviceMetadataType{DeviceKey: d.Key, DeviceGroupKey: d.GroupKey}
	}
	return out
}

// challengeParameters is never absent: beside tokens it is an empty map.
func challengeParameters(r *signin.Result) map[string]string {
	if r.Parameters == nil {
		return map[string]string{}
	}
	return r.Parameters
}
