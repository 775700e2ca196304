// Package message owns what Rockpool says to people by email and SMS: which
// text an event calls for, how a template becomes a message, how a destination
// is masked, and what "sent" means.
//
// How messages travel is left to the packages below it (message/smtp,
// message/sms, message/inbox), each a [Transport]. Domain code sees a [Sender]
// and nothing else; [Dispatcher] is the one that stands between the two.
//
// An email body is HTML, because that is what Cognito templates hold. Whatever
// a user could have chosen (names, temporary passwords) is escaped on its way
// into one, and nothing in a template can add a header line.
package message
