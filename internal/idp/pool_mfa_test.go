package idp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

const (
	ownMail    = `"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER","SourceArn":"arn:aws:ses:us-east-1:000000000000:identity/a@example.com"}`
	byMail     = `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"}]}`
	authTokens = `"SoftwareTokenMfaConfiguration":{"Enabled":true}`
	strongKeys = `"WebAuthnConfiguration":{"FactorConfiguration":"MULTI_FACTOR_WITH_USER_VERIFICATION"}`
)

func firstFactors(names string) string {
	return `"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD",` + names + `]}}`
}

// poolWith makes a pool from members of a CreateUserPool request.
func poolWith(t *testing.T, members string) *UserPool {
	t.Helper()
	in := `{"PoolName":"x"}`
	if members != "" {
		in = `{"PoolName":"x",` + members + `}`
	}
	return &UserPool{Settings: *newPool(t, in)}
}

func setMFA(t *testing.T, p *UserPool, in string) error {
	t.Helper()
	return p.SetMFA(fromJSON[cognito.SetUserPoolMfaConfigRequest](t, in), "us-east-1")
}

func TestSetMFA(t *testing.T) {
	tests := []struct {
		name, pool, in string
		want           *Error
	}{
		{"nothing", ``, `{}`, nil},
		{"off", ``, `{"MfaConfiguration":"OFF"}`, nil},
		{"factor without a mode", ``, `{` + authTokens + `}`, ErrMFAOffWithFactor},
		{"factor that is off without a mode", ``, `{"SoftwareTokenMfaConfiguration":{"Enabled":false}}`, ErrMFAOffWithFactor},
		{"off with text messages", sms, `{"MfaConfiguration":"OFF","SmsMfaConfiguration":{}}`, ErrMFAOffWithFactor},
		{"off with e-mail", ownMail, `{"MfaConfiguration":"OFF","EmailMfaConfiguration":{}}`, ErrMFAOffWithFactor},
		{"off with passkeys", ``, `{"WebAuthnConfiguration":{"RelyingPartyId":"example.com"}}`, nil},
		{"on without a factor", ``, `{"MfaConfiguration":"ON"}`, ErrMFAWithoutFactor},
		{"optional without a factor", sms, `{"MfaConfiguration":"OPTIONAL"}`, ErrMFAWithoutFactor},
		{"on with passkeys alone", ``, `{"MfaConfiguration":"ON",` + strongKeys + `}`, ErrMFAWithoutFactor},
		{"on with a factor that is off", ``, `{"MfaConfiguration":"ON","SoftwareTokenMfaConfiguration":{"Enabled":false}}`, ErrMFAWithoutFactor},
		{"on with authenticators", ``, `{"MfaConfiguration":"ON",` + authTokens + `}`, nil},

		{"text messages without a way to send them", ``, `{"MfaConfiguration":"ON","SmsMfaConfiguration":{"SmsAuthenticationMessage":"{####}"}}`, ErrSMSMFAMissing},
		{"text messages as the pool sends them", sms, `{"MfaConfiguration":"ON","SmsMfaConfiguration":{}}`, nil},
		{"text messages with a way to send them", ``, `{"MfaConfiguration":"ON","SmsMfaConfiguration":{` + sms + `}}`, nil},
		{"text messages with half a way to send them", ``, `{"MfaConfiguration":"ON","SmsMfaConfiguration":{"SmsConfiguration":{}}}`, ErrSMSCallerMissing},

		{"e-mail of the service", ``, `{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{}}`, ErrEmailMFASender},
		{"e-mail of the pool", ownMail, `{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{}}`, nil},
		{"e-mail and recovery by e-mail", ownMail + `,` + byMail, `{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{}}`, ErrEmailMFARecovery},
		{"e-mail and recovery by both", ownMail + `,"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"},{"Priority":2,"Name":"verified_phone_number"}]}`, `{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{}}`, nil},
		{"e-mail with a long subject", ownMail, `{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{"Subject":"` + strings.Repeat("ü", 140) + `"}}`, nil},
		{"e-mail with too long a subject", ownMail, `{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{"Subject":"` + strings.Repeat("ü", 141) + `"}}`, ErrEmailMFASubject},
		{"e-mail in LITE", `"UserPoolTier":"LITE",` + ownMail, `{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{}}`, errTierLacks("EmailMfaConfiguration", cognito.UserPoolTierLite)},
		{"passkeys in LITE", `"UserPoolTier":"LITE"`, `{"WebAuthnConfiguration":{}}`, errTierLacks("WebAuthnConfiguration", cognito.UserPoolTierLite)},
		{"authenticators in LITE", `"UserPoolTier":"LITE"`, `{"MfaConfiguration":"ON",` + authTokens + `}`, nil},

		{"on with codes to begin with", firstFactors(`"EMAIL_OTP"`), `{"MfaConfiguration":"ON",` + authTokens + `}`, ErrFirstFactorWithMFA(cognito.AuthFactorEmailOtp)},
		{"on with codes and strong passkeys to begin with", firstFactors(`"SMS_OTP","WEB_AUTHN"`), `{"MfaConfiguration":"ON",` + authTokens + `,` + strongKeys + `}`, ErrFirstFactorWithMFA(cognito.AuthFactorSmsOtp)},
		{"on with passkeys to begin with", firstFactors(`"WEB_AUTHN"`), `{"MfaConfiguration":"ON",` + authTokens + `}`, ErrFirstFactorWithMFA(cognito.AuthFactorWebAuthn)},
		{"on with strong passkeys to begin with", firstFactors(`"WEB_AUTHN"`), `{"MfaConfiguration":"ON",` + authTokens + `,` + strongKeys + `}`, nil},
		{"optional with codes to begin with", firstFactors(`"EMAIL_OTP"`), `{"MfaConfiguration":"OPTIONAL",` + authTokens + `}`, nil},

		{"relying party of everybody", ``, `{"WebAuthnConfiguration":{"RelyingPartyId":"co.uk"}}`, ErrRelyingPartySuffix},
		{"relying party with a scheme", ``, `{"WebAuthnConfiguration":{"RelyingPartyId":"https://example.com"}}`, ErrRelyingPartyName},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := poolWith(t, tt.pool)
			before := toJSON(t, p)
			wantErr(t, "SetMFA("+tt.in+")", setMFA(t, p, tt.in), tt.want)
			if after := toJSON(t, p); tt.want != nil && after != before {
				t.Errorf("SetMFA(%s) refused and changed the pool (-before +after):\n%s", tt.in, cmp.Diff(before, after))
			}
		})
	}
}

