package token

import (
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
)

// Grant says who gets tokens and what they shall say. For a sign-in its fields
// are filled in by whoever let the user in; for a refresh it comes from
// Service.Refresh.
type Grant struct {
	Client *catalog.Client
	User   *idp.User

	// EventID names the sign-in and becomes the family's id; empty draws one.
	// AuthTime is when the user proved who they are; zero is now.
	EventID  string
	AuthTime time.Time

	// Methods are those by which the user proved who they are in this sign-in.
	// Credit is what counts beside them, because it was proved earlier.
	Methods []idp.Method
	Credit  idp.Proofs

	// Scopes of the access token; empty is AdminScope alone.
	Scopes []string

	// OAuth tells that the tokens come from the token endpoint: the access
	// token says so, and there is no ID token without the scope openid.
	OAuth bool
	Nonce string // of the authorization request

	// DeviceKey is the key of the device that took part.
	DeviceKey string

	// Address and Agent tell where the user is seen: the address, and the
	// User-Agent header. They are kept in pools that keep track of sessions.
	Address, Agent string

	Groups    Groups
	Overrides *Overrides // what the PreTokenGeneration trigger asks for

	renewal *renewal // nil for a sign-in
}

// Groups is what tokens say of the groups of a user.
type Groups struct {
	Groups        []string // cognito:groups, by precedence
	Roles         []string // cognito:roles
	PreferredRole string   // cognito:preferred_role
}

// Overrides is what a PreTokenGeneration trigger changes. Its zero value
// changes nothing. What nobody may change is left as it is without an error.
type Overrides struct {
	ID     ClaimOverrides
	Access ClaimOverrides

	ScopesToAdd      []string
	ScopesToSuppress []string

	// Groups replaces the groups in both tokens, if it is not nil. An empty
	// value removes them.
	Groups *Groups
}

// ClaimOverrides are the changes of one token. A claim that is in both is
// left out.
type ClaimOverrides struct {
	AddOrOverride map[string]any // values as encoding/json takes them
	Suppress      []string
}
