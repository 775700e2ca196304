package idp

import (
	"net/mail"
	"slices"

	"rockpool/internal/cognito"
)

// Errors about how a pool's messages travel.
var (
	ErrEmailSourceMissing = InvalidParameter("EmailConfiguration with EmailSendingAccount DEVELOPER requires SourceArn.")
	ErrEmailFrom          = InvalidParameter("From in EmailConfiguration is not an email address.")
	ErrSMSCallerMissing   = InvalidParameter("SmsConfiguration requires SnsCallerArn or EumsSms.")
	ErrSMSTwice           = InvalidParameter("SmsConfiguration can have SnsCallerArn or EumsSms, not both.")
	ErrSMSRegion          = InvalidParameter("Region in EumsSms must be the Region of the user pool.")
	ErrSMSMissing         = InvalidParameter("SMS configuration is required when phone_number is one of the auto verified attributes.")
	ErrMFAWithoutSMS      = InvalidParameter("SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
	ErrUpdateNotVerified  = InvalidParameter("AttributesRequireVerificationBeforeUpdate can only have attributes that are auto verified attributes.")
)

// setDelivery fills in how the pool's e-mails and text messages travel.
func setDelivery(s *cognito.UserPoolType, in *cognito.UpdateUserPoolRequest, region string) error {
	email := &cognito.EmailConfigurationType{}
	if in.EmailConfiguration != nil {
		*email = *in.EmailConfiguration
	}
	email.EmailSendingAccount = orDefault(email.EmailSendingAccount, cognito.EmailSendingAccountCognitoDefault)
	if err := checkEmail(email); err != nil {
		return err
	}
	if err := checkSMS(in.SmsConfiguration, region); err != nil {
		return err
	}
	s.EmailConfiguration, s.SmsConfiguration = email, in.SmsConfiguration
	return nil
}

func checkEmail(c *cognito.EmailConfigurationType) error {
	if c.EmailSendingAccount == cognito.EmailSendingAccountDeveloper && c.SourceARN == "" {
		return ErrEmailSourceMissing
	}
	if c.From != "" {
		if _, err := mail.ParseAddress(c.From); err != nil {
			return ErrEmailFrom
		}
	}
	return nil
}

func checkSMS(c *cognito.SmsConfigurationType, region string) error {
	if c == nil {
		return nil
	}
	sns := c.SnsCallerARN != "" || c.SnsRegion != "" || c.ExternalID != ""
	switch {
	case c.EumsSms == nil && c.SnsCallerARN == "":
		return ErrSMSCallerMissing
	case c.EumsSms != nil && sns:
		return ErrSMSTwice
	case c.EumsSms != nil && c.EumsSms.Region != "" && c.EumsSms.Region != region:
		return ErrSMSRegion
	}
	return nil
}

// checkVerification checks the attributes that are verified by a code against
// each other and against the means of delivery.
func checkVerification(s *cognito.UserPoolType) error {
	if slices.Contains(s.AutoVerifiedAttributes, cognito.VerifiedAttributePhoneNumber) && s.SmsConfiguration == nil {
		return ErrSMSMissing
	}
	if s.UserAttributeUpdateSettings == nil {
		return nil
	}
	for _, a := range s.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate {
		if !slices.Contains(s.AutoVerifiedAttributes, a) {
			return ErrUpdateNotVerified
		}
	}
	return nil
}
