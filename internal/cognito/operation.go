package cognito

import (
	"context"
	"errors"
	"fmt"
)

// Auth tells who may call an operation.
type Auth int

// Who may call an operation.
const (
	AuthSigV4       Auth = iota // whoever signs the request and is allowed to
	AuthAccessToken             // the user whose access token (or session) is in the body
	AuthNone                    // anyone who knows the client
)

// Bodies are bounded. Branding carries images, so it may be larger.
const (
	maxBody           = 1 << 20
	maxBodyWithImages = 4 << 20
)

// Operation is one operation of the API.
type Operation struct {
	Name string
	Auth Auth

	// Errors are the errors that the operation declares, sorted.
	Errors []string

	// EmptyBody is set for operations without output: they answer with no
	// body at all, where the others answer with at least {}.
	EmptyBody bool

	// MaxBody is the largest request body, in bytes.
	MaxBody int64

	// Call calls the operation on a service. The request is what New or
	// Decode gave; the answer is nil for operations with EmptyBody.
	Call func(ctx context.Context, s Service, in any) (any, error)

	// New makes an empty request: a pointer to the operation's request type.
	New func() any

	input *shape
}

// Target names what a request is about. What the request does not say, or
// leaves out, is empty.
type Target struct {
	UserPoolID, ClientID, AccessToken, ResourceARN string
}

// Request is what all request types have in common.
type Request interface {
	Target() Target
}

// Unimplemented has every operation and does none of them. A service embeds
// it to have all of Service while it is being built.
type Unimplemented struct{}

// NotImplemented is the error of an operation that a service does not have.
type NotImplemented struct {
	Operation string
}

func (e *NotImplemented) Error() string {
	return "cognito: operation " + e.Operation + " is not built yet"
}

// Status is the HTTP status that goes with an error's name: 500 for the
// server's own faults, 400 for everything else.
func Status(code string) int {
	if faults[code] {
		return 500
	}
	return 400
}

func newOf[In any]() any { return new(In) }

var errNoAnswer = errors.New("cognito: operation returned neither answer nor error")

func call[In, Out any](f func(Service, context.Context, *In) (*Out, error)) func(context.Context, Service, any) (any, error) {
	return func(ctx context.Context, s Service, in any) (any, error) {
		req, ok := in.(*In)
		if !ok {
			return nil, fmt.Errorf("cognito: request is a %T, want %T", in, req)
		}
		out, err := f(s, ctx, req)
		if err != nil {
			return nil, err
		}
		if out == nil {
			return nil, errNoAnswer
		}
		return out, nil
	}
}

func callEmpty[In any](f func(Service, context.Context, *In) error) func(context.Context, Service, any) (any, error) {
	return func(ctx context.Context, s Service, in any) (any, error) {
		req, ok := in.(*In)
		if !ok {
			return nil, fmt.Errorf("cognito: request is a %T, want %T", in, req)
		}
		return nil, f(s, ctx, req)
	}
}
