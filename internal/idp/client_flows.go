package idp

import (
	"slices"
	"strings"

	"rockpool/internal/cognito"
)

// Errors about a client's sign-in flows.
var (
	ErrFlowsMixed        = InvalidParameter("ExplicitAuthFlows cannot have values with the prefix ALLOW_ beside values without it.")
	ErrClientTokenAlone  = InvalidParameter("ALLOW_CLIENT_TOKEN_AUTH cannot be combined with other ExplicitAuthFlows.")
	ErrClientTokenSecret = InvalidParameter("ALLOW_CLIENT_TOKEN_AUTH requires a client with a secret.")

	// ErrRotationAndRefreshFlow means that a client would have two ways to
	// refresh, of which only one rotates tokens.
	ErrRotationAndRefreshFlow = InvalidParameter("ALLOW_REFRESH_TOKEN_AUTH cannot be one of ExplicitAuthFlows when RefreshTokenRotation is enabled.")
)

// checkFlows checks the flows with which a client may sign users in.
func checkFlows(s *cognito.UserPoolClientType, pool *UserPool, hasSecret bool) error {
	flows := s.ExplicitAuthFlows
	allow := 0
	for _, f := range flows {
		if strings.HasPrefix(string(f), "ALLOW_") {
			allow++
		}
	}
	switch {
	case allow > 0 && allow < len(flows):
		return ErrFlowsMixed
	case slices.Contains(flows, cognito.ExplicitAuthFlowsAllowUserAuth) && pool.Lite():
		return FeatureUnavailable("ALLOW_USER_AUTH is not available in the LITE tier.")
	}
	if slices.Contains(flows, cognito.ExplicitAuthFlowsAllowClientTokenAuth) {
		if len(flows) > 1 {
			return ErrClientTokenAlone
		}
		if !hasSecret {
			return ErrClientTokenSecret
		}
	}
	// A client without a list has the flow of refreshing by default.
	refreshes := len(flows) == 0 || slices.Contains(flows, cognito.ExplicitAuthFlowsAllowRefreshTokenAuth)
	if r := s.RefreshTokenRotation; r != nil && r.Feature == cognito.FeatureEnabled && refreshes {
		return ErrRotationAndRefreshFlow
	}
	return nil
}
