package sms

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"rockpool/internal/message"
)

const (
	connectTimeout = 5 * time.Second
	wholeTimeout   = 10 * time.Second
	maxAnswer      = 64 << 10 // bytes of a gateway's answer that are read
)

// Options is what a transport needs beyond its setting.
type Options struct {
	// Dial opens connections; nil is net.Dialer. Off a developer's machine it
	// is the place to refuse addresses that no gateway has. The AWS SDK's search
	// for credentials does not go through it, because on EC2 and ECS they come
	// from such an address.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Now is the clock of the timestamps; nil is time.Now.
	Now func() time.Time
}

// Open returns the transport of an --sms setting:
//
//	https://:SECRET@sms.example/send      a webhook, signed with SECRET
//	sns://?region=eu-west-1               Amazon SNS, credentials from the environment
//	sns://KEY:SECRET@host:port?region=us-east-1&tls=off   a compatible endpoint
//
// It connects to nothing yet. Errors say what to mend and never repeat the URL,
// which holds a secret.
func Open(ctx context.Context, raw string, o Options) (message.Transport, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	u, err := url.Parse(raw)
	if err != nil { // the parser's error quotes its input
		return nil, errors.New("not a URL; want https://:SECRET@sms.example/send or sns://?region=eu-west-1, with special characters of secrets escaped (%40 for @)")
	}
	switch u.Scheme {
	case "https", "http":
		return newWebhook(u, o)
	case "sns":
		return newSNS(ctx, u, o)
	}
	return nil, errors.New("unknown scheme; want https:// or sns://")
}

// client returns an HTTP client for one gateway. It goes through no proxy, which
// would take the decision about addresses away from Dial, and follows no
// redirect, which would take the message to another place than the one set.
func client(o Options) *http.Client {
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return &http.Client{
		Timeout:       wholeTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				ctx, cancel := context.WithTimeout(ctx, connectTimeout)
				defer cancel()
				return dial(ctx, network, addr)
			},
			TLSHandshakeTimeout:    connectTimeout,
			MaxResponseHeaderBytes: maxAnswer,
			MaxIdleConnsPerHost:    message.DefaultParallel,
			IdleConnTimeout:        90 * time.Second,
			ForceAttemptHTTP2:      true,
		},
	}
}

// isLoopback reports whether a host certainly is this machine.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() || strings.EqualFold(host, "localhost")
}

// checkNumber refuses what is not a phone number in E.164, so that a broken
// attribute does not reach a gateway as something else.
func checkNumber(to string) error {
	if len(to) < 3 || len(to) > 16 || to[0] != '+' || strings.Trim(to[1:], "0123456789") != "" {
		return &message.DeliveryError{Failure: message.Rejected, Reason: "the recipient is not a phone number"}
	}
	return nil
}

// ofStatus says what a gateway's status means for the next attempt.
func ofStatus(status int) message.Failure {
	switch {
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status >= 500:
		return message.Temporary
	}
	return message.Rejected
}

// answered is the failure for a status that is no success.
func answered(gateway string, status int, err error) error {
	return &message.DeliveryError{Failure: ofStatus(status), Reason: fmt.Sprintf("%s answered %d", gateway, status), Err: err}
}
