package idp

import "time"

// SessionState is what a sign-in that waits for the answer to a challenge has
// to remember and cannot carry in its handle, because it is too large.
type SessionState struct {
	PoolID    string
	ID        []byte
	State     []byte // sealed
	ExpiresAt time.Time
}

// Errors about challenge sessions.
var (
	ErrSessionInvalid = NotAuthorized("Invalid session for the user.")
	ErrSessionExpired = NotAuthorized("Invalid session for the user, session is expired.")
	ErrSessionSpent   = NotAuthorized("Invalid session for the user, session can only be used once.")
)

// Family is a sign-in that yielded tokens: every token of it, and of its
// refreshes, belongs to the family and dies with it.
type Family struct {
	PoolID    string
	ID        string // the event_id claim of its tokens
	OriginJTI string // the origin_jti claim, empty if the client's tokens cannot be revoked
	ClientID  string
	Username  string
	AuthTime  time.Time
	ExpiresAt time.Time // of the last token it can have: a day after its refresh token
	Revoked   bool

	// RefreshHash is the keyed hash of the live refresh token.
	RefreshHash []byte

	// FormerHash is the keyed hash of the token that the live one replaced,
	// which may be used until FormerUntil. Without grace that is the zero time,
	// which no clock is before: those of two requests that race differ.
	FormerHash  []byte
	FormerUntil time.Time

	DeviceKey string

	// SessionID is the token session of the sign-in, empty if the pool did
	// not keep track of it.
	SessionID string

	// Proofs are what the user proved to get the tokens, nil if it is not
	// known.
	Proofs Proofs
}

// Errors about tokens.
var (
	ErrAccessTokenInvalid   = NotAuthorized("Invalid Access Token")
	ErrAccessTokenSignature = NotAuthorized("Could not verify signature for Access Token")
	ErrAccessTokenExpired   = NotAuthorized("Access Token has expired")
	ErrAccessTokenRevoked   = NotAuthorized("Access Token has been revoked")
	ErrAccessTokenScopes    = NotAuthorized("Access Token does not have required scopes")

	ErrRefreshTokenInvalid = NotAuthorized("Invalid Refresh Token")
	ErrRefreshTokenRevoked = NotAuthorized("Refresh Token has been revoked")
	ErrRefreshTokenExpired = NotAuthorized("Refresh Token has expired")

	// ErrRefreshTokenReused means a rotated refresh token came again after
	// its grace period.
	ErrRefreshTokenReused = &Error{"RefreshTokenReuseException", "Refresh token has been used already; sign in again."}

	// ErrRevocationDisabled means the client's tokens cannot be revoked one
	// sign-in at a time.
	ErrRevocationDisabled = &Error{"UnsupportedOperationException", "Token revocation is not enabled for this client."}

	// ErrTokenTypeUnsupported means that something else than a refresh token
	// was to be revoked.
	ErrTokenTypeUnsupported = &Error{"UnsupportedTokenTypeException", "Only refresh tokens can be revoked."}

	// ErrRevocationUnauthorized means that whoever wants to revoke a token is
	// not the client it was issued to.
	ErrRevocationUnauthorized = &Error{"UnauthorizedException", "Unauthorized"}
)
