package message

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestClassify(t *testing.T) {
	tests := []struct {
		err  error
		want Failure
	}{
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, Unreachable},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, Unreachable},
		{&net.DNSError{IsNotFound: true}, Unreachable},
		{&net.DNSError{IsTemporary: true}, Temporary},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, Temporary},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), Temporary},
		{io.EOF, Temporary},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, Temporary},
		{x509.UnknownAuthorityError{}, Rejected},
		{errors.New("anything else"), Rejected},
		{fmt.Errorf("x: %w", &DeliveryError{Failure: Temporary}), Temporary},
	}
	for _, tt := range tests {
		if got := Classify("testing", tt.err); got.Failure != tt.want {
			t.Errorf("Classify(%v): got %s, want %s", tt.err, got.Failure, tt.want)
		}
	}
}
