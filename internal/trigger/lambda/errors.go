package lambda

import (
	"errors"
	"net"

	"github.com/aws/smithy-go"

	"rockpool/internal/netguard"
	"rockpool/internal/trigger"
)

// readError says in the words of package trigger why a function could not be
// run. An error of the endpoint itself (5xx) may come after the function has
// run, so it is not tried again; a refusal to start it, or a connection that
// was never made, is.
func readError(err error) error {
	var api smithy.APIError
	var op *net.OpError
	switch {
	case errors.Is(err, trigger.ErrAnswerTooLarge):
		return trigger.ErrAnswerTooLarge
	case errors.As(err, &api):
		name := api.ErrorCode()
		return &trigger.InvocationError{Name: name, Retryable: name == trigger.NameTooManyRequests, Cause: err}
	default:
		unreached := errors.As(err, &op) && op.Op == "dial" && !errors.Is(err, netguard.ErrForbidden)
		return &trigger.InvocationError{Name: trigger.NameClient, Retryable: unreached, Cause: err}
	}
}
