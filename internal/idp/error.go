package idp

// Error is an error that a caller of the API may see. Code is the name that
// the service model gives it, Message the sentence that programs and people
// depend on. Every other error is internal and is shown as
// InternalErrorException.
type Error struct {
	Code    string
	Message string
}

// Error returns the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Is tells whether target is the same error: the same code and message.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Message == e.Message
}

// InvalidParameter is an InvalidParameterException with a message of its own.
func InvalidParameter(message string) *Error {
	return &Error{"InvalidParameterException", message}
}

// NotAuthorized is a NotAuthorizedException with a message of its own.
func NotAuthorized(message string) *Error {
	return &Error{"NotAuthorizedException", message}
}

// FeatureUnavailable means the pool's plan does not have the feature.
func FeatureUnavailable(message string) *Error {
	return &Error{"FeatureUnavailableInTierException", message}
}

var (
	// ErrTooManyRequests means a request rate was exceeded.
	ErrTooManyRequests = &Error{"TooManyRequestsException", "Rate exceeded"}

	// ErrAttemptLimit means a user used up the attempts of an hour.
	ErrAttemptLimit = &Error{"LimitExceededException", "Attempt limit exceeded, please try after some time."}

	// ErrTooManyFailedAttempts means that codes were guessed wrong too often
	// over a day, however slowly.
	ErrTooManyFailedAttempts = &Error{"TooManyFailedAttemptsException", "Too many failed attempts, please try again later."}

	// ErrForbidden means that a request filter in front of the pool refused.
	ErrForbidden = &Error{"ForbiddenException", "Request not allowed due to WAF block."}

	// ErrInvalidPaginationToken means a paging token is not one of ours, is
	// too old, or belongs to a request with other parameters.
	ErrInvalidPaginationToken = InvalidParameter("Invalid pagination token given.")
)
