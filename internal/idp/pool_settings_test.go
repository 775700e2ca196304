package idp

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

// fromJSON reads a value as a caller of the API writes it.
func fromJSON[T any](t *testing.T, text string) *T {
	t.Helper()
	v := new(T)
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("reading %s: %v", text, err)
	}
	return v
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// wantErr fails unless err is want, or no error where want is nil.
func wantErr(t *testing.T, call string, err error, want *Error) {
	t.Helper()
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", call, err, want)
	}
}

const (
	sms = `"SmsConfiguration":{"SnsCallerArn":"arn:aws:iam::000000000000:role/sms"}`
	fn  = `arn:aws:lambda:us-east-1:000000000000:function:f`
)

// Each setting that a new pool can have wrong, or just right.
func TestNewPoolSettings(t *testing.T) {
	offered := func(setting, what string) *Error { return ErrNotOffered(setting, what) }
	lite := func(feature string) *Error { return errTierLacks(feature, cognito.UserPoolTierLite) }
	tests := []struct {
		name, in string
		want     *Error
	}{
		{"nothing", ``, nil},
		{"aliases", `"AliasAttributes":["email"]`, nil},
		{"aliases and username attributes", `"AliasAttributes":["email"],"UsernameAttributes":["email"]`, ErrAliasAndUsernameAttributes},
		{"empty aliases and username attributes", `"AliasAttributes":[],"UsernameAttributes":["email"]`, nil},
		{"required preferred_username as alias", `"AliasAttributes":["preferred_username"],"Schema":[{"Name":"preferred_username","Required":true}]`, ErrPreferredUsernameAlias},
		{"required preferred_username", `"Schema":[{"Name":"preferred_username","Required":true}]`, nil},

		{"both names of temporary days", `"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":3}},"AdminCreateUserConfig":{"UnusedAccountValidityDays":3}`, ErrUnusedAccountValidityDays},
		{"passkey alone", `"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["WEB_AUTHN"]}}`, ErrWebAuthnAlone},
		{"passkey and password", `"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","WEB_AUTHN"]}}`, nil},
		{"authenticator app first", `"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","SOFTWARE_TOKEN"]}}`, ErrSoftwareTokenFirstFactor},

		{"own sender without identity", `"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER"}`, ErrEmailSourceMissing},
		{"own sender", `"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER","SourceArn":"arn:aws:ses:us-east-1:000000000000:identity/a@example.com","From":"Ann <a@example.com>"}`, nil},
		{"From is no address", `"EmailConfiguration":{"From":"Ann\r\nBcc: b@example.com"}`, ErrEmailFrom},
		{"empty SMS configuration", `"SmsConfiguration":{}`, ErrSMSCallerMissing},
		{"SMS by either service", `"SmsConfiguration":{"SnsCallerArn":"arn:aws:iam::000000000000:role/sms","EumsSms":{"CallerArn":"arn:aws:iam::000000000000:role/sms"}}`, ErrSMSTwice},
		{"SMS from another Region", `"SmsConfiguration":{"EumsSms":{"CallerArn":"arn:aws:iam::000000000000:role/sms","Region":"eu-west-1"}}`, ErrSMSRegion},
		{"SMS from the pool's Region", `"SmsConfiguration":{"EumsSms":{"CallerArn":"arn:aws:iam::000000000000:role/sms","Region":"us-east-1"}}`, nil},
		{"verified phone without SMS", `"AutoVerifiedAttributes":["phone_number"]`, ErrSMSMissing},
		{"verified phone with SMS", `"AutoVerifiedAttributes":["phone_number"],` + sms, nil},
		{"update of what is not verified", `"UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]}`, ErrUpdateNotVerified},
		{"update of what is verified", `"AutoVerifiedAttributes":["email"],"UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]}`, nil},

		{"one function for tokens, twice", `"LambdaConfig":{"PreTokenGeneration":"` + fn + `","PreTokenGenerationConfig":{"LambdaVersion":"V1_0","LambdaArn":"` + fn + `"}}`, nil},
		{"two functions for tokens", `"LambdaConfig":{"PreTokenGeneration":"` + fn + `","PreTokenGenerationConfig":{"LambdaVersion":"V1_0","LambdaArn":"` + fn + `2"}}`, ErrPreTokenGenerationDiffers},
		{"version 3 for tokens", `"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaVersion":"V3_0","LambdaArn":"` + fn + `"}}`, nil},
		{"sender without key", `"LambdaConfig":{"CustomEmailSender":{"LambdaVersion":"V1_0","LambdaArn":"` + fn + `"}}`, ErrSenderWithoutKey},

		{"recovery by administrators", `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"admin_only"}]}`, nil},
		{"recovery by administrators and others", `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"},{"Priority":2,"Name":"admin_only"}]}`, ErrRecoveryAdminOnly},
		{"recovery with one priority", `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"},{"Priority":1,"Name":"verified_phone_number"}]}`, ErrRecoveryPriority},
		{"recovery mechanism twice", `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"},{"Priority":2,"Name":"verified_email"}]}`, ErrRecoveryTwice},

		{"renamed level", `"AcrConfiguration":{"Level1":{"AcrValue":"low"}}`, nil},
		{"level named like another's default", `"AcrConfiguration":{"Level1":{"AcrValue":"urn:cognito:loa:2"}}`, ErrAcrDuplicate},
		{"swapped levels", `"AcrConfiguration":{"Level1":{"AcrValue":"urn:cognito:loa:2"},"Level2":{"AcrValue":"urn:cognito:loa:1"}}`, nil},

		{"reserved tag", `"UserPoolTags":{"AWS:x":"1"}`, ErrTagging("Tag keys that begin with aws: are reserved.")},
		{"key of the service", `"KeyConfiguration":{"KeyType":"AWS_OWNED_KEY"}`, nil},
		{"key without its type", `"KeyConfiguration":{"KmsKeyArn":"arn:aws:kms:us-east-1:000000000000:key/k"}`, ErrKeyWithoutType},

		{"LITE", `"UserPoolTier":"LITE"`, nil},
		{"LITE with history", `"UserPoolTier":"LITE","Policies":{"PasswordPolicy":{"PasswordHistorySize":1}}`, lite("PasswordHistorySize")},
		{"LITE with no history", `"UserPoolTier":"LITE","Policies":{"PasswordPolicy":{"PasswordHistorySize":0}}`, nil},
		{"LITE with one-time codes", `"UserPoolTier":"LITE","Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","EMAIL_OTP"]}}`, lite("AllowedFirstAuthFactors")},
		{"LITE with access token trigger", `"UserPoolTier":"LITE","LambdaConfig":{"PreTokenGenerationConfig":{"LambdaVersion":"V2_0","LambdaArn":"` + fn + `"}}`, lite("Access token customization")},
		{"LITE with ID token trigger", `"UserPoolTier":"LITE","LambdaConfig":{"PreTokenGeneration":"` + fn + `"}`, nil},
		{"LITE with levels", `"UserPoolTier":"LITE","AcrConfiguration":{"Level1":{"AcrValue":"low"}}`, lite("AcrConfiguration")},
		{"LITE with registration", `"UserPoolTier":"LITE","DcrConfiguration":{}`, lite("DcrConfiguration")},
		{"LITE without registration", `"UserPoolTier":"LITE","DcrConfiguration":{"EnableStatus":"Disabled"}`, nil},
		{"ESSENTIALS with threat protection", `"UserPoolTier":"ESSENTIALS","UserPoolAddOns":{"AdvancedSecurityMode":"AUDIT"}`, errTierLacks("Threat protection", cognito.UserPoolTierEssentials)},

		{"MFA without SMS", `"MfaConfiguration":"ON"`, ErrMFAWithoutSMS},
		{"required MFA", `"MfaConfiguration":"ON",` + sms, nil},
		{"optional MFA", `"MfaConfiguration":"OPTIONAL",` + sms, nil},
		{"required MFA and one-time codes", `"MfaConfiguration":"ON",` + sms + `,"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","SMS_OTP"]}}`, ErrFirstFactorWithMFA(cognito.AuthFactorSmsOtp)},
		{"required MFA and passkeys", `"MfaConfiguration":"ON",` + sms + `,"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","WEB_AUTHN"]}}`, ErrFirstFactorWithMFA(cognito.AuthFactorWebAuthn)},
		{"optional MFA and one-time codes", `"MfaConfiguration":"OPTIONAL",` + sms + `,"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","SMS_OTP"]}}`, nil},
		{"threat protection brings its plan", `"UserPoolAddOns":{"AdvancedSecurityMode":"ENFORCED"}`, offered("UserPoolAddOns", "threat protection")},
		{"threat protection of custom sign-in", `"UserPoolAddOns":{"AdvancedSecurityMode":"OFF","AdvancedSecurityAdditionalFlows":{"CustomAuthMode":"AUDIT"}}`, offered("UserPoolAddOns", "threat protection")},
		{"no threat protection", `"UserPoolAddOns":{"AdvancedSecurityMode":"OFF"}`, nil},
		{"customer key", `"KeyConfiguration":{"KeyType":"CUSTOMER_MANAGED_KEY","KmsKeyArn":"arn:aws:kms:us-east-1:000000000000:key/k"}`, offered("KeyConfiguration CUSTOMER_MANAGED_KEY", "customer managed keys")},
		{"SMS sender", `"LambdaConfig":{"KMSKeyID":"arn:aws:kms:us-east-1:000000000000:key/k","CustomSMSSender":{"LambdaVersion":"V1_0","LambdaArn":"` + fn + `"}}`, nil},
		{"e-mail sender", `"LambdaConfig":{"KMSKeyID":"arn:aws:kms:us-east-1:000000000000:key/k","CustomEmailSender":{"LambdaVersion":"V1_0","LambdaArn":"` + fn + `"}}`, nil},
		{"custom sign-in: define", `"LambdaConfig":{"DefineAuthChallenge":"` + fn + `"}`, nil},
		{"custom sign-in: create", `"LambdaConfig":{"CreateAuthChallenge":"` + fn + `"}`, nil},
		{"custom sign-in: verify", `"LambdaConfig":{"VerifyAuthChallengeResponse":"` + fn + `"}`, nil},
		{"inbound federation", `"LambdaConfig":{"InboundFederation":{"LambdaVersion":"V1_0","LambdaArn":"` + fn + `"}}`, offered("InboundFederation", "federation")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := `{"PoolName":"x"}`
			if tt.in != "" {
				in = `{"PoolName":"x",` + tt.in + `}`
			}
			_, err := NewPoolSettings(fromJSON[cognito.CreateUserPoolRequest](t, in), "us-east-1")
			wantErr(t, "NewPoolSettings("+in+")", err, tt.want)
		})
	}
}

