package trigger

import "strings"

// reserved claims carry the meaning of a token; whoever could change them
// could sign in as anybody, anywhere, for ever.
var reserved = map[string]bool{
	"acr": true, "amr": true, "at_hash": true, "auth_time": true, "azp": true,
	"client_id": true, "device_key": true, "event_id": true, "exp": true, "iat": true,
	"identities": true, "iss": true, "jti": true, "nbf": true, "nonce": true,
	"origin_jti": true, "sub": true, "token_use": true, "username": true, "version": true,
}

// groupClaims are changed through groupOverrideDetails and can be suppressed
// by name.
var groupClaims = map[string]bool{
	"cognito:groups": true, "cognito:roles": true, "cognito:preferred_role": true,
}

// Reserved tells whether a function can neither add, change nor suppress a
// claim of the ID token or, with access, of the access token. Attempts are
// ignored without an error, as Engine.PreTokenGeneration does.
//
// Three claims that are not reserved have rules of their own: aud of the
// access token can only be added with the app client's id as its value;
// developer-only attributes (dev:) can only be suppressed; and the group
// claims are set through TokenOverrides.Groups, but suppressed by name.
func Reserved(claim string, access bool) bool {
	switch {
	case reserved[claim]:
		return true
	case claim == "aud":
		return !access
	case claim == "scope":
		return access // scopes are added and suppressed one by one
	case strings.HasPrefix(claim, "cognito:"):
		return !groupClaims[claim]
	}
	return false
}

func maySuppress(claim string, access bool) bool {
	return !Reserved(claim, access) && claim != "aud"
}

func mayAdd(claim string, value any, access bool, clientID string) bool {
	switch {
	case claim == "" || Reserved(claim, access) || groupClaims[claim] || strings.HasPrefix(claim, "dev:"):
		return false
	case claim == "aud":
		return clientID != "" && value == any(clientID)
	}
	return true
}
