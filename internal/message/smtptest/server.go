// Package smtptest is a mail server for tests: a real SMTP implementation on a
// loopback port, with TLS, STARTTLS and authentication, that keeps what it gets
// and can be told to misbehave.
package smtptest

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Options sets up a [Server].
type Options struct {
	Scheme         string // "smtp", "smtps" or "smtp+starttls"; empty: smtp
	User, Password string // required of clients if set
	Mechanism      string // "PLAIN" or "LOGIN", where User is set; empty: both
}

// Server is a running mail server. It stops when the test ends.
type Server struct {
	Addr string
	// CAFile holds the certificate to trust, for the schemes with TLS.
	CAFile string

	opts     Options
	inner    *smtp.Server
	listener net.Listener

	mu       sync.Mutex
	mails    []Mail
	arrived  chan struct{} // closed and replaced at every mail
	sessions int
	faults   faults
	quiet    chan struct{} // open while the server hangs
}

// Start starts a server.
func Start(t testing.TB, opts Options) *Server {
	t.Helper()
	if opts.Scheme == "" {
		opts.Scheme = "smtp"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("smtptest: %v", err)
	}
	s := &Server{Addr: listener.Addr().String(), opts: opts, arrived: make(chan struct{})}
	s.inner = smtp.NewServer(smtp.BackendFunc(s.newSession))
	s.inner.Domain = "mail.test"
	s.inner.AllowInsecureAuth = opts.Scheme == "smtp"
	s.inner.EnableSMTPUTF8 = true
	s.inner.MaxMessageBytes = 1 << 20
	s.inner.ReadTimeout, s.inner.WriteTimeout = time.Minute, time.Minute
	s.inner.ErrorLog = log.New(io.Discard, "", 0) // clients that hang up are part of the tests
	if opts.Scheme != "smtp" {
		certificate, pem := selfSigned(t)
		s.CAFile = filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(s.CAFile, pem, 0o600); err != nil {
			t.Fatalf("smtptest: %v", err)
		}
		s.inner.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	if opts.Scheme == "smtps" {
		listener = tls.NewListener(listener, s.inner.TLSConfig)
	}
	s.listener = listener
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = s.inner.Serve(listener) // ends with its listener
	}()
	t.Cleanup(func() {
		s.Hang(false)
		s.Stop()
		<-served
	})
	return s
}

// URL is the setting that reaches the server, with its credentials and, where
// there is TLS, the certificate to trust.
func (s *Server) URL() string {
	u := url.URL{Scheme: s.opts.Scheme, Host: s.Addr}
	if s.opts.User != "" {
		u.User = url.UserPassword(s.opts.User, s.opts.Password)
	}
	if s.CAFile != "" {
		u.RawQuery = url.Values{"ca": {s.CAFile}}.Encode()
	}
	return u.String()
}

// Stop stops the server: from now on connections are refused.
func (s *Server) Stop() {
	// The listener first and by itself: the server does not know it before
	// Serve has begun. Both may be closed already.
	_ = s.listener.Close()
	_ = s.inner.Close()
}

// Sessions is how many connections clients have opened.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Mails returns what has arrived, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Wait returns the mails once there are n of them.
func (s *Server) Wait(t testing.TB, n int) []Mail {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		arrived, mails := s.arrived, append([]Mail(nil), s.mails...)
		s.mu.Unlock()
		if len(mails) >= n {
			return mails
		}
		select {
		case <-arrived:
		case <-deadline:
			t.Fatalf("smtptest: %d mails arrived, want %d", len(mails), n)
		}
	}
}
