package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// Errors about a client's OAuth 2.0 settings.
var (
	ErrOAuthIncomplete           = invalidOAuthFlow("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	ErrClientCredentialsSecret   = invalidOAuthFlow("client_credentials flow can not be selected if client does not have a client secret.")
	ErrClientCredentialsCombined = invalidOAuthFlow("client_credentials flow can not be selected along with code flow or implicit flow.")
)

func invalidOAuthFlow(message string) *Error { return &Error{"InvalidOAuthFlowException", message} }

// ErrScopeNotFound means that no resource server has a scope.
func ErrScopeNotFound(scope string) *Error {
	return &Error{"ScopeDoesNotExistException", "Invalid scope requested: " + scope}
}

// systemScopes need no resource server.
var systemScopes = []string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}

// checkOAuth checks a client's OAuth 2.0 flows, and that there are scopes if
// there must be. They must be right even while AllowedOAuthFlowsUserPoolClient
// switches them off.
func checkOAuth(s *cognito.UserPoolClientType, hasSecret bool) error {
	if *s.AllowedOAuthFlowsUserPoolClient && (len(s.AllowedOAuthFlows) == 0 || len(s.AllowedOAuthScopes) == 0) {
		return ErrOAuthIncomplete
	}
	if slices.Contains(s.AllowedOAuthFlows, cognito.OAuthFlowClientCredentials) {
		if len(s.AllowedOAuthFlows) > 1 {
			return ErrClientCredentialsCombined
		}
		if !hasSecret {
			return ErrClientCredentialsSecret
		}
	}
	return nil
}

// IsSystemScope tells whether a scope is the service's own.
func IsSystemScope(scope string) bool { return slices.Contains(systemScopes, scope) }

// NeedsResourceServer tells whether one of the scopes is not the service's
// own, so that a resource server must have it.
func NeedsResourceServer(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool { return !IsSystemScope(scope) })
}

// CheckScopes checks that the scopes of a client exist: each is the service's
// own or one of the resource servers has it. NewClientSettings and
// ChangeClientSettings leave this to whoever can read the resource servers.
func CheckScopes(scopes []string, servers []*ResourceServer) error {
	for _, scope := range scopes {
		if !IsSystemScope(scope) && !HasScope(servers, scope) {
			return ErrScopeNotFound(scope)
		}
	}
	return nil
}
