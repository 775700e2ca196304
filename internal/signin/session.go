package signin

import (
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/trigger"
)

// trail is what a sign-in remembers from its first step to its tokens, however
// many challenges lie between them.
type trail struct {
	EventID string               `json:"event"`
	Flow    cognito.AuthFlowType `json:"flow,omitzero"`   // USER_AUTH or CUSTOM_AUTH; empty in the others
	Source  trigger.Source       `json:"source,omitzero"` // of PreTokenGeneration

	// First is the factor that USER_AUTH began with, where it is no password.
	First cognito.ChallengeNameType `json:"first,omitzero"`

	deviceTrail
	assurance

	// Rounds are the challenges that a CUSTOM_AUTH sign-in has behind it.
	Rounds []trigger.ChallengeResult `json:"rounds,omitzero"`

	// SRPA is the client's public key, where CUSTOM_AUTH begins with it.
	SRPA []byte `json:"srp_a,omitzero"`
}

// asked is what one challenge remembers until it is answered, beside the
// trail.
type asked struct {
	// Block is the mark of the secret block that a PASSWORD_VERIFIER belongs
	// to.
	Block string `json:"block,omitzero"`

	SignUp *signedUp `json:"sign_up,omitzero"`

	Custom *customChallenge `json:"custom,omitzero"`

	Device *deviceExchange `json:"device,omitzero"`

	// Code is the code that was sent (SMS_MFA, EMAIL_OTP, SMS_OTP).
	Code *sentCode `json:"code,omitzero"`

	// Enrolled tells that the user has set an authenticator up in this sign-in
	// (MFA_SETUP).
	Enrolled bool `json:"enrolled,omitzero"`

	// WebAuthn is what a passkey has to sign.
	WebAuthn string `json:"webauthn,omitzero"`
}

// memory is the state of a session.
type memory struct {
	Challenge cognito.ChallengeNameType `json:"challenge"`
	Trail     trail                     `json:"trail"`
	Asked     asked                     `json:"asked"`

	// Subject is the username, or what stands for a name without a user: what
	// attempts are counted under.
	Subject string `json:"subject"`

	// Sub tells the user from a later one of the same name.
	Sub string `json:"sub,omitzero"`

	// Password tells the password that the user has from any other, so that
	// the session ends with it.
	Password []byte `json:"password,omitzero"`

	// Typed is the name without a user whose session this is: one that never
	// leads anywhere. Empty for users.
	Typed string `json:"typed,omitzero"`

	// Unproved marks the session of somebody who has proved nothing yet. The
	// state of the user is told after a proof, or where callers may know who
	// exists.
	Unproved bool `json:"unproved,omitzero"`

	Expires int64 `json:"expires"` // Unix time in milliseconds
}

// passwordMark is what a session keeps to know a user's password again.
func passwordMark(pool *catalog.Pool, u *idp.User) []byte {
	if u == nil || u.Password == nil {
		return nil
	}
	return pool.Key.MAC("session password", string(u.Password.Verifier))
}
