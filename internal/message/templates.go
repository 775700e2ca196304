package message

import "strings"

// Texts is a subject and a body. An SMS has no subject.
type Texts struct{ Subject, Body string }

// Templates are the texts of one pool, by what they are for. Empty ones stand
// for the default text, so the zero value is a pool without templates.
type Templates struct {
	EmailCode       Texts
	EmailLink       Texts
	EmailInvitation Texts
	EmailMFA        Texts
	SMSCode         string
	SMSInvitation   string
	SMSMFA          string

	// ByLink sends a link instead of a code at sign-up, by email.
	ByLink bool
	// Developer is the pool's EmailSendingAccount being DEVELOPER, without which
	// Cognito takes no email text from a CustomMessage trigger.
	Developer bool

	From, ReplyTo string // of emails; empty as in Message
}

// The texts of a pool that sets none. The blank at the end of each is part of
// what Cognito sends.
var defaults = Templates{
	EmailCode:       Texts{"Your verification code", "Your verification code is {####}. "},
	EmailLink:       Texts{"Your verification link", "Please click the link below to verify your email address. {##Verify Email##} "},
	EmailInvitation: Texts{"Your temporary password", "Your username is {username} and temporary password is {####}. "},
	EmailMFA:        Texts{"Your authentication code", "Your authentication code is {####}. "},
	SMSCode:         "Your verification code is {####}. ",
	SMSInvitation:   "Your username is {username} and temporary password is {####}. ",
	SMSMFA:          "Your authentication code is {####}. ",
}

// UsesLink reports whether an email for this purpose carries a link: only those
// that confirm a sign-up do, and only when the pool asks for it. Callers need to
// know before they make the link, which takes a domain.
func (t Templates) UsesLink(medium Medium, purpose Purpose) bool {
	return t.ByLink && medium == Email && (purpose == SignUp || purpose == ResendCode)
}

// choose returns the texts for an event, subject and body each from the pool
// where it has one.
func (t Templates) choose(medium Medium, purpose Purpose) Texts {
	own, standard := t.pick(medium, purpose), defaults.pick(medium, purpose)
	if t.UsesLink(medium, purpose) {
		own, standard = t.EmailLink, defaults.EmailLink
	}
	return own.or(standard)
}

func (t Templates) pick(medium Medium, purpose Purpose) Texts {
	if medium == SMS {
		switch purpose {
		case AdminCreateUser:
			return Texts{Body: t.SMSInvitation}
		case Authentication:
			return Texts{Body: t.SMSMFA}
		default:
			return Texts{Body: t.SMSCode}
		}
	}
	switch purpose {
	case AdminCreateUser:
		return t.EmailInvitation
	case Authentication:
		return t.EmailMFA
	default:
		return t.EmailCode
	}
}

// or fills what t leaves empty from other.
func (t Texts) or(other Texts) Texts {
	return Texts{either(t.Subject, other.Subject), either(t.Body, other.Body)}
}

// hasLink reports whether text holds {##words##}.
func hasLink(text string) bool {
	_, rest, found := strings.Cut(text, linkOpen)
	return found && strings.Contains(rest, linkClose)
}
