package idp

import "rockpool/internal/cognito"

// setTemplates fills in the templates of verification messages. Each of the
// older members is another name for a member of the template; where they
// differ, the template wins. Default texts are not shown.
func setTemplates(s *cognito.UserPoolType, in *cognito.UpdateUserPoolRequest) {
	t := &cognito.VerificationMessageTemplateType{}
	if in.VerificationMessageTemplate != nil {
		*t = *in.VerificationMessageTemplate
	}
	t.SmsMessage = orDefault(t.SmsMessage, in.SmsVerificationMessage)
	t.EmailMessage = orDefault(t.EmailMessage, in.EmailVerificationMessage)
	t.EmailSubject = orDefault(t.EmailSubject, in.EmailVerificationSubject)
	t.DefaultEmailOption = orDefault(t.DefaultEmailOption, cognito.DefaultEmailOptionConfirmWithCode)

	s.VerificationMessageTemplate = t
	s.SmsVerificationMessage = t.SmsMessage
	s.EmailVerificationMessage = t.EmailMessage
	s.EmailVerificationSubject = t.EmailSubject
}
