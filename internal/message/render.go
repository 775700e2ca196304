package message

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode/utf8"
)

// The placeholders of templates. A link is written {##words##}.
const (
	codePlaceholder     = "{####}"
	usernamePlaceholder = "{username}"
	linkOpen, linkClose = "{##", "##}"
)

// The longest texts, in characters, placeholders included.
const (
	MaxSMS     = 140
	MaxEmail   = 20000
	MaxSubject = 140
)

// ErrUnusableOverride means that a CustomMessage trigger answered with a text
// that cannot be sent; callers answer InvalidLambdaResponseException. It comes
// wrapped in words that say why and quote nothing of the text.
var ErrUnusableOverride = errors.New("custom message is not usable")

// Request is what a message is made of.
type Request struct {
	Templates Templates
	Medium    Medium
	Purpose   Purpose

	PoolID   string
	Username string // as the user knows it: what {username} becomes
	To       string

	Code    string // the code or temporary password: what {####} becomes
	Link    string // what {##words##} leads to; needed if Templates.UsesLink
	Expires time.Time

	// Override is what a CustomMessage trigger answered; empty members leave
	// the pool's text in place.
	Override Override
}

// Override is the response of a CustomMessage trigger.
type Override struct{ SMSMessage, EmailMessage, EmailSubject string }

// Render makes the message. It returns an error wrapping ErrUnusableOverride if
// the override breaks a rule; otherwise only a Request that contradicts itself
// (a link template without a link) fails.
func Render(r Request) (Message, error) {
	texts := r.Templates.choose(r.Medium, r.Purpose)
	texts, err := r.override(texts)
	if err != nil {
		return Message{}, err
	}
	byLink := r.Templates.UsesLink(r.Medium, r.Purpose)
	if byLink && r.Link == "" {
		return Message{}, fmt.Errorf("message: %s by link has no link", r.Purpose)
	}
	m := Message{
		Medium: r.Medium, Purpose: r.Purpose, PoolID: r.PoolID, Username: r.Username,
		To: r.To, Code: r.Code, Expires: r.Expires,
	}
	if byLink {
		m.Link = r.Link
	}
	if r.Medium == SMS {
		m.Body = r.fill(texts.Body, plain, "")
		return m, nil
	}
	m.From, m.ReplyTo = oneLine(r.Templates.From), oneLine(r.Templates.ReplyTo)
	m.Subject = oneLine(r.fill(texts.Subject, plain, ""))
	m.Body = r.fill(texts.Body, html.EscapeString, m.Link)
	return m, nil
}

// override puts the trigger's texts in place of the pool's.
func (r Request) override(texts Texts) (Texts, error) {
	o := r.Override
	if r.Medium == SMS {
		if o.SMSMessage == "" {
			return texts, nil
		}
		texts.Body = o.SMSMessage
		if n := utf8.RuneCountInString(r.fill(texts.Body, plain, "")); n > MaxSMS {
			return texts, fmt.Errorf("%w: the SMS has %d characters, %d are allowed", ErrUnusableOverride, n, MaxSMS)
		}
		return texts, r.checkPlaceholders(texts.Body)
	}
	if o.EmailMessage == "" && o.EmailSubject == "" {
		return texts, nil
	}
	if !r.Templates.Developer {
		return texts, fmt.Errorf("%w: a custom email needs EmailSendingAccount DEVELOPER", ErrUnusableOverride)
	}
	texts = Texts{Subject: o.EmailSubject, Body: o.EmailMessage}.or(texts)
	if n := utf8.RuneCountInString(texts.Body); n > MaxEmail {
		return texts, fmt.Errorf("%w: the email has %d characters, %d are allowed", ErrUnusableOverride, n, MaxEmail)
	}
	if n := utf8.RuneCountInString(texts.Subject); n > MaxSubject {
		return texts, fmt.Errorf("%w: the subject has %d characters, %d are allowed", ErrUnusableOverride, n, MaxSubject)
	}
	return texts, r.checkPlaceholders(texts.Body)
}

// checkPlaceholders refuses an override without which the reader could not go on.
func (r Request) checkPlaceholders(body string) error {
	switch {
	case r.Templates.UsesLink(r.Medium, r.Purpose):
		if !hasLink(body) && !strings.Contains(body, codePlaceholder) {
			return fmt.Errorf("%w: it has neither a link ({##words##}) nor %s", ErrUnusableOverride, codePlaceholder)
		}
	case !strings.Contains(body, codePlaceholder):
		return fmt.Errorf("%w: %s is missing", ErrUnusableOverride, codePlaceholder)
	case r.Purpose == AdminCreateUser && !strings.Contains(body, usernamePlaceholder):
		return fmt.Errorf("%w: %s is missing", ErrUnusableOverride, usernamePlaceholder)
	}
	return nil
}

// fill replaces the placeholders of text in one pass, so that a value which
// looks like a placeholder stays as it is. {username} is one in invitations
// only, {##words##} only where there is a link.
func (r Request) fill(text string, escape func(string) string, link string) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(text, '{')
		if at < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:at])
		text = text[at:]
		if rest, ok := strings.CutPrefix(text, codePlaceholder); ok {
			b.WriteString(escape(r.Code))
			text = rest
			continue
		}
		if rest, ok := strings.CutPrefix(text, usernamePlaceholder); ok && r.Purpose == AdminCreateUser {
			b.WriteString(escape(r.Username))
			text = rest
			continue
		}
		if words, rest, ok := cutLink(text); ok && link != "" {
			b.WriteString(`<a href="` + html.EscapeString(link) + `">` + words + `</a>`)
			text = rest
			continue
		}
		b.WriteByte('{')
		text = text[1:]
	}
}

// cutLink splits {##words##} off the front of text. The words belong to the
// template and may hold markup.
func cutLink(text string) (words, rest string, ok bool) {
	inner, ok := strings.CutPrefix(text, linkOpen)
	if !ok {
		return "", text, false
	}
	words, rest, ok = strings.Cut(inner, linkClose)
	return words, rest, ok
}

func plain(s string) string { return s }

// oneLine makes s fit for a header: control characters and line separators
// become blanks, so that no value can begin another header.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}
