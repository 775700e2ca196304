package message

import "rockpool/internal/cognito"

// TemplatesOf reads the templates of a pool from its settings and its email MFA
// configuration, which may be nil.
func TemplatesOf(pool *cognito.UserPoolType, mfa *cognito.EmailMfaConfigType) Templates {
	t := Templates{
		EmailCode: Texts{pool.EmailVerificationSubject, pool.EmailVerificationMessage},
		SMSCode:   pool.SmsVerificationMessage,
		SMSMFA:    pool.SmsAuthenticationMessage,
	}
	if v := pool.VerificationMessageTemplate; v != nil {
		t.EmailCode = Texts{v.EmailSubject, v.EmailMessage}.or(t.EmailCode)
		t.EmailLink = Texts{v.EmailSubjectByLink, v.EmailMessageByLink}
		t.SMSCode = either(v.SmsMessage, t.SMSCode)
		t.ByLink = v.DefaultEmailOption == cognito.DefaultEmailOptionConfirmWithLink
	}
	if c := pool.AdminCreateUserConfig; c != nil && c.InviteMessageTemplate != nil {
		invite := c.InviteMessageTemplate
		t.EmailInvitation = Texts{invite.EmailSubject, invite.EmailMessage}
		t.SMSInvitation = invite.SMSMessage
	}
	if mfa != nil {
		t.EmailMFA = Texts{mfa.Subject, mfa.Message}
	}
	if e := pool.EmailConfiguration; e != nil {
		t.Developer = e.EmailSendingAccount == cognito.EmailSendingAccountDeveloper
		t.From, t.ReplyTo = e.From, e.ReplyToEmailAddress
	}
	return t
}

// MirrorTemplates makes the two spellings of the verification texts agree, the
// older members of a pool and its VerificationMessageTemplate: a text given in
// one is shown in both, and where both are given the template wins. A pool
// always shows a template with at least its DefaultEmailOption.
func MirrorTemplates(pool *cognito.UserPoolType) {
	v := cognito.VerificationMessageTemplateType{}
	if pool.VerificationMessageTemplate != nil {
		v = *pool.VerificationMessageTemplate // settings are shared: change a copy
	}
	if v.DefaultEmailOption == "" {
		v.DefaultEmailOption = cognito.DefaultEmailOptionConfirmWithCode
	}
	mirror := func(template, older *string) {
		*template = either(*template, *older)
		*older = *template
	}
	mirror(&v.SmsMessage, &pool.SmsVerificationMessage)
	mirror(&v.EmailMessage, &pool.EmailVerificationMessage)
	mirror(&v.EmailSubject, &pool.EmailVerificationSubject)
	pool.VerificationMessageTemplate = &v
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
