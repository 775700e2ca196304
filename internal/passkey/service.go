// Package passkey registers passkeys and checks what they sign (WebAuthn level
// 3). It owns the options that browsers are given, the order of checks and
// which check a caller learns of; reading and verifying what authenticators
// write is the business of a library, and what a sign-in makes of an assertion
// that of package signin.
//
//	ceremony      begins                 ends                  the challenge is kept
//	registration  start.go, options.go   complete.go           in the store, one per user
//	sign-in       options.go             assertion.go          in the session of the sign-in
package passkey

import (
	"io"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// Service holds what the use cases need. Its fields must not change once it is
// used.
type Service struct {
	Store store.Store
	Now   func() time.Time
	Rand  io.Reader
}

// Holder is a signed-in user who looks after their passkeys.
type Holder struct {
	Client *catalog.Client // with which they signed in
	User   *idp.User
}

// errGone is what the operations say to the token of a deleted user: the model
// lets none of them say that there is no such user.
var errGone = idp.ErrAccessTokenRevoked

// barred says why users in a state do not look after their passkeys, or nil. It
// is account.Barred but for who is not confirmed: no token is theirs, and the
// operations declare no error for it.
func barred(u *idp.User) error {
	if u.Status == cognito.UserStatusResetRequired {
		return idp.ErrPasswordResetRequired
	}
	return nil
}

// again looks inside a transaction whether the holder is still there, and still
// looks after their passkeys.
func again(tx store.Tx, user *idp.User) error {
	u, err := account.Again(tx, user, errGone)
	if err != nil {
		return err
	}
	return barred(u)
}

// challengeBytes is how much chance is in a challenge; WebAuthn §13.4.3 wants
// 16 at least.
const challengeBytes = 32

// NewChallenge draws what an authenticator has to sign.
func NewChallenge(random io.Reader) string { return secret.Token(random, challengeBytes) }

// Usable returns the passkeys that browsers can use with a relying party.
func Usable(relyingParty string, all []*idp.WebAuthnCredential) []*idp.WebAuthnCredential {
	var out []*idp.WebAuthnCredential
	for _, c := range all {
		if c.RelyingPartyID == relyingParty {
			out = append(out, c)
		}
	}
	return out
}

// Of returns the passkeys that a user can sign in with.
func Of(tx store.Tx, pool *idp.UserPool, username string) ([]*idp.WebAuthnCredential, error) {
	all, err := tx.ListWebAuthnCredentials(pool.ID, username, idp.MaxWebAuthnCredentials)
	if err != nil {
		return nil, err
	}
	return Usable(pool.RelyingParty(), all), nil
}
