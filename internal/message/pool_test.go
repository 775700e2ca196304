package message

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

func TestTemplatesOf(t *testing.T) {
	pool := &cognito.UserPoolType{
		EmailVerificationMessage: "old body",
		EmailVerificationSubject: "old subject",
		SmsVerificationMessage:   "old sms",
		SmsAuthenticationMessage: "auth",
		VerificationMessageTemplate: &cognito.VerificationMessageTemplateType{
			EmailMessage: "new body", EmailMessageByLink: "link body", EmailSubjectByLink: "link subject",
			DefaultEmailOption: cognito.DefaultEmailOptionConfirmWithLink,
		},
		AdminCreateUserConfig: &cognito.AdminCreateUserConfigType{
			InviteMessageTemplate: &cognito.MessageTemplateType{EmailMessage: "invite", EmailSubject: "welcome", SMSMessage: "invite sms"},
		},
		EmailConfiguration: &cognito.EmailConfigurationType{
			EmailSendingAccount: cognito.EmailSendingAccountDeveloper, From: "a@example.com", ReplyToEmailAddress: "b@example.com",
		},
	}
	want := Templates{
		EmailCode: Texts{"old subject", "new body"}, EmailLink: Texts{"link subject", "link body"},
		EmailInvitation: Texts{"welcome", "invite"}, EmailMFA: Texts{"mfa subject", "mfa"},
		SMSCode: "old sms", SMSInvitation: "invite sms", SMSMFA: "auth",
		ByLink: true, Developer: true, From: "a@example.com", ReplyTo: "b@example.com",
	}
	got := TemplatesOf(pool, &cognito.EmailMfaConfigType{Subject: "mfa subject", Message: "mfa"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("TemplatesOf (-want +got):\n%s", diff)
	}
	if got := TemplatesOf(&cognito.UserPoolType{}, nil); got != (Templates{}) {
		t.Errorf("TemplatesOf(empty pool): got %+v, want the zero value", got)
	}
}

func TestMirrorTemplates(t *testing.T) {
	given := &cognito.VerificationMessageTemplateType{EmailMessage: "template body"}
	pool := &cognito.UserPoolType{
		SmsVerificationMessage:      "older sms",
		EmailVerificationMessage:    "older body",
		VerificationMessageTemplate: given,
	}
	MirrorTemplates(pool)
	want := &cognito.VerificationMessageTemplateType{
		SmsMessage: "older sms", EmailMessage: "template body", DefaultEmailOption: cognito.DefaultEmailOptionConfirmWithCode,
	}
	if diff := cmp.Diff(want, pool.VerificationMessageTemplate); diff != "" {
		t.Errorf("MirrorTemplates, the template (-want +got):\n%s", diff)
	}
	got := [...]string{pool.SmsVerificationMessage, pool.EmailVerificationMessage, pool.EmailVerificationSubject}
	if want := [...]string{"older sms", "template body", ""}; got != want {
		t.Errorf("MirrorTemplates, the older members: got %q, want %q", got, want)
	}
	if given.SmsMessage != "" {
		t.Error("MirrorTemplates changed the template that it was given")
	}
}

// A pool without texts shows the email option and no default text.
func TestMirrorTemplatesOfEmptyPool(t *testing.T) {
	pool := &cognito.UserPoolType{}
	MirrorTemplates(pool)
	want := &cognito.VerificationMessageTemplateType{DefaultEmailOption: cognito.DefaultEmailOptionConfirmWithCode}
	if diff := cmp.Diff(want, pool.VerificationMessageTemplate); diff != "" {
		t.Errorf("MirrorTemplates (-want +got):\n%s", diff)
	}
	if pool.EmailVerificationMessage+pool.EmailVerificationSubject+pool.SmsVerificationMessage != "" {
		t.Errorf("MirrorTemplates: got %+v, want no texts", pool)
	}
}
