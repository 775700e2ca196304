package smtptest

import (
	"maps"

	"github.com/emersion/go-smtp"
)

// faults is how the server misbehaves.
type faults struct {
	rejected   map[string]bool
	greylisted int
	refuseAuth bool
	dropIdle   bool
}

// RejectRecipient refuses mail for an address with 550, quoting it as real
// servers do.
func (s *Server) RejectRecipient(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rejected := maps.Clone(s.faults.rejected)
	if rejected == nil {
		rejected = map[string]bool{}
	}
	rejected[address] = true
	s.faults.rejected = rejected
}

// Greylist answers the next n recipients with 451.
func (s *Server) Greylist(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.greylisted = n
}

// RefuseAuth refuses credentials, right ones included.
func (s *Server) RefuseAuth() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.refuseAuth = true
}

// Hang makes the server stop answering at RCPT TO, or go on again.
func (s *Server) Hang(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case on && s.quiet == nil:
		s.quiet = make(chan struct{})
	case !on && s.quiet != nil:
		close(s.quiet)
		s.quiet = nil
	}
}

// DropIdle makes the server close connections whose second mail begins, as one
// does that has waited too long for it.
func (s *Server) DropIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.dropIdle = true
}

// recipientFault is the reply to RCPT TO, or nil to accept.
func (s *Server) recipientFault(to string) error {
	s.mu.Lock()
	quiet := s.quiet
	s.mu.Unlock()
	if quiet != nil {
		<-quiet
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.rejected[to] {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<" + to + ">: no such user here"}
	}
	if s.faults.greylisted > 0 {
		s.faults.greylisted--
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted, try again later"}
	}
	return nil
}
