package idp

import (
	"time"

	"rockpool/internal/cognito"
)

// UserSession is the record of a place where a user is signed in, which a pool
// makes that keeps track of them (SetUserPoolSessionConfiguration). A token
// session belongs to one family of tokens; an SSO session belongs to a
// browser, and token sessions can come from it.
type UserSession struct {
	PoolID   string
	Username string
	ID       string // "tkn" or "sso" and 25 lower-case letters and digits

	Type     cognito.SessionTypeType
	ClientID string
	FamilyID string // of a token session
	OriginID string // the SSO session that a token session came through

	Created    time.Time
	LastActive time.Time
	ExpiresAt  time.Time

	Device  string // as package useragent describes it
	Address string // from which the user was last seen
}

// What begins the id of each kind of session, and how much chance follows it.
const (
	TokenSessionPrefix = "tkn"
	SSOSessionPrefix   = "sso"
	UserSessionChance  = 25
)

// MaxUserSessions is how many records a user can have: 100 token sessions and
// a quarter of that for browsers.
const MaxUserSessions = 125

// Errors about user sessions.
var (
	// ErrUserSessionNotFound means that a user has no such session, or none
	// any more.
	ErrUserSessionNotFound = &Error{"ResourceNotFoundException", "Session does not exist."}

	// ErrOwnUserSession means that somebody wants to end the session with
	// which they ask for it.
	ErrOwnUserSession = InvalidParameter("The current session cannot be revoked; sign out instead.")

	// ErrSessionsUntracked means that a client's setting makes no sense while
	// the pool does not keep track of sessions.
	ErrSessionsUntracked = InvalidParameter("UserSessionTracking is not enabled for the user pool.")
)

// The settings that count until others are made.
const (
	DefaultTokenSessions      = 20
	DefaultSSOValidityMinutes = 60
)

// PoolSessions is what SetUserPoolSessionConfiguration sets.
type PoolSessions struct {
	Tracking   bool  `json:"tracking,omitzero"`
	MaxPerUser int64 `json:"max,omitzero"` // 0: DefaultTokenSessions
}

// TracksSessions tells whether the pool records where its users are signed in.
func (p *UserPool) TracksSessions() bool { return p.Features.Sessions.Tracking }

// MaxTokenSessions is how many token sessions a user can have.
func (p *UserPool) MaxTokenSessions() int {
	if n := p.Features.Sessions.MaxPerUser; n > 0 {
		return int(n)
	}
	return DefaultTokenSessions
}

// CheckSessionTier refuses a plan without session management.
func CheckSessionTier(tier cognito.UserPoolTierType) error {
	if LowersTier(cognito.UserPoolTierEssentials, tier) {
		return errTierLacks(sessionManagement, tier)
	}
	return nil
}

const sessionManagement = "Session management"

// CheckTier refuses a smaller plan that lacks a feature which an operation of
// its own has turned on.
func (f PoolFeatures) CheckTier(tier cognito.UserPoolTierType) error {
	if f.Sessions.Tracking && LowersTier(cognito.UserPoolTierEssentials, tier) {
		return ErrTierChange(sessionManagement, tier)
	}
	return nil
}

// SSOValidityMinutes is how long after a fresh sign-in the client lets users
// in without asking, by the session of their browser; 0 is never.
func (c *Client) SSOValidityMinutes() int64 {
	if c.Features.SSOValidity != nil {
		return *c.Features.SSOValidity
	}
	return DefaultSSOValidityMinutes
}
