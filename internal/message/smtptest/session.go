package smtptest

import (
	"crypto/subtle"
	"errors"
	"io"
	"net/mail"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	authed bool
	mails  int
	now    Mail
}

func (s *Server) newSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	return &session{server: s, conn: c}, nil
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	switch {
	case s.server.opts.User == "":
		return nil
	case s.server.opts.Mechanism != "":
		return []string{s.server.opts.Mechanism}
	}
	return []string{sasl.Plain, sasl.Login}
}

// Auth implements smtp.AuthSession.
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	if mechanism == sasl.Login {
		return &loginServer{check: s.check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return s.check(user, password) }), nil
}

func (s *session) check(user, password string) error {
	s.server.mu.Lock()
	refuse := s.server.faults.refuseAuth
	s.server.mu.Unlock()
	want := s.server.opts
	if refuse || subtle.ConstantTimeCompare([]byte(user+"\x00"+password), []byte(want.User+"\x00"+want.Password)) != 1 {
		return smtp.ErrAuthFailed
	}
	s.authed = true
	return nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.opts.User != "" && !s.authed {
		return smtp.ErrAuthRequired
	}
	s.server.mu.Lock()
	drop := s.server.faults.dropIdle
	s.server.mu.Unlock()
	if drop && s.mails > 0 {
		_ = s.conn.Close() // the point is that the client finds it closed
		return errors.New("dropped")
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.now = Mail{From: from, TLS: encrypted, Authenticated: s.authed}
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.server.recipientFault(to); err != nil {
		return err
	}
	s.now.To = append(s.now.To, to)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.now.parse(raw) != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "malformed message"}
	}
	s.mails++
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.now)
	close(s.server.arrived)
	s.server.arrived = make(chan struct{})
	return nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.now = Mail{} }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

// loginServer is the server's side of AUTH LOGIN, which go-sasl leaves out.
type loginServer struct {
	check func(user, password string) error
	step  int
	user  string
}

// Next implements sasl.Server.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

// Mail is a mail as it arrived.
type Mail struct {
	From string   // of the envelope
	To   []string // of the envelope
	Raw  []byte

	Header     mail.Header
	Subject    string // decoded
	Text, HTML string // the alternatives, decoded

	TLS, Authenticated bool
}
