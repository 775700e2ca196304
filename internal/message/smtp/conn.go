package smtp

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"
)

// conn is one connection to the server, ready to send.
type conn struct {
	raw    net.Conn       // below TLS; closing it ends everything
	mail   *gomail.Client // belongs to this connection alone, so nothing waits for its locks
	smtp   *gosmtp.Client
	expiry *time.Timer // while idle
}

// connect dials, protects and authenticates.
func (t *Transport) connect(ctx context.Context) (*conn, error) {
	c, watched, unwatch := &conn{}, ctx, func() bool { return false }
	port, err := strconv.Atoi(t.cfg.Port)
	if err != nil {
		return nil, err
	}
	policy := gomail.NoTLS // for Plain, and for TLS, which is dialled
	if t.cfg.Security == StartTLS {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithPort(port), gomail.WithTimeout(wholeTimeout),
		gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(t.tls.Clone()),
		gomail.WithoutNoop(), gomail.WithoutRset(), // a round trip each: a broken connection shows at MAIL FROM
		gomail.WithDialContextFunc(func(ctx context.Context, network, addr string) (net.Conn, error) {
			secured, err := t.dial(ctx, c, network, addr)
			if c.raw != nil { // the greeting and what follows have no context of their own
				unwatch = context.AfterFunc(watched, c.close)
			}
			return secured, err
		}),
	}
	if t.cfg.User != "" {
		options = append(options, gomail.WithSMTPAuthCustom(&auth{cfg: &t.cfg}))
	}
	if c.mail, err = gomail.NewClient(t.cfg.Host, options...); err != nil {
		return nil, err
	}
	defer func() { unwatch() }()
	if c.smtp, err = c.mail.DialToSMTPClientWithContext(ctx); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// dial opens the connection, within its own limit.
func (t *Transport) dial(ctx context.Context, c *conn, network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	raw, err := t.cfg.Dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c.raw = raw
	if t.cfg.Security != TLS {
		return raw, nil
	}
	secured := tls.Client(raw, t.tls.Clone())
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return secured, nil
}

// send hands one message to the server.
func (c *conn) send(ctx context.Context, msg *gomail.Msg) error {
	defer context.AfterFunc(ctx, c.close)()
	err := c.mail.SendWithSMTPClient(c.smtp, msg)
	if msg.IsDelivered() {
		return nil
	}
	return err
}

// close ends the connection at once.
func (c *conn) close() {
	if c.raw != nil {
		_ = c.raw.Close() // nothing is lost with it: every message was answered or failed
	}
}

// quit ends the connection as RFC 5321 wants it, if the server plays along.
func (c *conn) quit() {
	stop := time.AfterFunc(time.Second, c.close)
	defer stop.Stop()
	_ = c.mail.CloseWithSMTPClient(c.smtp) // the server may be gone already
	c.close()
}
