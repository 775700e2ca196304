package smtp

import (
	"slices"

	gosmtp "github.com/wneessen/go-mail/smtp"

	"rockpool/internal/message"
)

// auth signs in by PLAIN, or LOGIN where the server has only that. Both show
// the password to the server, so they run inside TLS or on loopback only, which
// ParseURL has made sure of and Start checks again.
type auth struct {
	cfg    *Config
	chosen gosmtp.Auth
}

// Start implements gosmtp.Auth.
func (a *auth) Start(server *gosmtp.ServerInfo) (string, []byte, error) {
	local := isLoopback(a.cfg.Host)
	switch {
	case !server.TLS && !local:
		return "", nil, &message.DeliveryError{Reason: "signing in to the mail server: the connection is not encrypted"}
	case slices.Contains(server.Auth, "PLAIN"):
		a.chosen = gosmtp.PlainAuth("", a.cfg.User, a.cfg.Password, a.cfg.Host, local)
	case slices.Contains(server.Auth, "LOGIN"):
		a.chosen = gosmtp.LoginAuth(a.cfg.User, a.cfg.Password, a.cfg.Host, local)
	default:
		return "", nil, &message.DeliveryError{Reason: "signing in to the mail server: it offers neither PLAIN nor LOGIN"}
	}
	return a.chosen.Start(server)
}

// Next implements gosmtp.Auth.
func (a *auth) Next(fromServer []byte, more bool) ([]byte, error) {
	return a.chosen.Next(fromServer, more)
}
