package message

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Medium is how a message travels, in the words of CodeDeliveryDetails.
type Medium string

// The two media.
const (
	Email Medium = "EMAIL"
	SMS   Medium = "SMS"
)

// DefaultFrom is the sender of a pool that names none.
const DefaultFrom = "no-reply@verificationemail.com"

// Purpose is why a message is sent. The values are those that follow
// CustomMessage_ in trigger sources, so a purpose names its trigger source too.
type Purpose string

// The purposes.
const (
	SignUp              Purpose = "SignUp"
	ResendCode          Purpose = "ResendCode"
	ForgotPassword      Purpose = "ForgotPassword" // AdminResetUserPassword as well
	UpdateUserAttribute Purpose = "UpdateUserAttribute"
	VerifyUserAttribute Purpose = "VerifyUserAttribute"
	AdminCreateUser     Purpose = "AdminCreateUser" // invitations
	Authentication      Purpose = "Authentication"  // MFA and one-time passwords
	// AccountTakeOverNotification tells a user of a risky sign-in. Its text comes
	// from the risk configuration, not from this package's templates.
	AccountTakeOverNotification Purpose = "AccountTakeOverNotification"
)

// Message is one email or SMS, ready to travel. It holds a secret (the code or
// temporary password, and the body around it): printing or logging one shows
// only what [Message.LogValue] shows.
type Message struct {
	// ID tells deliveries apart and stays the same over retries, so that a
	// receiver can drop duplicates. The dispatcher fills it when empty.
	ID string

	Medium   Medium
	Purpose  Purpose
	PoolID   string
	Username string

	To      string // an email address, or a phone number in E.164
	From    string // "a@b" or "Name <a@b>"; empty: the transport's own sender
	ReplyTo string // empty: none
	Subject string // emails only; a single line

	// Body is HTML for an email, text for an SMS.
	Body string

	Code string // the code or temporary password in the body, if any
	Link string // the address behind the link in the body, if any

	// Via, if set, carries the message in place of its medium's transport: it is
	// handed to somebody who writes and sends it, and has no body. Nobody waits
	// for that, and nobody is told how it ends.
	Via Transport

	// Expires is when the message has lost its use; it is not retried beyond.
	// The zero value means that it does not expire.
	Expires time.Time
}

// Text is the message for a reader of plain text: an SMS as it is, an email
// converted from its HTML.
func (m Message) Text() string {
	if m.Medium == SMS {
		return m.Body
	}
	return TextFromHTML(m.Body)
}

// LogValue tells which message this is without telling what it says, whom it
// names or where exactly it goes.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", m.ID),
		slog.String("medium", string(m.Medium)),
		slog.String("purpose", string(m.Purpose)),
		slog.String("pool", m.PoolID),
		slog.String("to", Mask(m.Medium, m.To)),
	)
}

// String is the message for fmt, with the same silence as LogValue.
func (m Message) String() string {
	return fmt.Sprintf("%s %s %s to %s (pool %s)", m.Medium, m.Purpose, m.ID, Mask(m.Medium, m.To), m.PoolID)
}

// GoString keeps %#v as silent as %v.
func (m Message) GoString() string { return "message.Message{" + m.String() + "}" }

// Sender is what domain code sends with.
type Sender interface {
	// Send hands a message over and waits a moment for its first delivery
	// attempt, unless it goes Via somebody else. nil means accepted: delivered, or on its way with retries. An
	// error means that the message will not arrive; callers answer
	// CodeDeliveryFailureException.
	//
	// Send waits for no longer than a few seconds, and accepting does not depend
	// on the context: a caller that goes away does not take its message along.
	Send(ctx context.Context, m Message) error

	// Enqueue hands a message over without waiting for any attempt, so that the
	// caller's answer takes the same time whether or not something was sent: for
	// operations that must not tell who exists. It fails only when nothing can
	// be accepted at all (shutting down, too much waiting).
	Enqueue(ctx context.Context, m Message) error
}

// Transport carries messages of one medium. Deliver makes one attempt within
// the context's deadline and returns nil once the other side has taken
// responsibility for the message. Errors are [*DeliveryError] values, which say
// whether trying again makes sense. Deliver may be called by many goroutines.
type Transport interface {
	Deliver(ctx context.Context, m Message) error
}