// What a setting looks like once it was made complete.
func TestNewPoolSettingsShown(t *testing.T) {
	policy := func(p *cognito.UserPoolType) any { return p.Policies.PasswordPolicy }
	tests := []struct {
		name, in string
		of       func(*cognito.UserPoolType) any
		want     string
	}{
		{
			"password policy without members", `"Policies":{"PasswordPolicy":{}}`, policy,
			`{"MinimumLength":8,"RequireUppercase":false,"RequireLowercase":false,"RequireNumbers":false,"RequireSymbols":false,"TemporaryPasswordValidityDays":7}`,
		},
		{
			"password policy", `"Policies":{"PasswordPolicy":{"MinimumLength":12,"RequireSymbols":true,"PasswordHistorySize":4,"TemporaryPasswordValidityDays":0}}`, policy,
			`{"MinimumLength":12,"RequireUppercase":false,"RequireLowercase":false,"RequireNumbers":false,"RequireSymbols":true,"PasswordHistorySize":4,"TemporaryPasswordValidityDays":7}`,
		},
		{
			"sign-in policy alone", `"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","EMAIL_OTP"]}}`, policy,
			`{"MinimumLength":8,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":true,"TemporaryPasswordValidityDays":7}`,
		},
		{
			"old name of temporary days", `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":30}`,
			func(p *cognito.UserPoolType) any {
				return []any{p.AdminCreateUserConfig, p.Policies.PasswordPolicy.TemporaryPasswordValidityDays}
			},
			`[{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":30},30]`,
		},
		{
			"old names of templates", `"SmsVerificationMessage":"sms {####}","EmailVerificationMessage":"mail {####}","EmailVerificationSubject":"subject"`,
			func(p *cognito.UserPoolType) any { return p.VerificationMessageTemplate },
			`{"SmsMessage":"sms {####}","EmailMessage":"mail {####}","EmailSubject":"subject","DefaultEmailOption":"CONFIRM_WITH_CODE"}`,
		},
		{
			"templates win", `"EmailVerificationMessage":"old {####}","VerificationMessageTemplate":{"EmailMessage":"new {####}","DefaultEmailOption":"CONFIRM_WITH_LINK"}`,
			func(p *cognito.UserPoolType) any {
				return []any{p.EmailVerificationMessage, p.VerificationMessageTemplate}
			},
			`["new {####}",{"EmailMessage":"new {####}","DefaultEmailOption":"CONFIRM_WITH_LINK"}]`,
		},
		{
			"e-mail", `"EmailConfiguration":{"ReplyToEmailAddress":"a@example.com"}`,
			func(p *cognito.UserPoolType) any { return p.EmailConfiguration },
			`{"ReplyToEmailAddress":"a@example.com","EmailSendingAccount":"COGNITO_DEFAULT"}`,
		},
		{
			"token trigger by its old name", `"LambdaConfig":{"PreTokenGeneration":"` + fn + `"}`,
			func(p *cognito.UserPoolType) any { return p.LambdaConfig },
			`{"PreTokenGeneration":"` + fn + `","PreTokenGenerationConfig":{"LambdaVersion":"V1_0","LambdaArn":"` + fn + `"}}`,
		},
		{
			"token trigger with version", `"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaVersion":"V2_0","LambdaArn":"` + fn + `"}}`,
			func(p *cognito.UserPoolType) any { return p.LambdaConfig },
			`{"PreTokenGeneration":"` + fn + `","PreTokenGenerationConfig":{"LambdaVersion":"V2_0","LambdaArn":"` + fn + `"}}`,
		},
		{
			"recovery without mechanisms", `"AccountRecoverySetting":{}`,
			func(p *cognito.UserPoolType) any { return p.AccountRecoverySetting }, `null`,
		},
		{
			"client registration", `"DcrConfiguration":{"AllowedScopes":["a/b"]}`,
			func(p *cognito.UserPoolType) any { return p.DcrConfiguration },
			`{"EnableStatus":"Enabled","OpenDcrEnabled":false,"AllowedScopes":["a/b"]}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := NewPoolSettings(fromJSON[cognito.CreateUserPoolRequest](t, `{"PoolName":"x",`+tt.in+`}`), "us-east-1")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, toJSON(t, tt.of(s))); diff != "" {
				t.Errorf("NewPoolSettings(%s) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}
