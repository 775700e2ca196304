package idp

import "time"

// EventType says what was attempted.
type EventType string

// The types of event that the service knows.
const (
	EventSignIn         EventType = "SignIn"
	EventSignUp         EventType = "SignUp"
	EventForgotPassword EventType = "ForgotPassword"
	EventPasswordChange EventType = "PasswordChange"
	EventResendCode     EventType = "ResendCode"
)

// Event is the record of an attempt: who, what, from where, and how it ended.
type Event struct {
	PoolID   string
	Subject  string // the username, or what Unknown makes of a name without a user
	ID       string
	Type     EventType
	Time     time.Time
	Passed   bool
	Outcome  string // the code of the error, empty if it passed
	ClientID string
	SourceIP string // the address of the connection, or the one the app passed on
	Agent    string // the user agent, or the encoded data's device
	Request  string // request id
}
