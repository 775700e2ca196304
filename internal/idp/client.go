package idp

import (
	"slices"
	"time"

	"rockpool/internal/cognito"
)

// Client is an app client of a pool.
type Client struct {
	ID     string
	PoolID string

	// Settings is what DescribeUserPoolClient answers, without the secret.
	Settings cognito.UserPoolClientType

	Features ClientFeatures

	// Secrets are the live secrets, newest last, at most two. A client
	// without secrets is a public one.
	Secrets []ClientSecret

	Version int64
}

// ClientSecret is a secret of a client, sealed with the pool's key.
type ClientSecret struct {
	ID      string // {clientId}--{epoch seconds}
	Sealed  []byte
	Created time.Time
}

// ErrClientNotFound means that there is no such app client.
func ErrClientNotFound(id string) *Error {
	return &Error{"ResourceNotFoundException", "User pool client " + id + " does not exist."}
}

// Errors about a client's secret and its hash.
func ErrSecretHashMissing(clientID string) *Error {
	return NotAuthorized("Client " + clientID + " is configured with secret but SECRET_HASH was not received")
}

// ErrSecretHashWrong means that SecretHash is not the hash of the username as
// it was sent.
func ErrSecretHashWrong(clientID string) *Error {
	return NotAuthorized("Unable to verify secret hash for client " + clientID)
}

// ErrSecretHashMismatch is what refresh and challenge answers say of a wrong
// secret hash.
func ErrSecretHashMismatch(clientID string) *Error {
	return NotAuthorized("SecretHash does not match for the client: " + clientID)
}

// HidesUserExistence tells whether the client must not learn from an error
// whether a user exists (PreventUserExistenceErrors ENABLED).
func (c *Client) HidesUserExistence() bool {
	return c.Settings.PreventUserExistenceErrors == cognito.PreventUserExistenceErrorTypesEnabled
}

// TokenRevocation tells whether the client's tokens can be revoked one
// sign-in at a time.
func (c *Client) TokenRevocation() bool {
	return c.Settings.EnableTokenRevocation == nil || *c.Settings.EnableTokenRevocation || c.RotatesRefreshTokens()
}

// RotatesRefreshTokens tells whether each refresh gives a new refresh token.
func (c *Client) RotatesRefreshTokens() bool {
	r := c.Settings.RefreshTokenRotation
	return r != nil && r.Feature == cognito.FeatureEnabled
}

// RotationGrace is how long a rotated refresh token may be used once more.
func (c *Client) RotationGrace() time.Duration {
	r := c.Settings.RefreshTokenRotation
	if r == nil || r.RetryGracePeriodSeconds == nil {
		return 0
	}
	return time.Duration(*r.RetryGracePeriodSeconds) * time.Second
}

// AuthSessionLife is how long a challenge may wait for its answer.
func (c *Client) AuthSessionLife() time.Duration {
	if v := c.Settings.AuthSessionValidity; v != nil && *v > 0 {
		return time.Duration(*v) * time.Minute
	}
	return 3 * time.Minute
}

// AccessTokenLife is how long the client's access tokens are valid.
func (c *Client) AccessTokenLife() time.Duration {
	var unit cognito.TimeUnitsType
	if u := c.Settings.TokenValidityUnits; u != nil {
		unit = u.AccessToken
	}
	return validity(c.Settings.AccessTokenValidity, unit, cognito.TimeUnitsHours, time.Hour)
}

// IDTokenLife is how long the client's ID tokens are valid.
func (c *Client) IDTokenLife() time.Duration {
	var unit cognito.TimeUnitsType
	if u := c.Settings.TokenValidityUnits; u != nil {
		unit = u.IDToken
	}
	return validity(c.Settings.IDTokenValidity, unit, cognito.TimeUnitsHours, time.Hour)
}

// RefreshTokenLife is how long after a sign-in its refresh token is valid.
func (c *Client) RefreshTokenLife() time.Duration {
	var unit cognito.TimeUnitsType
	if u := c.Settings.TokenValidityUnits; u != nil {
		unit = u.RefreshToken
	}
	return validity(c.Settings.RefreshTokenValidity, unit, cognito.TimeUnitsDays, 30*24*time.Hour)
}

func validity(n *int64, unit, defaultUnit cognito.TimeUnitsType, absent time.Duration) time.Duration {
	if n == nil || *n == 0 {
		return absent
	}
	if unit == "" {
		unit = defaultUnit
	}
	return time.Duration(*n) * unitLength[unit]
}

var unitLength = map[cognito.TimeUnitsType]time.Duration{
	cognito.TimeUnitsSeconds: time.Second,
	cognito.TimeUnitsMinutes: time.Minute,
	cognito.TimeUnitsHours:   time.Hour,
	cognito.TimeUnitsDays:    24 * time.Hour,
}

// verifiedFlags are set by the service when an attribute was verified and can
// never be written by a client.
var verifiedFlags = []string{"email_verified", "phone_number_verified"}

// MayRead tells whether the client may see an attribute of a user.
func (c *Client) MayRead(attribute string) bool {
	return attribute == "sub" || len(c.Settings.ReadAttributes) == 0 || slices.Contains(c.Settings.ReadAttributes, attribute)
}

// MayWrite tells whether the client may set an attribute of a user. A client
// without a list may write every attribute, custom ones included.
func (c *Client) MayWrite(attribute string) bool {
	if slices.Contains(verifiedFlags, attribute) || len(attribute) > 4 && attribute[:4] == "dev:" {
		return false
	}
	return len(c.Settings.WriteAttributes) == 0 || slices.Contains(c.Settings.WriteAttributes, attribute)
}
