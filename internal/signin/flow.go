package signin

import (
	"slices"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Errors about flows.
var (
	errInitiateMethod   = idp.InvalidParameter("Initiate Auth method not supported.")
	errAdminFlowOff     = idp.InvalidParameter("Auth flow not enabled for this client")
	errPasswordFlowOff  = idp.InvalidParameter("USER_PASSWORD_AUTH flow not enabled for this client")
	errNoCustomTriggers = idp.InvalidParameter("Custom auth lambda trigger is not configured for the user pool.")
	errUserAuthTier     = idp.FeatureUnavailable("USER_AUTH is not available in the LITE tier.")
	errFlowUnknown      = idp.InvalidParameter("Unknown AuthFlow.")
	errRefreshRotates   = idp.InvalidParameter("Refresh token rotation is enabled for this client; use GetTokensFromRefreshToken.")
)

func errFlowOff(flow cognito.AuthFlowType) error {
	return idp.InvalidParameter(string(flow) + " is not enabled for the client.")
}

// legacyFlows are the older names of flows, which never stand beside newer ones.
var legacyFlows = []cognito.ExplicitAuthFlowsType{
	cognito.ExplicitAuthFlowsAdminNoSrpAuth, cognito.ExplicitAuthFlowsCustomAuthFlowOnly, cognito.ExplicitAuthFlowsUserPasswordAuth,
}

// allows tells whether a client's list of flows has one of the names. A list
// that is empty or made of older names lets users sign in with SRP and refresh;
// an empty one lets them use custom challenges too.
func allows(c *catalog.Client, names ...cognito.ExplicitAuthFlowsType) bool {
	list := c.Settings.ExplicitAuthFlows
	legacy := len(list) == 0 || slices.Contains(legacyFlows, list[0])
	for _, name := range names {
		switch {
		case slices.Contains(list, name):
			return true
		case legacy && (name == cognito.ExplicitAuthFlowsAllowUserSrpAuth || name == cognito.ExplicitAuthFlowsAllowRefreshTokenAuth):
			return true
		case len(list) == 0 && name == cognito.ExplicitAuthFlowsAllowCustomAuth:
			return true
		}
	}
	return false
}

// checkFlow returns nil if the caller may use a flow.
func checkFlow(c Caller, flow cognito.AuthFlowType) error {
	switch flow {
	case cognito.AuthFlowUserPasswordAuth:
		if !allows(c.Client, cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsUserPasswordAuth) {
			return errPasswordFlowOff
		}
	case cognito.AuthFlowAdminUserPasswordAuth, cognito.AuthFlowAdminNoSrpAuth:
		if !c.Admin {
			return errInitiateMethod
		}
		if !allows(c.Client, cognito.ExplicitAuthFlowsAllowAdminUserPasswordAuth, cognito.ExplicitAuthFlowsAdminNoSrpAuth) {
			return errAdminFlowOff
		}
	case cognito.AuthFlowUserSrpAuth:
		if !allows(c.Client, cognito.ExplicitAuthFlowsAllowUserSrpAuth) {
			return errFlowOff(flow)
		}
	case cognito.AuthFlowRefreshTokenAuth, cognito.AuthFlowRefreshToken:
		if c.Client.RotatesRefreshTokens() {
			return errRefreshRotates
		}
		if !allows(c.Client, cognito.ExplicitAuthFlowsAllowRefreshTokenAuth) {
			return errFlowOff(cognito.AuthFlowRefreshTokenAuth)
		}
	case cognito.AuthFlowCustomAuth:
		if !allows(c.Client, cognito.ExplicitAuthFlowsAllowCustomAuth, cognito.ExplicitAuthFlowsCustomAuthFlowOnly) {
			return errFlowOff(flow)
		}
		if !hasCustomFunctions(c.Client.Pool.UserPool) {
			return errNoCustomTriggers
		}
	case cognito.AuthFlowUserAuth:
		if c.Client.Pool.Lite() { // no client of it can have the flow
			return errUserAuthTier
		}
		if !allows(c.Client, cognito.ExplicitAuthFlowsAllowUserAuth) {
			return errFlowOff(flow)
		}
	default:
		return errFlowUnknown
	}
	return nil
}
