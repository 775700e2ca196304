package token

import (
	"slices"
	"strings"
)

// reserved claims carry the meaning of a token: whoever could change them
// could be anybody, anywhere, for ever.
var reserved = map[string]bool{
	"acr": true, "amr": true, "at_hash": true, "auth_time": true, "azp": true, "client_id": true,
	"device_key": true, "event_id": true, "exp": true, "iat": true, "identities": true, "iss": true,
	"jti": true, "nbf": true, "nonce": true, "origin_jti": true, "sub": true, "token_use": true,
	"username": true, "version": true,
}

// groupClaims are changed as a whole, through Overrides.Groups, and can be
// left out by name.
var groupClaims = []string{"cognito:groups", "cognito:roles", "cognito:preferred_role"}

func isReserved(claim string) bool {
	return claim == "" || claim == "aud" || reserved[claim] || strings.HasPrefix(claim, "cognito:")
}

// scopes returns granted scopes as the trigger changed them. Suppressing wins
// over adding.
func (o *Overrides) scopes(granted []string) []string {
	scopes := slices.Clone(granted)
	if o == nil {
		return scopes
	}
	for _, scope := range o.ScopesToAdd {
		if scope != "" && !strings.ContainsAny(scope, " \t\r\n") && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return slices.DeleteFunc(scopes, func(scope string) bool {
		return slices.Contains(o.ScopesToSuppress, scope)
	})
}

// apply changes the claims of a token. Suppressing wins over adding, and what
// may not be changed stays.
func (o *ClaimOverrides) apply(c claims, access bool, clientID string) {
	for name, value := range o.AddOrOverride {
		if mayAdd(name, value, access, clientID) {
			c[name] = value
		}
	}
	for _, name := range o.Suppress {
		if slices.Contains(groupClaims, name) || !isReserved(name) && !(access && name == "scope") {
			delete(c, name)
		}
	}
	if slices.Contains(o.Suppress, "cognito:groups") {
		for _, name := range groupClaims {
			delete(c, name)
		}
	}
}

func mayAdd(name string, value any, access bool, clientID string) bool {
	switch {
	case name == "aud":
		return access && value == any(clientID) // the audience can be no other client
	case name == "scope":
		return !access // scopes are added one by one
	case strings.HasPrefix(name, "dev:"):
		return false
	}
	return !isReserved(name)
}
