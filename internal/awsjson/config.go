package awsjson

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/google/uuid"

	"rockpool/internal/cognito"
)

// Config is what a Handler is made of. Service and Authorizer are required;
// every other zero value works.
type Config struct {
	// Service does the operations.
	Service cognito.Service

	// Authorizer finds out who calls an operation that wants a signature.
	Authorizer Authorizer

	// Region and AccountID are parts of the ARNs that policies speak of.
	Region    string
	AccountID string

	// Admit is asked before an operation is called, with its decoded request;
	// request rates, filters and read-only replicas refuse here. Its errors
	// are treated like those of the operation. Nil admits everything.
	Admit func(ctx context.Context, op *cognito.Operation, in any) error

	// Observe is told how every request ended: the operation, empty if there
	// is no such operation; the error's code, empty for success; and how long
	// it took. It is called from many goroutines.
	Observe func(op, code string, d time.Duration)

	// OnUndeclared is told of errors that an operation answers with although
	// the model does not say so. Callers get them as they are.
	OnUndeclared func(op, code string)

	// Logger gets one line per request; slog.Default() if nil.
	Logger *slog.Logger

	// Now is the clock of the Date header; time.Now if nil.
	Now func() time.Time

	// NewRequestID makes request ids; random UUIDs if nil.
	NewRequestID func() string

	// ClientIP finds the address a request comes from. If nil, that is the
	// other end of the connection, which behind a proxy is the proxy.
	ClientIP func(*http.Request) string

	// Timeout is when the context of an operation ends, counted from the
	// moment the request's body has arrived; 60 seconds if zero. How long the
	// body may take is for the http.Server to say.
	Timeout time.Duration
}

func (c Config) withDefaults() (Config, error) {
	if c.Service == nil {
		return c, errors.New("awsjson: Config.Service is nil")
	}
	if c.Authorizer == nil {
		return c, errors.New("awsjson: Config.Authorizer is nil")
	}
	if c.Admit == nil {
		c.Admit = func(context.Context, *cognito.Operation, any) error { return nil }
	}
	if c.Observe == nil {
		c.Observe = func(string, string, time.Duration) {}
	}
	if c.OnUndeclared == nil {
		c.OnUndeclared = func(string, string) {}
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewRequestID == nil {
		c.NewRequestID = uuid.NewString
	}
	if c.ClientIP == nil {
		c.ClientIP = remoteHost
	}
	if c.Timeout == 0 {
		c.Timeout = 60 * time.Second
	}
	return c, nil
}

func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
