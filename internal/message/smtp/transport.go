package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"rockpool/internal/message"
)

const (
	connectTimeout = 5 * time.Second
	wholeTimeout   = 15 * time.Second // of one delivery, connecting included
	idleTimeout    = 20 * time.Second // servers drop idle clients after minutes
	maxIdle        = 4
)

// Transport delivers emails to one server. It keeps a few connections open for
// a while after use: connecting, TLS and authentication cost several round
// trips and, on the server, far more than a message.
type Transport struct {
	cfg Config
	tls *tls.Config

	mu     sync.Mutex
	idle   []*conn // the most recently used last
	closed bool
}

var _ message.Transport = (*Transport)(nil)

// New returns a transport for the server of c. It reads the CA file and
// connects to nothing yet.
func New(c Config) (*Transport, error) {
	if c.Host == "" || c.Port == "" {
		return nil, errors.New("smtp: host and port are required")
	}
	if c.From == "" {
		c.From = message.DefaultFrom
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	t := &Transport{cfg: c, tls: &tls.Config{
		ServerName: c.Host, MinVersion: tls.VersionTLS12,
		InsecureSkipVerify: c.Insecure && isLoopback(c.Host),
	}}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("smtp: reading the CA file: %w", err)
		}
		t.tls.RootCAs = x509.NewCertPool()
		if !t.tls.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("smtp: the CA file %s holds no PEM certificate", c.CAFile)
		}
	}
	return t, nil
}

// Deliver implements [message.Transport].
func (t *Transport) Deliver(ctx context.Context, m message.Message) error {
	msg, err := build(m, t.cfg.From)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, wholeTimeout)
	defer cancel()
	if c := t.take(); c != nil {
		err := c.send(ctx, msg)
		if err == nil {
			t.put(c)
			return nil
		}
		c.close()
		if !isStale(err) {
			return failure(ctx, err)
		}
		// The server hung up on an idle connection before it saw the message.
		if msg, err = build(m, t.cfg.From); err != nil {
			return err
		}
	}
	c, err := t.connect(ctx)
	if err != nil {
		return failure(ctx, err)
	}
	if err := c.send(ctx, msg); err != nil {
		c.close()
		return failure(ctx, err)
	}
	t.put(c)
	return nil
}

// Close closes the idle connections; later deliveries keep none.
func (t *Transport) Close() error {
	t.mu.Lock()
	idle := t.idle
	t.idle, t.closed = nil, true
	t.mu.Unlock()
	for _, c := range idle {
		c.quit()
	}
	return nil
}

// take returns an idle connection, or nil.
func (t *Transport) take() *conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(t.idle)
	if n == 0 {
		return nil
	}
	c := t.idle[n-1]
	t.idle = t.idle[:n-1]
	if !c.expiry.Stop() { // it is being closed right now
		return nil
	}
	return c
}

// put keeps a connection for the next message, or ends it.
func (t *Transport) put(c *conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || len(t.idle) >= maxIdle {
		go c.quit()
		return
	}
	t.idle = append(t.idle, c)
	c.expiry = time.AfterFunc(idleTimeout, func() { t.expire(c) })
}

// expire ends a connection that nobody took.
func (t *Transport) expire(c *conn) {
	t.mu.Lock()
	for i, other := range t.idle {
		if other == c {
			t.idle = append(t.idle[:i], t.idle[i+1:]...)
			break
		}
	}
	t.mu.Unlock()
	c.quit()
}

// isStale reports whether a reused connection failed before the server could
// have taken the message: it was gone, or the server was saying goodbye (421).
func isStale(err error) bool {
	se, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return false
	}
	switch se.Reason {
	case gomail.ErrConnCheck:
		return true
	case gomail.ErrSMTPMailFrom:
		return se.ErrorCode() == 0 || se.ErrorCode() == 421
	}
	return false
}
