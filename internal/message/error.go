package message

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
)

// Failure says what a failed delivery attempt means for the next one.
type Failure int

// The kinds of failure. The zero value is the safest: give up.
const (
	// Rejected is a final no: an unknown recipient, refused credentials, an
	// untrusted certificate. The same message would fail again.
	Rejected Failure = iota
	// Unreachable means that nobody answered at all: connection refused, no such
	// host. As the first thing that happens to a message it is most likely a
	// wrong setting and is reported to the caller; later on it is a server
	// being restarted and is retried.
	Unreachable
	// Temporary means that the same message may well go through later: a 4xx
	// reply (greylisting, a full mailbox), throttling, a time-out, a broken
	// connection.
	Temporary
)

// String is the word for logs and metrics.
func (f Failure) String() string {
	switch f {
	case Temporary:
		return "temporary"
	case Unreachable:
		return "unreachable"
	default:
		return "rejected"
	}
}

// DeliveryError is a failed attempt. Its text is Reason alone, which holds
// neither addresses nor message text and may be logged; what the other side
// really said often quotes the recipient, so it is kept behind Unwrap.
type DeliveryError struct {
	Failure Failure
	Reason  string // such as "RCPT TO answered 550 5.1.1"
	Err     error  // may be nil; for errors.Is and errors.As, not for logs
}

func (e *DeliveryError) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *DeliveryError) Unwrap() error { return e.Err }

// Classify returns err as a DeliveryError. Errors of the network are sorted by
// what they are, after the words of doing ("connecting to the mail server");
// any other error counts as a rejection.
func Classify(doing string, err error) *DeliveryError {
	if de, ok := errors.AsType[*DeliveryError](err); ok {
		return de
	}
	e := &DeliveryError{Err: err}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	netErr, isNet := errors.AsType[net.Error](err)
	switch {
	case isDNS && dns.IsNotFound:
		e.Failure, e.Reason = Unreachable, doing+": no such host"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Failure, e.Reason = Unreachable, doing+": connection refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		e.Failure, e.Reason = Unreachable, doing+": network unreachable"
	case errors.Is(err, context.DeadlineExceeded), isNet && netErr.Timeout():
		e.Failure, e.Reason = Temporary, doing+": timed out"
	case errors.Is(err, context.Canceled):
		e.Failure, e.Reason = Temporary, doing+": interrupted"
	case isDNS:
		e.Failure, e.Reason = Temporary, doing+": name lookup failed"
	case isBroken(err):
		e.Failure, e.Reason = Temporary, doing+": connection broken"
	default:
		e.Failure, e.Reason = Rejected, doing+": failed"
	}
	return e
}

// isBroken reports whether a connection that once worked went away.
func isBroken(err error) bool {
	for _, cause := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}
