package trigger

import (
	"context"
	"strings"
	"unicode/utf8"
)

// What stands in a message for the things that functions never see.
const (
	CodePlaceholder     = "{####}"
	UsernamePlaceholder = "{username}"
	LinkPlaceholder     = "{##Click Here##}"
)

// The longest messages, in characters.
const (
	maxSMS     = 140
	maxEmail   = 20000
	maxSubject = 140
)

// CustomMessageRequest is what the CustomMessage function is told.
type CustomMessageRequest struct {
	UserAttributes map[string]string
	ClientMetadata map[string]string
	// DeveloperEmail tells that the pool sends mail from an address of its
	// own (EmailSendingAccount DEVELOPER). Without it, an answer with an
	// e-mail message or subject is refused.
	DeveloperEmail bool
}

// CustomMessageResponse is what the CustomMessage function wrote. An empty
// member means that the pool's template is used.
type CustomMessageResponse struct {
	SMSMessage   string
	EmailMessage string
	EmailSubject string
}

type customMessageRequest struct {
	UserAttributes    map[string]string `json:"userAttributes"`
	CodeParameter     string            `json:"codeParameter"`
	LinkParameter     string            `json:"linkParameter"`
	UsernameParameter *string           `json:"usernameParameter"`
	ClientMetadata    map[string]string `json:"clientMetadata,omitzero"`
}

type customMessageResponse struct {
	SMSMessage   *string `json:"smsMessage"`
	EmailMessage *string `json:"emailMessage"`
	EmailSubject *string `json:"emailSubject"`
}

// CustomMessage lets a function write the message that a user is about to be
// sent. The message holds placeholders where the code, link or username goes.
func (e *Engine) CustomMessage(ctx context.Context, call Call, in CustomMessageRequest) (CustomMessageResponse, error) {
	var out CustomMessageResponse
	if call.Config == nil || call.Config.CustomMessage == "" {
		return out, nil
	}
	request := customMessageRequest{
		UserAttributes: attributes(in.UserAttributes),
		CodeParameter:  CodePlaceholder,
		LinkParameter:  LinkPlaceholder,
		ClientMetadata: in.ClientMetadata,
	}
	invitation := call.Source == CustomMessageAdminCreateUser
	if invitation {
		name := UsernamePlaceholder
		request.UsernameParameter = &name
	}
	err := e.do(ctx, run{
		trigger:  "CustomMessage",
		arn:      call.Config.CustomMessage,
		version:  "1",
		call:     call,
		request:  request,
		response: customMessageResponse{},
	}, func(r *reader) {
		out = CustomMessageResponse{r.text("smsMessage"), r.text("emailMessage"), r.text("emailSubject")}
		out.check(r, invitation, in.DeveloperEmail)
	})
	if err != nil {
		return CustomMessageResponse{}, err
	}
	return out, nil
}

// check fails the answer if a message could not be sent as it is. An
// invitation is of no use without the username and the temporary password.
func (m CustomMessageResponse) check(r *reader, invitation, developerEmail bool) {
	for _, c := range []struct {
		name, text string
		limit      int
	}{{"smsMessage", m.SMSMessage, maxSMS}, {"emailMessage", m.EmailMessage, maxEmail}, {"emailSubject", m.EmailSubject, maxSubject}} {
		if utf8.RuneCountInString(c.text) > c.limit {
			r.fail("%s.%s is longer than %d characters", r.path, c.name, c.limit)
		}
	}
	if strings.ContainsFunc(m.EmailSubject, func(c rune) bool { return c < ' ' || c == 0x7F }) {
		r.fail("%s.emailSubject holds control characters", r.path)
	}
	if !developerEmail && (m.EmailMessage != "" || m.EmailSubject != "") {
		r.fail("%s holds an e-mail, but the pool does not send mail as DEVELOPER", r.path)
	}
	for name, text := range map[string]string{"smsMessage": m.SMSMessage, "emailMessage": m.EmailMessage} {
		complete := strings.Contains(text, CodePlaceholder) && strings.Contains(text, UsernamePlaceholder)
		if invitation && text != "" && !complete {
			r.fail("%s.%s lacks %s or %s", r.path, name, CodePlaceholder, UsernamePlaceholder)
		}
	}
}