// What GetUserPoolMfaConfig shows after one call and another.
func TestMFAConfig(t *testing.T) {
	tests := []struct {
		name, pool string
		calls      []string
		want       string
	}{
		{"new pool", ``, nil, `{"MfaConfiguration":"OFF"}`},
		{"new pool that can send text messages", sms, nil, `{"MfaConfiguration":"OFF"}`},
		{"new pool with MFA", `"MfaConfiguration":"ON",` + sms, nil, `{"SmsMfaConfiguration":{` + sms + `},"MfaConfiguration":"ON"}`},
		{"authenticators", ``, []string{`{"MfaConfiguration":"OPTIONAL",` + authTokens + `}`}, `{` + authTokens + `,"MfaConfiguration":"OPTIONAL"}`},
		{
			"each call sets all factors anew", ownMail,
			[]string{`{"MfaConfiguration":"OPTIONAL",` + authTokens + `,` + strongKeys + `}`, `{"MfaConfiguration":"ON","EmailMfaConfiguration":{"Subject":"s","Message":"{####}!"}}`},
			`{"EmailMfaConfiguration":{"Message":"{####}!","Subject":"s"},"MfaConfiguration":"ON"}`,
		},
		{
			"off drops the factors", ownMail,
			[]string{`{"MfaConfiguration":"OPTIONAL",` + authTokens + `,"EmailMfaConfiguration":{}}`, `{"WebAuthnConfiguration":{"RelyingPartyId":"example.com"}}`},
			`{"MfaConfiguration":"OFF","WebAuthnConfiguration":{"RelyingPartyId":"example.com","UserVerification":"preferred"}}`,
		},
		{
			"passkeys", ``,
			[]string{`{"WebAuthnConfiguration":{"UserVerification":"required","FactorConfiguration":"SINGLE_FACTOR"}}`},
			`{"MfaConfiguration":"OFF","WebAuthnConfiguration":{"UserVerification":"required","FactorConfiguration":"SINGLE_FACTOR"}}`,
		},
		{
			"text messages: what is left out stays", `"SmsAuthenticationMessage":"pool {####}",` + sms,
			[]string{`{"MfaConfiguration":"ON","SmsMfaConfiguration":{}}`},
			`{"SmsMfaConfiguration":{"SmsAuthenticationMessage":"pool {####}",` + sms + `},"MfaConfiguration":"ON"}`,
		},
		{
			"text messages: what is given", `"SmsAuthenticationMessage":"pool {####}"`,
			[]string{`{"MfaConfiguration":"ON","SmsMfaConfiguration":{"SmsAuthenticationMessage":"mfa {####}",` + sms + `}}`},
			`{"SmsMfaConfiguration":{"SmsAuthenticationMessage":"mfa {####}",` + sms + `},"MfaConfiguration":"ON"}`,
		},
		{
			"text messages come with the means to send them", sms,
			[]string{`{"MfaConfiguration":"ON",` + authTokens + `}`},
			`{"SmsMfaConfiguration":{` + sms + `},` + authTokens + `,"MfaConfiguration":"ON"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := poolWith(t, tt.pool)
			for _, in := range tt.calls {
				wantErr(t, "SetMFA("+in+")", setMFA(t, p, in), nil)
			}
			if d := cmp.Diff(tt.want, toJSON(t, p.MFAConfig())); d != "" {
				t.Errorf("MFAConfig() (-want +got):\n%s", d)
			}
		})
	}
}

// UpdateUserPool keeps the factors that are set while MFA stays on, and
// refuses what does not go with them.
func TestChangePoolSettingsOfFactors(t *testing.T) {
	both := `{"MfaConfiguration":"ON",` + authTokens + `,"EmailMfaConfiguration":{}}`
	tests := []struct {
		name, pool, mfa, in string
		want                string // of MFAConfig
		wantErr             *Error
	}{
		{"still on", ``, `{"MfaConfiguration":"ON",` + authTokens + `}`, `{"MfaConfiguration":"ON"}`, `{` + authTokens + `,"MfaConfiguration":"ON"}`, nil},
		{"from on to optional", ownMail, both, `{"MfaConfiguration":"OPTIONAL",` + ownMail + `}`, `{` + authTokens + `,"EmailMfaConfiguration":{},"MfaConfiguration":"OPTIONAL"}`, nil},
		{"off", ownMail, both, `{}`, `{"MfaConfiguration":"OFF"}`, nil},
		{"off, which passkeys do not mind", ``, `{"WebAuthnConfiguration":{}}`, `{}`, `{"MfaConfiguration":"OFF","WebAuthnConfiguration":{"UserVerification":"preferred"}}`, nil},
		{"on again without factors", ``, `{}`, `{"MfaConfiguration":"ON"}`, ``, ErrMFAWithoutSMS},
		{"text messages go", sms, `{"MfaConfiguration":"ON",` + authTokens + `,"SmsMfaConfiguration":{}}`, `{"MfaConfiguration":"ON"}`, `{` + authTokens + `,"MfaConfiguration":"ON"}`, nil},
		{"text messages go, the only factor", sms, `{"MfaConfiguration":"ON","SmsMfaConfiguration":{}}`, `{"MfaConfiguration":"ON"}`, ``, ErrMFAWithoutSMS},
		{"sender goes", ownMail, both, `{"MfaConfiguration":"ON"}`, ``, ErrEmailMFASender},
		{"recovery by e-mail comes", ownMail, both, `{"MfaConfiguration":"ON",` + ownMail + `,` + byMail + `}`, ``, ErrEmailMFARecovery},
		{"codes to begin with come", ``, `{"MfaConfiguration":"ON",` + authTokens + `}`, `{"MfaConfiguration":"ON",` + firstFactors(`"EMAIL_OTP"`) + `}`, ``, ErrFirstFactorWithMFA(cognito.AuthFactorEmailOtp)},
		{"strong passkeys to begin with come", ``, `{"MfaConfiguration":"ON",` + authTokens + `,` + strongKeys + `}`, `{"MfaConfiguration":"ON",` + firstFactors(`"WEB_AUTHN"`) + `}`,
			`{` + authTokens + `,"MfaConfiguration":"ON","WebAuthnConfiguration":{"UserVerification":"preferred","FactorConfiguration":"MULTI_FACTOR_WITH_USER_VERIFICATION"}}`, nil},
		{"smaller plan with e-mail", ownMail, both, `{"MfaConfiguration":"ON","UserPoolTier":"LITE",` + ownMail + `}`, ``, ErrTierChange("EmailMfaConfiguration", cognito.UserPoolTierLite)},
		{"smaller plan with passkeys", ``, `{"WebAuthnConfiguration":{}}`, `{"UserPoolTier":"LITE"}`, ``, ErrTierChange("WebAuthnConfiguration", cognito.UserPoolTierLite)},
		{"smaller plan that turns MFA off", ownMail, both, `{"UserPoolTier":"LITE"}`, `{"MfaConfiguration":"OFF"}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := poolWith(t, tt.pool)
			wantErr(t, "SetMFA("+tt.mfa+")", setMFA(t, p, tt.mfa), nil)
			before := toJSON(t, p)
			settings, features, err := ChangePoolSettings(p, fromJSON[cognito.UpdateUserPoolRequest](t, tt.in), "us-east-1")
			wantErr(t, "ChangePoolSettings("+tt.in+")", err, tt.wantErr)
			if after := toJSON(t, p); after != before {
				t.Errorf("ChangePoolSettings(%s) changed what was (-before +after):\n%s", tt.in, cmp.Diff(before, after))
			}
			if err != nil {
				return
			}
			changed := &UserPool{Settings: *settings, Features: features}
			if d := cmp.Diff(tt.want, toJSON(t, changed.MFAConfig())); d != "" {
				t.Errorf("MFAConfig() after ChangePoolSettings(%s) (-want +got):\n%s", tt.in, d)
			}
		})
	}
}
