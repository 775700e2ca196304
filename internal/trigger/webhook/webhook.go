// Package webhook runs trigger functions that are HTTP servers: they get the
// event as the body of a POST and answer with the event in a 200.
//
// A 4xx whose body is {"errorMessage": "..."} is an error that the function
// throws. Everything else means that it could not be run. Redirects are not
// followed, and only servers on this machine may do without TLS.
//
// Requests are signed, so that a function can tell that they come from here
// and are fresh:
//
//	X-Rockpool-Timestamp: 1767225600
//	X-Rockpool-Signature: v1=<hex HMAC-SHA-256 of timestamp "." body>
//
// A function should refuse what is older than a few minutes and compare
// signatures in constant time.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"rockpool/internal/netguard"
	"rockpool/internal/trigger"
)

// Names of the headers that carry the signature.
const (
	SignatureHeader = "X-Rockpool-Signature"
	TimestampHeader = "X-Rockpool-Timestamp"
)

// minSecret is the shortest secret that is accepted, in bytes.
const minSecret = 16

// Config describes one webhook.
type Config struct {
	// URL is where events go: https, or http on this machine.
	URL string
	// Secret is the key of the signatures, at least 16 bytes.
	Secret []byte
	// Dialer says which addresses the server may have. For http URLs only
	// loopback addresses are used, whatever it says.
	Dialer netguard.Dialer
	// Now is the clock of the timestamps; nil means time.Now.
	Now func() time.Time
}

// Invoker sends events to one webhook. Make one with New.
type Invoker struct {
	url       string
	secret    []byte
	now       func() time.Time
	client    *http.Client
	transport *http.Transport
}

var _ trigger.Invoker = (*Invoker)(nil)

// New returns an Invoker, or an error that says what is wrong with c.
func New(c Config) (*Invoker, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return nil, errors.New("not a URL; write for example https://functions.example.com/pre-sign-up")
	case u.Scheme == "http" && !netguard.NamesLoopback(u.Hostname()):
		return nil, errors.New("http is for functions on this machine only; use https")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the URL must begin with https://")
	case len(c.Secret) < minSecret:
		return nil, fmt.Errorf("the secret that signs webhooks must have at least %d bytes", minSecret)
	}
	if u.Scheme == "http" {
		c.Dialer.LoopbackOnly = true
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	t := c.Dialer.Transport()
	return &Invoker{
		url:       u.String(),
		secret:    bytes.Clone(c.Secret),
		now:       c.Now,
		transport: t,
		client: &http.Client{
			Transport:     t,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Sign returns the value of the signature header for a request.
func Sign(secret []byte, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	io.WriteString(mac, timestamp+".")
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// Invoke posts the event. The ARN is not sent: each function has a URL of its own.
func (in *Invoker) Invoke(ctx context.Context, _ string, event []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, in.url, bytes.NewReader(event))
	if err != nil {
		return nil, err
	}
	timestamp := strconv.FormatInt(in.now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Rockpool")
	req.Header.Set(TimestampHeader, timestamp)
	req.Header.Set(SignatureHeader, Sign(in.secret, timestamp, event))
	res, err := in.client.Do(req)
	if err != nil {
		return nil, unreached(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, trigger.MaxAnswer+1))
	if err != nil {
		return nil, unreached(err)
	}
	if len(body) > trigger.MaxAnswer {
		return nil, trigger.ErrAnswerTooLarge
	}
	return read(res.StatusCode, body)
}

// unreached leaves out the URL that the HTTP client puts into its errors: it
// may contain a token.
func unreached(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var op *net.OpError
	return &trigger.InvocationError{
		Name:      trigger.NameClient,
		Retryable: errors.As(err, &op) && op.Op == "dial" && !errors.Is(err, netguard.ErrForbidden),
		Cause:     err,
	}
}

// Close closes connections that are not in use.
func (in *Invoker) Close() { in.transport.CloseIdleConnections() }
