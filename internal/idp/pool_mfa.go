package idp

import (
	"slices"
	"unicode/utf8"

	"rockpool/internal/cognito"
)

// Errors about the second factors of a pool.
var (
	ErrMFAOffWithFactor = InvalidParameter("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
	ErrMFAWithoutFactor = InvalidParameter("Invalid MFA configuration given, can't disable all MFAs and require an MFA together.")
	ErrSMSMFAMissing    = InvalidParameter("SmsMfaConfiguration requires SmsConfiguration.")
	ErrEmailMFASender   = InvalidParameter("EmailMfaConfiguration requires EmailConfiguration with EmailSendingAccount DEVELOPER.")
	ErrEmailMFARecovery = InvalidParameter("EmailMfaConfiguration requires a recovery mechanism other than verified_email.")
	ErrEmailMFASubject  = InvalidParameter("Subject in EmailMfaConfiguration can have at most 140 characters.")
)

// ErrFirstFactorWithMFA means that a factor would let users in alone although
// the pool requires two.
func ErrFirstFactorWithMFA(f cognito.AuthFactorType) *Error {
	return InvalidParameter("AllowedFirstAuthFactors cannot have " + string(f) + " while MfaConfiguration is ON.")
}

// maxEmailMFASubject is the length of the longest subject of a message with a
// code.
const maxEmailMFASubject = 140

// SetMFA changes the pool as SetUserPoolMfaConfig asks, or leaves it as it is.
// Authenticators, e-mail and passkeys are off unless they are named; of what
// concerns text messages, which is a setting of the pool as well, whatever is
// left out stays. region is the service's own.
func (p *UserPool) SetMFA(in *cognito.SetUserPoolMfaConfigRequest, region string) error {
	named := in.SmsMfaConfiguration != nil || in.SoftwareTokenMfaConfiguration != nil || in.EmailMfaConfiguration != nil
	s := p.Settings
	s.MfaConfiguration = orDefault(in.MfaConfiguration, cognito.UserPoolMfaOff)
	switch off := s.MfaConfiguration == cognito.UserPoolMfaOff; {
	case off && named:
		return ErrMFAOffWithFactor
	case !off && !named:
		return ErrMFAWithoutFactor
	}
	passkeys, err := webAuthn(in.WebAuthnConfiguration)
	if err != nil {
		return err
	}
	mfa := PoolMFA{SoftwareToken: in.SoftwareTokenMfaConfiguration, Email: in.EmailMfaConfiguration, WebAuthn: passkeys}
	if err := setSMSMFA(&s, in.SmsMfaConfiguration, region); err != nil {
		return err
	}
	if err := checkMFA(&s, &mfa, ErrMFAWithoutFactor); err != nil {
		return err
	}
	if err := checkTier(&s, &mfa, false); err != nil {
		return err
	}
	p.Settings, p.Features.MFA = s, mfa
	return nil
}

func setSMSMFA(s *cognito.UserPoolType, in *cognito.SmsMfaConfigType, region string) error {
	if in == nil {
		return nil
	}
	if in.SmsConfiguration != nil {
		s.SmsConfiguration = in.SmsConfiguration
	}
	if s.SmsConfiguration == nil {
		return ErrSMSMFAMissing
	}
	s.SmsAuthenticationMessage = orDefault(in.SmsAuthenticationMessage, s.SmsAuthenticationMessage)
	return checkSMS(s.SmsConfiguration, region)
}

// MFAConfig is what GetUserPoolMfaConfig and SetUserPoolMfaConfig answer.
func (p *UserPool) MFAConfig() *cognito.GetUserPoolMfaConfigResponse {
	out := &cognito.GetUserPoolMfaConfigResponse{
		MfaConfiguration:              p.Settings.MfaConfiguration,
		SoftwareTokenMfaConfiguration: p.Features.MFA.SoftwareToken,
		EmailMfaConfiguration:         p.Features.MFA.Email,
		WebAuthnConfiguration:         p.Features.MFA.WebAuthn,
	}
	if slices.Contains(p.SecondFactors(), cognito.ChallengeNameSmsMfa) {
		out.SmsMfaConfiguration = &cognito.SmsMfaConfigType{
			SmsAuthenticationMessage: p.Settings.SmsAuthenticationMessage,
			SmsConfiguration:         p.Settings.SmsConfiguration,
		}
	}
	return out
}

// checkMFA checks the second factors of a pool against its other settings.
// none is the error where there would be no factor to ask for.
func checkMFA(s *cognito.UserPoolType, mfa *PoolMFA, none *Error) error {
	if err := checkEmailMFA(s, mfa.Email); err != nil {
		return err
	}
	if s.MfaConfiguration == cognito.UserPoolMfaOff {
		return nil
	}
	if len(offeredFactors(s, mfa)) == 0 {
		return none
	}
	if s.MfaConfiguration != cognito.UserPoolMfaOn {
		return nil
	}
	strong := (&UserPool{Features: PoolFeatures{MFA: *mfa}}).PasskeysAreMultiFactor()
	for _, f := range s.Policies.SignInPolicy.AllowedFirstAuthFactors {
		if f != cognito.AuthFactorPassword && !(strong && f == cognito.AuthFactorWebAuthn) {
			return ErrFirstFactorWithMFA(f)
		}
	}
	return nil
}

// checkEmailMFA checks what e-mail as a second factor needs: a sender of the
// pool's own, and another way to a lost password than the same mailbox.
func checkEmailMFA(s *cognito.UserPoolType, c *cognito.EmailMfaConfigType) error {
	if c == nil {
		return nil
	}
	if s.EmailConfiguration.EmailSendingAccount != cognito.EmailSendingAccountDeveloper {
		return ErrEmailMFASender
	}
	if r := s.AccountRecoverySetting; r != nil && len(r.RecoveryMechanisms) == 1 && r.RecoveryMechanisms[0].Name == cognito.RecoveryOptionNameVerifiedEmail {
		return ErrEmailMFARecovery
	}
	if utf8.RuneCountInString(c.Subject) > maxEmailMFASubject {
		return ErrEmailMFASubject
	}
	return nil
}
