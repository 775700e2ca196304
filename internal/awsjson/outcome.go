package awsjson

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Codes that the protocol itself answers with, beside those of sigv4.
const (
	codeTooLarge       = "RequestEntityTooLargeException"
	codeNotImplemented = "NotImplementedException"
	codeInternal       = "InternalErrorException"
	codeInternalOfFew  = "InternalServerException" // what a few operations declare instead

	// codeGone is for logs and metrics alone, where a client that left is not
	// the server's failure.
	codeGone = "ClientClosedRequest"
)

// frameworkCodes are errors that any operation may answer with, declared or not.
var frameworkCodes = map[string]bool{
	"AccessDeniedException":               true,
	"ExpiredTokenException":               true,
	"ForbiddenException":                  true,
	"IncompleteSignatureException":        true,
	"InvalidSignatureException":           true,
	"MissingAuthenticationTokenException": true,
	"SerializationException":              true,
	"TooManyRequestsException":            true,
	"UnknownOperationException":           true,
	"UnrecognizedClientException":         true,
	codeInternal:                          true,
	codeNotImplemented:                    true,
	codeTooLarge:                          true,
}

// outcome is how a request ended: with an answer, or with an error for the
// caller and perhaps a cause for the log.
type outcome struct {
	status  int
	code    string // empty for success
	message string
	gone    bool   // the client left; the rest is what it would have read
	cause   error  // what the caller does not get to see
	stack   []byte // of a panic
}

// failure turns an error into what the caller gets to see of it. ctx is the
// connection's: it has ended if the client left.
func failure(ctx context.Context, op *cognito.Operation, err error) outcome {
	var (
		known   *idp.Error
		missing *cognito.NotImplemented
		body    errBody
	)
	switch {
	case errors.As(err, &known):
		return outcome{status: status(known.Code), code: known.Code, message: known.Message}
	case errors.As(err, &missing):
		return outcome{status: http.StatusNotImplemented, code: codeNotImplemented, message: "Operation " + op.Name + " is not built yet."}
	case errors.As(err, &body):
		return outcome{status: http.StatusBadRequest, code: "SerializationException", message: "The body could not be read.",
			cause: err, gone: ctx.Err() != nil}
	}
	code := codeInternal
	if op != nil && !slices.Contains(op.Errors, codeInternal) && slices.Contains(op.Errors, codeInternalOfFew) {
		code = codeInternalOfFew
	}
	return outcome{status: http.StatusInternalServerError, code: code, message: "Internal error", cause: err,
		gone: errors.Is(ctx.Err(), context.Canceled)}
}

// reported is the code for logs and metrics.
func (o *outcome) reported() string {
	if o.gone {
		return codeGone
	}
	return o.code
}

// isFault tells whether an operator should look into it.
func (o *outcome) isFault() bool {
	return o.status == http.StatusInternalServerError && !o.gone
}

func status(code string) int {
	if code == codeTooLarge {
		return http.StatusRequestEntityTooLarge
	}
	return cognito.Status(code)
}

// undeclared tells whether the model does not know that an operation may
// answer with a code.
func undeclared(op *cognito.Operation, code string) bool {
	_, declared := slices.BinarySearch(op.Errors, code)
	return !declared && !frameworkCodes[code]
}
