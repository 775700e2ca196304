package trigger

import (
	"strings"

	"rockpool/internal/idp"
)

// ErrInvalidResponse means that a function's answer cannot be used.
var ErrInvalidResponse = &idp.Error{Code: "InvalidLambdaResponseException", Message: "Unrecognizable lambda output"}

// ErrNotConfigured means that custom authentication needs a function that the
// pool does not have.
var ErrNotConfigured = &idp.Error{Code: "UnexpectedLambdaException", Message: "null invocation failed due to configuration."}

// ErrThrown means that the function of a trigger ran and threw an error.
func ErrThrown(trigger, message string) *idp.Error {
	return &idp.Error{
		Code:    "UserLambdaValidationException",
		Message: trigger + " failed with error " + clip(message, maxThrownMessageSize) + ".",
	}
}

// ErrInvocation means that the function of a trigger could not be run. Reason
// is Lambda's name for it.
func ErrInvocation(trigger, reason string) *idp.Error {
	return &idp.Error{
		Code:    "UnexpectedLambdaException",
		Message: trigger + " invocation failed due to error " + reason + ".",
	}
}

// ErrTimedOut means that the function of a trigger did not answer in time.
func ErrTimedOut(trigger string) *idp.Error {
	return &idp.Error{
		Code:    "UnexpectedLambdaException",
		Message: trigger + " invocation failed due to error " + nameTimeout,
	}
}

// MigrationError means that the UserMigration function answered something
// that no user can be made of.
type MigrationError struct {
	ClientID string
}

func (e *MigrationError) Error() string { return e.message() }

func (e *MigrationError) message() string {
	return "Exception migrating user in app client " + e.ClientID
}

// For returns the error for the caller of the API. hideUser tells whether the
// app client hides which users exist (PreventUserExistenceErrors ENABLED).
func (e *MigrationError) For(hideUser bool) *idp.Error {
	code := "UserNotFoundException"
	if hideUser {
		code = "NotAuthorizedException"
	}
	return &idp.Error{Code: code, Message: e.message()}
}

// clip cuts s to at most n bytes and makes it valid UTF-8.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
		for len(s) > 0 && s[len(s)-1]&0xC0 == 0x80 { // within a character
			s = s[:len(s)-1]
		}
		if len(s) > 0 && s[len(s)-1] >= 0xC0 {
			s = s[:len(s)-1]
		}
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// cleanName returns a name that an endpoint gave for an error if it looks like
// one, so that an endpoint cannot write sentences into our messages.
func cleanName(name string) string {
	if name == "" || len(name) > maxNameLength {
		return NameService
	}
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-') {
			return NameService
		}
	}
	return name
}
