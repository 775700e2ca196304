package smtp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Security is how the connection is protected.
type Security int

// The ways, each with its URL scheme.
const (
	Plain    Security = iota // smtp: no TLS, for a relay on the same machine or network
	TLS                      // smtps: TLS from the first byte
	StartTLS                 // smtp+starttls: TLS before anything else, or nothing at all
)

// schemes maps URL schemes to what they mean and their usual ports.
var schemes = map[string]struct {
	security Security
	port     string
}{
	"smtp":          {Plain, "25"},
	"smtps":         {TLS, "465"},
	"smtp+starttls": {StartTLS, "587"},
}

// Config sets up a [Transport]. Host and Port are required.
type Config struct {
	Host, Port     string
	Security       Security
	User, Password string // empty: no authentication

	From     string // sender of pools that name none; empty: message.DefaultFrom
	CAFile   string // PEM certificates to trust instead of the system's
	Insecure bool   // accept any certificate; loopback hosts only

	// Dial opens connections; nil is net.Dialer. Off a developer's machine it
	// is the place to refuse addresses that no mail server has.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// ParseURL reads a --smtp setting:
//
//	smtp://relay.example:25
//	smtps://user:password@mail.example
//	smtp+starttls://user:password@mail.example:587?from=Ada+<ada@example.com>
//
// The options are from (the sender of pools that name none), ca (a file of
// certificates to trust instead of the system's) and insecure=true (accept any
// certificate, for loopback hosts only). A password is accepted only where it
// travels encrypted or stays on the machine. Errors say what to mend and never
// repeat the URL, which holds a password.
func ParseURL(raw string) (Config, error) {
	u, err := url.Parse(raw)
	if err != nil { // the parser's error quotes its input
		return Config{}, errors.New("not a URL; want something like smtps://user:password@mail.example:465, with special characters of user and password escaped (%40 for @)")
	}
	scheme, ok := schemes[u.Scheme]
	if !ok {
		return Config{}, errors.New("unknown scheme; want smtp://, smtps:// or smtp+starttls://")
	}
	c := Config{Host: u.Hostname(), Port: u.Port(), Security: scheme.security}
	switch {
	case c.Host == "":
		return Config{}, fmt.Errorf("the host is missing; want %s://mail.example", u.Scheme)
	case strings.Trim(u.Path, "/") != "" || u.Fragment != "" || u.Opaque != "":
		return Config{}, errors.New("there is something after the host; want only options such as ?from= there (and # or / in a password escaped: %23, %2F)")
	}
	if c.Port == "" {
		c.Port = scheme.port
	}
	if n, err := strconv.Atoi(c.Port); err != nil || n < 1 || n > 65535 {
		return Config{}, errors.New("the port must be a number from 1 to 65535")
	}
	if err := c.credentials(u.User); err != nil {
		return Config{}, err
	}
	return c, c.options(u.RawQuery)
}

func (c *Config) credentials(user *url.Userinfo) error {
	if user == nil {
		return nil
	}
	c.User = user.Username()
	c.Password, _ = user.Password()
	switch {
	case c.User == "" || c.Password == "":
		return errors.New("credentials need both a user and a password: user:password@host")
	case c.Security == Plain && !isLoopback(c.Host):
		return errors.New("a password would travel unencrypted; use smtps:// or smtp+starttls://")
	}
	return nil
}

func (c *Config) options(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("the options after ? are not well-formed; want name=value&name=value")
	}
	for name, list := range values {
		if len(list) != 1 || list[0] == "" {
			return fmt.Errorf("option %q needs exactly one value", name)
		}
		switch value := list[0]; name {
		case "from":
			if _, err := mail.ParseAddress(value); err != nil {
				return errors.New("option from is not an address; want a@example.com or Name <a@example.com>")
			}
			c.From = value
		case "ca":
			if c.Security == Plain {
				return errors.New("option ca makes no sense without TLS; use smtps:// or smtp+starttls://")
			}
			c.CAFile = value
		case "insecure":
			if value != "true" {
				return errors.New("option insecure can only be true")
			}
			if c.Security == Plain || !isLoopback(c.Host) {
				return errors.New("option insecure is for TLS to a loopback host only; for a private certificate authority use ca=FILE")
			}
			c.Insecure = true
		default:
			return fmt.Errorf("unknown option %q; there are from, ca and insecure", name)
		}
	}
	return nil
}

// isLoopback reports whether a host certainly is this machine.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() || strings.EqualFold(host, "localhost")
}
