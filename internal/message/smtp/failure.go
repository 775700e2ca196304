package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/textproto"

	gomail "github.com/wneessen/go-mail"

	"rockpool/internal/message"
)

// steps names where in the dialogue a message failed.
var steps = map[gomail.SendErrReason]string{
	gomail.ErrSMTPMailFrom:  "MAIL FROM",
	gomail.ErrSMTPRcptTo:    "RCPT TO",
	gomail.ErrSMTPData:      "DATA",
	gomail.ErrWriteContent:  "DATA",
	gomail.ErrSMTPDataClose: "the end of DATA",
	gomail.ErrConnCheck:     "the connection",
}

// failure says what an error means: a 4xx reply may be different next time, a
// 5xx reply will not (RFC 5321 section 4.2.1), and a dialogue that broke off
// without a reply is worth another try. The reply's text stays out of the
// reason, because servers like to quote the recipient.
func failure(ctx context.Context, err error) error {
	if se, ok := errors.AsType[*gomail.SendError](err); ok {
		return sendFailure(ctx, se)
	}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return &message.DeliveryError{
			Failure: ofCode(reply.Code),
			Reason:  fmt.Sprintf("connecting to the mail server: it answered %d", reply.Code), Err: err,
		}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return reject("connecting to the mail server: its certificate is not trusted", err)
	}
	if ctx.Err() != nil { // the connection was closed under the dialogue
		err = ctx.Err()
	}
	return message.Classify("connecting to the mail server", err)
}

func sendFailure(ctx context.Context, se *gomail.SendError) error {
	step, ok := steps[se.Reason]
	switch {
	case !ok:
		return reject("the email could not be made", se)
	case se.ErrorCode() == 0 && ctx.Err() != nil:
		return message.Classify(step, ctx.Err())
	case se.ErrorCode() == 0:
		return &message.DeliveryError{Failure: message.Temporary, Reason: step + ": connection broken", Err: se}
	}
	reason := fmt.Sprintf("%s answered %d", step, se.ErrorCode())
	if code := se.EnhancedStatusCode(); code != "" {
		reason += " " + code
	}
	return &message.DeliveryError{Failure: ofCode(se.ErrorCode()), Reason: reason, Err: se}
}

func ofCode(code int) message.Failure {
	if code >= 400 && code < 500 {
		return message.Temporary
	}
	return message.Rejected
}
