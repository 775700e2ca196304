package ops

import (
	"context"
	"net/netip"
	"strings"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
)

// AdminInitiateAuth begins a sign-in on behalf of a user.
func (a *API) AdminInitiateAuth(ctx context.Context, in *cognito.AdminInitiateAuthRequest) (_ *cognito.AdminInitiateAuthResponse, err error) {
	client, err := a.Catalog.PoolClient(ctx, in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	defer func() { a.analytics(ctx, client, in.AnalyticsMetadata, in.AuthParameters["USERNAME"], err) }()
	caller, err := adminCaller(ctx, client, in.ContextData)
	if err != nil {
		return nil, err
	}
	r, err := a.SignIns.Initiate(ctx, signin.Initiate{
		Caller:     caller,
		Flow:       in.AuthFlow,
		Parameters: in.AuthParameters,
		Session:    in.Session,
		Metadata:   in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AdminInitiateAuthResponse{
		ChallengeName:        r.Challenge,
		ChallengeParameters:  challengeParameters(r),
		AvailableChallenges:  r.Available,
		Session:              r.Session,
		AuthenticationResult: authenticationResult(r),
	}, nil
}

// adminCaller is a caller who acts for a user and may say what the user's
// address and device are.
func adminCaller(ctx context.Context, client *catalog.Client, data *cognito.ContextDataType) (signin.Caller, error) {
	c := signin.Caller{Client: client, Admin: true, Address: idp.RequestFrom(ctx).SourceIP}
	if data == nil {
		return c, nil
	}
	for _, h := range data.HttpHeaders {
		if strings.EqualFold(h.HeaderName, "User-Agent") {
			c.Agent = h.HeaderValue
		}
	}
	if data.IPAddress == "" {
		return c, nil
	}
	ip, err := netip.ParseAddr(data.IPAddress)
	if err != nil {
		return c, idp.InvalidParameter("Invalid IP address given in ContextData.")
	}
	c.Address = ip.String()
	return c, nil
}
