package smtp

import (
	"errors"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"rockpool/internal/message"
)

// build makes the email of m: HTML with a plain-text alternative. It refuses
// addresses that are none, whatever they would do to a header.
func build(m message.Message, defaultFrom string) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	to, err := recipient(m.To)
	if err != nil {
		return nil, reject("the recipient is not an email address", err)
	}
	from := m.From
	if from == "" {
		from = defaultFrom
	}
	sender, err := address(from)
	if err != nil {
		return nil, reject("the sender is not an email address", err)
	}
	msg.ToMailAddress(to)
	msg.FromMailAddress(sender)
	if m.ReplyTo != "" {
		replyTo, err := address(m.ReplyTo)
		if err != nil {
			return nil, reject("the reply-to address is not an email address", err)
		}
		msg.ReplyToMailAddress(replyTo)
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDate()
	msg.SetMessageIDWithValue(messageID(m.ID, sender.Address))
	// RFC 3834: holiday responders and mailing lists leave such mail alone.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text())
	msg.AddAlternativeString(gomail.TypeTextHTML, m.Body)
	return msg, nil
}

func reject(reason string, err error) error {
	return &message.DeliveryError{Failure: message.Rejected, Reason: reason, Err: err}
}

// address parses "a@b" or "Name <a@b>".
func address(s string) (*mail.Address, error) {
	if oneLine(s) != s {
		return nil, errors.New("address with control characters")
	}
	return mail.ParseAddress(s)
}

// recipient parses a bare address: what a user entered as their email must not
// bring a display name or a second address along.
func recipient(s string) (*mail.Address, error) {
	a, err := address(s)
	if err != nil {
		return nil, err
	}
	if a.Name != "" || strings.ContainsAny(s, "<>") {
		return nil, errors.New("recipient with more than an address")
	}
	return a, nil
}

// messageID is the same for every attempt at one message, so that a receiver
// which got it twice can tell. The dispatcher's IDs need no escaping.
func messageID(id, sender string) string {
	domain := sender[strings.LastIndexByte(sender, '@')+1:]
	return id + "@" + domain
}

// oneLine replaces what could end a header line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
