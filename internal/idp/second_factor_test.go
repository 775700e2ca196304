package idp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

const (
	smsMFA   = cognito.ChallengeNameSmsMfa
	tokenMFA = cognito.ChallengeNameSoftwareTokenMfa
	mailMFA  = cognito.ChallengeNameEmailOtp
)

// mfaPool is a pool with MFA as mode says and the factors that are named.
func mfaPool(mode cognito.UserPoolMfaType, factors string, recovery ...cognito.RecoveryOptionNameType) *UserPool {
	p := &UserPool{Settings: cognito.UserPoolType{MfaConfiguration: mode}}
	for f := range strings.FieldsSeq(factors) {
		switch f {
		case "sms":
			p.Settings.SmsConfiguration = &cognito.SmsConfigurationType{SnsCallerARN: "arn:aws:iam::000000000000:role/sms"}
		case "token":
			p.Features.MFA.SoftwareToken = &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)}
		case "token-off":
			p.Features.MFA.SoftwareToken = &cognito.SoftwareTokenMfaConfigType{Enabled: new(false)}
		case "mail":
			p.Features.MFA.Email = &cognito.EmailMfaConfigType{}
		}
	}
	for i, name := range recovery {
		if p.Settings.AccountRecoverySetting == nil {
			p.Settings.AccountRecoverySetting = &cognito.AccountRecoverySettingType{}
		}
		s := p.Settings.AccountRecoverySetting
		s.RecoveryMechanisms = append(s.RecoveryMechanisms, &cognito.RecoveryOptionType{Name: name, Priority: int64(i + 1)})
	}
	return p
}

// mfaUser is a user with the means that are named and the factors turned on.
func mfaUser(means string, preferred cognito.ChallengeNameType, enabled ...cognito.ChallengeNameType) *User {
	u := &User{Attributes: map[string]string{}, Status: cognito.UserStatusConfirmed}
	for m := range strings.FieldsSeq(means) {
		switch m {
		case "phone":
			u.Attributes["phone_number"], u.Attributes["phone_number_verified"] = "+12065550100", "true"
		case "mail":
			u.Attributes["email"], u.Attributes["email_verified"] = "ada@example.com", "true"
		case "token":
			u.Factors.SoftwareToken = &SoftwareToken{}
		case "federated":
			u.Status = cognito.UserStatusExternalProvider
		}
	}
	u.Factors.Enabled, u.Factors.Preferred = enabled, preferred
	return u
}

func TestPoolSecondFactors(t *testing.T) {
	tests := []struct {
		mode    cognito.UserPoolMfaType
		factors string
		want    []cognito.ChallengeNameType
	}{
		{cognito.UserPoolMfaOff, "sms token mail", nil},
		{"", "sms token mail", nil},
		{cognito.UserPoolMfaOptional, "mail token sms", []cognito.ChallengeNameType{smsMFA, tokenMFA, mailMFA}},
		{cognito.UserPoolMfaOn, "token", []cognito.ChallengeNameType{tokenMFA}},
		{cognito.UserPoolMfaOn, "sms token-off", []cognito.ChallengeNameType{smsMFA}},
	}
	for _, tt := range tests {
		p := mfaPool(tt.mode, tt.factors)
		if d := cmp.Diff(tt.want, p.SecondFactors()); d != "" {
			t.Errorf("SecondFactors() of a pool with MFA %s, %s (-want +got):\n%s", tt.mode, tt.factors, d)
		}
		if got, want := p.MFARequired(), tt.mode == cognito.UserPoolMfaOn; got != want {
			t.Errorf("MFARequired() with %s: got %v, want %v", tt.mode, got, want)
		}
		if got, want := p.MFAOptional(), tt.mode == cognito.UserPoolMfaOptional; got != want {
			t.Errorf("MFAOptional() with %s: got %v, want %v", tt.mode, got, want)
		}
	}
}

