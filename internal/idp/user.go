package idp

import (
	"maps"
	"time"

	"rockpool/internal/cognito"
)

// User is a user of a pool.
type User struct {
	PoolID   string
	Username string // canonical: the sub in pools whose usernames are e-mail addresses or phone numbers
	Sub      string
	Status   cognito.UserStatusType
	Enabled  bool
	Created  time.Time
	Modified time.Time

	// Attributes holds every attribute with a value, except sub.
	Attributes map[string]string

	// Pending holds new values of attributes that wait until their owner has
	// verified them.
	Pending map[string]string

	// Salt is the user's salt in the Secure Remote Password protocol. It
	// stays for life, so that one exponentiation compares a new password with
	// the whole history.
	Salt []byte

	// Password is nil for a user without one.
	Password *Password

	// History holds the sealed verifiers of former passwords, newest first,
	// the current one excluded; as many as the pool's policy asks for.
	History [][]byte

	Factors Factors
}

// Clone returns a copy that shares nothing that can change.
func (u *User) Clone() *User {
	c := *u
	c.Attributes = maps.Clone(u.Attributes)
	c.Pending = maps.Clone(u.Pending)
	if u.Password != nil {
		p := *u.Password
		c.Password = &p
	}
	c.History = append([][]byte(nil), u.History...)
	c.Factors = u.Factors.clone()
	return &c
}

// Verified tells whether an e-mail address or phone number was verified.
func (u *User) Verified(attribute string) bool {
	return u.Attributes[attribute] != "" && u.Attributes[attribute+"_verified"] == "true"
}

// Identifiers returns the names under which the user can be found, each
// folded by the rule of the pool: the username, and whatever stands beside it
// or in its place. No two users of a pool share an identifier.
func (u *User) Identifiers(p *UserPool) []Identifier {
	ids := []Identifier{{IdentifierUsername, p.Fold(u.Username)}}
	for _, a := range []string{"email", "phone_number"} {
		v := u.Attributes[a]
		if v == "" {
			continue
		}
		if p.UsernameIs(a) || p.HasAlias(a) && u.Verified(a) {
			ids = append(ids, Identifier{a, p.Fold(v)})
		}
	}
	if v := u.Attributes["preferred_username"]; v != "" && p.HasAlias("preferred_username") && u.Status != cognito.UserStatusUnconfirmed {
		ids = append(ids, Identifier{"preferred_username", p.Fold(v)})
	}
	return ids
}

// Identifier is one name under which a user can be found.
type Identifier struct {
	Kind  string // IdentifierUsername or the name of an attribute
	Value string // folded
}

// IdentifierUsername is the kind of the username itself.
const IdentifierUsername = "username"

// LookupKinds returns the kinds of identifier that a name typed by a caller
// may be: first the username, then what has been proved to be the user's, and
// last what users choose freely.
func (p *UserPool) LookupKinds() []string {
	kinds := []string{IdentifierUsername}
	for _, a := range p.Settings.UsernameAttributes {
		kinds = append(kinds, string(a))
	}
	for _, a := range []string{"email", "phone_number", "preferred_username"} {
		if p.HasAlias(a) {
			kinds = append(kinds, a)
		}
	}
	return kinds
}

// Errors about users.
var (
	ErrUserNotFound = &Error{"UserNotFoundException", "User does not exist."}

	// ErrUserClientNotFound is what the operations of signing up and of
	// resetting say of an unknown user.
	ErrUserClientNotFound = &Error{"UserNotFoundException", "Username/client id combination not found."}

	ErrIncorrectUsernameOrPassword = NotAuthorized("Incorrect username or password.")
	ErrUserDisabled                = NotAuthorized("User is disabled.")
	ErrUserNotConfirmed            = &Error{"UserNotConfirmedException", "User is not confirmed."}
	ErrPasswordResetRequired       = &Error{"PasswordResetRequiredException", "Password reset required for the user"}
	ErrPasswordAttemptsExceeded    = NotAuthorized("Password attempts exceeded")
	ErrUserExists                  = &Error{"UsernameExistsException", "User already exists"}
	ErrUserAccountExists           = &Error{"UsernameExistsException", "User account already exists"}
	ErrResetInState                = NotAuthorized("User password cannot be reset in the current state.")
	ErrContactAdministrator        = NotAuthorized("Contact administrator to reset password.")
	ErrNoRecoveryChannel           = InvalidParameter("Cannot reset password for the user as there is no registered/verified email or phone_number")
	ErrUnauthorizedAttributeWrite  = NotAuthorized("A client attempted to write unauthorized attribute")
)

// ErrUsernameTaken means another user has the e-mail address or phone number
// that would be the username.
func ErrUsernameTaken(attribute string) *Error {
	return &Error{"UsernameExistsException", "An account with the given " + attribute + " already exists."}
}

// ErrAliasTaken means another user has the alias.
func ErrAliasTaken(attribute string) *Error {
	return &Error{"AliasExistsException", "An account with the given " + attribute + " already exists."}
}

// LookupIdentifiers returns what a name typed by a caller may stand for, in
// the order in which it is tried.
func (p *UserPool) LookupIdentifiers(name string) []Identifier {
	kinds := p.LookupKinds()
	ids := make([]Identifier, len(kinds))
	for i, k := range kinds {
		ids[i] = Identifier{k, p.Fold(name)}
	}
	return ids
}
