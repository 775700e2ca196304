package trigger

import (
	"context"
	"errors"
	"fmt"
)

// Limits on what is sent to a function and taken from it.
const (
	// MaxEvent is the largest event, in bytes.
	MaxEvent = 1 << 20
	// MaxAnswer is the largest answer, in bytes. An Invoker must not keep
	// more than this in memory.
	MaxAnswer = 1 << 20
	// maxDepth is how deep objects and arrays may be nested in an answer.
	maxDepth = 64
)

// Invoker runs a function with an event and returns what it answered.
//
// The function must be given up when ctx ends. The error is a *FunctionError
// if the function ran and failed, an *InvocationError if it could not be run,
// and ErrAnswerTooLarge if the answer exceeded MaxAnswer; any other error
// counts as an InvocationError without a name. An Invoker does not retry.
type Invoker interface {
	Invoke(ctx context.Context, arn string, event []byte) (answer []byte, err error)
}

// FunctionError means that the function ran and threw an error.
type FunctionError struct {
	// Message is what it threw. The caller of the API will read it.
	Message string
}

func (e *FunctionError) Error() string { return "function error: " + e.Message }

// InvocationError means that the function could not be run.
type InvocationError struct {
	// Name is what Lambda calls the reason, such as AccessDeniedException.
	Name string
	// Retryable tells that the function did not start and that another
	// attempt may go better.
	Retryable bool
	// Cause says more, for the log only. It must not contain the event.
	Cause error
}

func (e *InvocationError) Error() string {
	if e.Cause == nil {
		return "invocation error: " + e.Name
	}
	return fmt.Sprintf("invocation error: %s: %v", e.Name, e.Cause)
}

func (e *InvocationError) Unwrap() error { return e.Cause }

// Names of reasons why a function cannot be run.
const (
	NameAccessDenied     = "AccessDeniedException"
	NameNotFound         = "ResourceNotFoundException"
	NameTooManyRequests  = "TooManyRequestsException"
	NameConflict         = "ResourceConflictException"
	NameService          = "ServiceException"
	NameRequestTooLarge  = "RequestTooLargeException"
	NameClient           = "SdkClientException" // the endpoint was not reached
	nameTimeout          = "Socket timeout while invoking Lambda function."
	maxNameLength        = 128
	maxThrownMessageSize = 4096
)

// ErrAnswerTooLarge means that the function sent more than MaxAnswer.
var ErrAnswerTooLarge = errors.New("the answer of the function is too large")
