package sigv4

import "errors"

// Error is a refusal that the sender of the request may read.
type Error struct {
	Code    string // AWS's name for it, such as InvalidSignatureException
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Refusals that do not depend on the request.
var (
	// ErrMissing means that the request carries no signature at all.
	ErrMissing = &Error{"MissingAuthenticationTokenException", "Missing Authentication Token"}

	// ErrUnrecognized means that nobody holds the access key, or that the
	// request carries a session token, which no key here comes with.
	ErrUnrecognized = &Error{"UnrecognizedClientException", "The security token included in the request is invalid."}

	// ErrMismatch means that the signature is not the one that the holder of
	// the secret would have made for this request.
	ErrMismatch = invalid("The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
)

// ErrUnknownKey is what Verifier.Keys returns for an access key nobody holds.
var ErrUnknownKey = errors.New("sigv4: unknown access key")

func incomplete(message string) *Error { return &Error{"IncompleteSignatureException", message} }

func invalid(message string) *Error { return &Error{"InvalidSignatureException", message} }