func TestUserSecondFactors(t *testing.T) {
	const (
		off, optional, on = cognito.UserPoolMfaOff, cognito.UserPoolMfaOptional, cognito.UserPoolMfaOn
		byMail, byPhone   = cognito.RecoveryOptionNameVerifiedEmail, cognito.RecoveryOptionNameVerifiedPhoneNumber
	)
	type names = []cognito.ChallengeNameType
	tests := []struct {
		name string
		pool *UserPool
		user *User
		want names
	}{
		{"MFA is off", mfaPool(off, "sms token"), mfaUser("phone token", smsMFA, smsMFA, tokenMFA), nil},
		{"optional: nothing turned on", mfaPool(optional, "sms token"), mfaUser("phone token", ""), nil},
		{"optional: one turned on", mfaPool(optional, "sms token"), mfaUser("phone token", "", tokenMFA), names{tokenMFA}},
		{"optional: several turned on", mfaPool(optional, "sms token mail"), mfaUser("phone token mail", "", smsMFA, tokenMFA, mailMFA), names{smsMFA, tokenMFA, mailMFA}},
		{"optional: one preferred", mfaPool(optional, "sms token"), mfaUser("phone token", tokenMFA, smsMFA, tokenMFA), names{tokenMFA}},
		{"optional: phone number is gone", mfaPool(optional, "sms token"), mfaUser("token", smsMFA, smsMFA, tokenMFA), names{tokenMFA}},
		{"optional: e-mail no longer offered", mfaPool(optional, "sms"), mfaUser("mail", mailMFA, mailMFA), nil},
		{"optional: authenticator no longer offered", mfaPool(optional, "sms"), mfaUser("token", tokenMFA, tokenMFA), names{tokenMFA}},
		{"optional: preferred but turned off", mfaPool(optional, "sms token"), mfaUser("phone token", tokenMFA, smsMFA), names{smsMFA}},

		{"required: nothing there", mfaPool(on, "sms token"), mfaUser("mail", ""), nil},
		{"required: what the user has", mfaPool(on, "sms token mail"), mfaUser("phone token mail", ""), names{smsMFA, tokenMFA, mailMFA}},
		{"required: what the pool offers", mfaPool(on, "token"), mfaUser("phone token mail", ""), names{tokenMFA}},
		{"required: preferred", mfaPool(on, "sms token"), mfaUser("phone token", smsMFA, smsMFA, tokenMFA), names{smsMFA}},
		{"required: recovery by e-mail first", mfaPool(on, "sms mail", byMail, byPhone), mfaUser("phone mail", ""), names{smsMFA}},
		{"required: recovery by phone first", mfaPool(on, "sms mail", byPhone, byMail), mfaUser("phone mail", ""), names{mailMFA}},
		{"required: recovery by the only factor", mfaPool(on, "mail", byMail, byPhone), mfaUser("mail", ""), nil},
		{"required: recovery by the factor that is turned on", mfaPool(on, "mail", byMail, byPhone), mfaUser("mail", "", mailMFA), names{mailMFA}},
		{"required: recovery by the preferred factor", mfaPool(on, "sms mail", byMail, byPhone), mfaUser("phone mail", mailMFA, mailMFA), names{mailMFA}},
		{"required: no e-mail, so recovery does not matter", mfaPool(on, "sms", byPhone), mfaUser("phone", ""), names{smsMFA}},
		{"required: recovery by administrators", mfaPool(on, "sms mail", cognito.RecoveryOptionNameAdminOnly), mfaUser("phone mail", ""), names{smsMFA, mailMFA}},
		{"required: user of another provider", mfaPool(on, "sms"), mfaUser("phone federated", smsMFA, smsMFA), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, tt.user.SecondFactors(tt.pool)); d != "" {
				t.Errorf("SecondFactors() (-want +got):\n%s", d)
			}
		})
	}
}

// What is asked for as the second factor is not the way to a new password.
func TestRecoveryAttributeIsNoSecondFactor(t *testing.T) {
	const (
		optional, on    = cognito.UserPoolMfaOptional, cognito.UserPoolMfaOn
		byMail, byPhone = cognito.RecoveryOptionNameVerifiedEmail, cognito.RecoveryOptionNameVerifiedPhoneNumber
	)
	tests := []struct {
		name string
		pool *UserPool
		user *User
		want string
	}{
		{"no second factor", mfaPool(optional, "sms", byPhone, byMail), mfaUser("phone mail", ""), "phone_number"},
		{"the phone is the second factor", mfaPool(optional, "sms", byPhone, byMail), mfaUser("phone mail", smsMFA, smsMFA), "email"},
		{"the phone is the only factor turned on", mfaPool(optional, "sms", byPhone, byMail), mfaUser("phone mail", "", smsMFA), "email"},
		{"the phone can be selected", mfaPool(optional, "sms token", byPhone, byMail), mfaUser("phone mail token", "", smsMFA, tokenMFA), "email"},
		{"another factor is preferred", mfaPool(optional, "sms token", byPhone, byMail), mfaUser("phone mail token", tokenMFA, smsMFA, tokenMFA), "phone_number"},
		{"the phone is all there is", mfaPool(on, "sms", byPhone), mfaUser("phone", ""), ""},
		{"the mailbox is the second factor", mfaPool(on, "mail", byMail, byPhone), mfaUser("phone mail", mailMFA, mailMFA), "phone_number"},
		{"the other way is the second factor", mfaPool(on, "sms mail", byMail, byPhone), mfaUser("phone mail", ""), "email"},
		{"no setting for recovery", mfaPool(on, "sms"), mfaUser("phone mail", smsMFA, smsMFA), "phone_number"},
		{"MFA is off", mfaPool(cognito.UserPoolMfaOff, "sms", byPhone), mfaUser("phone", smsMFA, smsMFA), "phone_number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.user.RecoveryAttribute(tt.pool); got != tt.want {
				t.Errorf("RecoveryAttribute(): got %q, want %q", got, tt.want)
			}
		})
	}
}
