package account

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"html"

	"rockpool/internal/cognito"
	"rockpool/internal/encsdk"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/trigger"
)

// A pool may have a function that sends its mail or its SMS. Messages of that
// medium are then handed to the function, and nothing is sent here.

// handover carries a message to a pool's function. It is the transport of that
// one message.
type handover struct {
	service  *Service
	request  *idp.Request
	call     trigger.Call
	code     string // as the function is to read it
	user     map[string]string
	metadata map[string]string
}

// sender is the trigger that sends messages of a medium.
func sender(via message.Medium) string {
	if via == message.SMS {
		return "CustomSMSSender"
	}
	return "CustomEmailSender"
}

// hasSender tells whether a pool has a function for messages of a medium.
func hasSender(c *cognito.LambdaConfigType, via message.Medium) bool {
	if c == nil {
		return false
	}
	if via == message.SMS {
		return c.CustomSMSSender != nil
	}
	return c.CustomEmailSender != nil
}

// handedOver makes a message that goes to the pool's function. It has no text:
// writing one is the function's job.
func (s *Service) handedOver(ctx context.Context, l letter, username string) message.Message {
	h := &handover{
		service: s,
		request: idp.RequestFrom(ctx),
		call:    Call(l.pool, l.clientID, l.user.Username, trigger.Source(sender(l.via)+"_"+string(l.purpose))),
		code:    l.code,
		user:    TriggerAttributes(l.user),
	}
	switch l.purpose {
	case message.AdminCreateUser:
		h.code = html.EscapeString(l.code) // as the service does with temporary passwords
	case message.SignUp, message.ForgotPassword, message.Authentication:
		h.metadata = l.metadata // other senders are not told of it
	}
	return message.Message{
		Medium: l.via, Purpose: l.purpose, PoolID: l.pool.ID, Username: username,
		To: l.to, Code: l.code, Expires: l.expires, Via: h,
	}
}

// Deliver implements [message.Transport].
func (h *handover) Deliver(ctx context.Context, m message.Message) error {
	err := h.hand(idp.WithRequest(ctx, h.request), m.Medium)
	if h.service.HandedOver != nil {
		h.service.HandedOver(m, err)
	}
	return err
}

// hand encrypts the code for the function and runs it.
func (h *handover) hand(ctx context.Context, via message.Medium) error {
	s := h.service
	in := trigger.CustomSenderRequest{UserAttributes: h.user, ClientMetadata: h.metadata}
	if h.code != "" {
		sealed, err := h.seal(ctx)
		if err != nil {
			return notSealed(err)
		}
		in.Code = base64.StdEncoding.EncodeToString(sealed)
	}
	run := s.Triggers.CustomEmailSender
	if via == message.SMS {
		run = s.Triggers.CustomSMSSender
	}
	if err := run(ctx, h.call, in); err != nil {
		return notRun(via, err)
	}
	return nil
}

// errNoKeys means that there is nothing to encrypt codes with.
var errNoKeys = errors.New("no key service is set up")

func (h *handover) seal(ctx context.Context) ([]byte, error) {
	if h.service.Keys == nil {
		return nil, errNoKeys
	}
	// The service puts the pool into the encryption context, so that a key's
	// policy can be about one pool.
	about := map[string]string{"userpool-id": h.call.PoolID}
	return encsdk.Encrypt(ctx, h.service.Keys, h.call.Config.KMSKeyID, []byte(h.code), about)
}

// notSealed is a delivery that failed because the code could not be encrypted.
// It is tried again unless the key service says that this will not help.
func notSealed(err error) *message.DeliveryError {
	e := &message.DeliveryError{Failure: message.Rejected, Reason: fmt.Sprintf("encrypting the code: %v", err), Err: err}
	var asked interface {
		error
		Temporary() bool
	}
	if errors.As(err, &asked) && asked.Temporary() {
		e.Failure = message.Temporary
	}
	return e
}

// notRun is a delivery that failed with the function. What the function threw,
// and a function that is too slow, may have sent the message; only a function
// that could not be run is tried again. Reasons are logged, so that what was
// thrown, which may quote the code, is not in them.
func notRun(via message.Medium, err error) *message.DeliveryError {
	name := sender(via)
	e := &message.DeliveryError{Failure: message.Rejected, Reason: "running " + name + ": the function failed", Err: err}
	declared, ok := errors.AsType[*idp.Error](err)
	switch {
	case !ok:
		e.Failure, e.Reason = message.Temporary, "running "+name+": interrupted"
	case errors.Is(err, trigger.ErrTimedOut(name)):
		e.Reason = "running " + name + ": no answer in time"
	case declared.Code == "UnexpectedLambdaException":
		e.Failure, e.Reason = message.Temporary, "running "+name+": the function could not be run"
	}
	return e
}
