package idp

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

// rich is a pool with as many settings as there can be.
const rich = `{"PoolName":"rich","DeletionProtection":"ACTIVE","UserPoolTags":{"a":"1"},"UsernameAttributes":["email"],
	"UsernameConfiguration":{"CaseSensitive":false},"Schema":[{"Name":"x","AttributeDataType":"String"}],
	"Policies":{"PasswordPolicy":{"MinimumLength":10,"PasswordHistorySize":2},"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","EMAIL_OTP"]}},
	"LambdaConfig":{"PreSignUp":"` + fn + `"},"AutoVerifiedAttributes":["email"],` + sms + `,
	"UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]},
	"VerificationMessageTemplate":{"EmailMessage":"mail {####}"},"SmsAuthenticationMessage":"code {####}",
	"EmailConfiguration":{"From":"a@example.com"},"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true},
	"UserPoolAddOns":{"AdvancedSecurityMode":"OFF"},"DcrConfiguration":{},"AcrConfiguration":{"Level1":{"AcrValue":"low"}},
	"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"}]},
	"KeyConfiguration":{"KeyType":"AWS_OWNED_KEY"},"IssuerConfiguration":{"Type":"UPDATED"},"UserPoolTier":"PLUS"}`

func newPool(t *testing.T, in string) *cognito.UserPoolType {
	t.Helper()
	s, err := NewPoolSettings(fromJSON[cognito.CreateUserPoolRequest](t, in), "us-east-1")
	if err != nil {
		t.Fatalf("NewPoolSettings(%s): %v", in, err)
	}
	return s
}

// An update that says nothing puts every setting back to its default, but for
// those that stay.
func TestChangePoolSettingsDefaults(t *testing.T) {
	was := newPool(t, rich)
	was.ID, was.Domain, was.CustomDomain = "us-east-1_a", "d", "auth.example.com"
	got, _, err := ChangePoolSettings(&UserPool{Settings: *was}, &cognito.UpdateUserPoolRequest{}, "us-east-1")
	if err != nil {
		t.Fatal(err)
	}

	want := newPool(t, `{"PoolName":"rich"}`)
	want.ID, want.Domain, want.CustomDomain = was.ID, was.Domain, was.CustomDomain
	want.UserPoolTier = was.UserPoolTier
	want.UserPoolTags = was.UserPoolTags
	want.DcrConfiguration = was.DcrConfiguration
	want.SchemaAttributes = was.SchemaAttributes
	want.UsernameAttributes = was.UsernameAttributes
	want.UsernameConfiguration = was.UsernameConfiguration
	want.Policies.SignInPolicy = was.Policies.SignInPolicy
	if diff := cmp.Diff(toJSON(t, want), toJSON(t, got)); diff != "" {
		t.Errorf("ChangePoolSettings() (-want +got):\n%s", diff)
	}
}

func TestChangePoolSettings(t *testing.T) {
	tests := []struct {
		name, was, in string
		of            func(*cognito.UserPoolType) any
		want          string
		wantErr       *Error
	}{
		{
			name: "policies without sign-in policy", was: rich, in: `{"Policies":{"PasswordPolicy":{"MinimumLength":9}}}`,
			of: func(p *cognito.UserPoolType) any { return p.Policies.SignInPolicy }, want: `{"AllowedFirstAuthFactors":["PASSWORD"]}`,
		},
		{
			name: "name", was: rich, in: `{"PoolName":"new"}`,
			of: func(p *cognito.UserPoolType) any { return p.Name }, want: `"new"`,
		},
		{
			name: "tags", was: rich, in: `{"UserPoolTags":{"b":"2"}}`,
			of: func(p *cognito.UserPoolType) any { return p.UserPoolTags }, want: `{"b":"2"}`,
		},
		{
			name: "no tags", was: rich, in: `{"UserPoolTags":{}}`,
			of: func(p *cognito.UserPoolType) any { return p.UserPoolTags }, want: `{}`,
		},
		{
			name: "client registration is replaced whole", was: `{"PoolName":"x","DcrConfiguration":{"EnableStatus":"Disabled","OpenDcrEnabled":true}}`, in: `{"DcrConfiguration":{"AllowedScopes":["a/b"]}}`,
			of: func(p *cognito.UserPoolType) any { return p.DcrConfiguration }, want: `{"EnableStatus":"Enabled","OpenDcrEnabled":false,"AllowedScopes":["a/b"]}`,
		},
		{
			name: "smaller plan", was: `{"PoolName":"x"}`, in: `{"UserPoolTier":"LITE"}`,
			of: func(p *cognito.UserPoolType) any { return p.UserPoolTier }, want: `"LITE"`,
		},
		{
			name: "smaller plan with sign-in policy that stays", was: rich, in: `{"UserPoolTier":"LITE"}`,
			wantErr: ErrTierChange("AllowedFirstAuthFactors", cognito.UserPoolTierLite),
		},
		{
			name: "smaller plan with client registration that stays", was: `{"PoolName":"x","DcrConfiguration":{}}`, in: `{"UserPoolTier":"LITE"}`,
			wantErr: ErrTierChange("DcrConfiguration", cognito.UserPoolTierLite),
		},
		{
			name: "smaller plan that switches client registration off", was: `{"PoolName":"x","DcrConfiguration":{}}`, in: `{"UserPoolTier":"LITE","DcrConfiguration":{"EnableStatus":"Disabled"}}`,
			of: func(p *cognito.UserPoolType) any { return p.UserPoolTier }, want: `"LITE"`,
		},
		{
			name: "feature above the plan", was: `{"PoolName":"x","UserPoolTier":"LITE"}`, in: `{"Policies":{"PasswordPolicy":{"PasswordHistorySize":3}}}`,
			wantErr: errTierLacks("PasswordHistorySize", cognito.UserPoolTierLite),
		},
		{
			name: "feature of a larger plan", was: `{"PoolName":"x","UserPoolTier":"LITE"}`, in: `{"UserPoolTier":"ESSENTIALS","Policies":{"PasswordPolicy":{"PasswordHistorySize":3}}}`,
			of: func(p *cognito.UserPoolType) any { return p.Policies.PasswordPolicy.PasswordHistorySize }, want: `3`,
		},
		{
			name: "auto verified attribute that updates need", was: rich, in: `{"UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]}}`,
			wantErr: ErrUpdateNotVerified,
		},
		{
			name: "MFA", was: rich, in: `{"MfaConfiguration":"OPTIONAL",` + sms + `}`,
			of: func(p *cognito.UserPoolType) any { return p.MfaConfiguration }, want: `"OPTIONAL"`,
		},
		{name: "MFA without SMS", was: rich, in: `{"MfaConfiguration":"OPTIONAL"}`, wantErr: ErrMFAWithoutSMS},
		{name: "MFA beside codes that stay", was: rich, in: `{"MfaConfiguration":"ON",` + sms + `}`, wantErr: ErrFirstFactorWithMFA(cognito.AuthFactorEmailOtp)},
		{name: "reserved tags", was: rich, in: `{"UserPoolTags":{"aws:x":""}}`, wantErr: ErrTagging("Tag keys that begin with aws: are reserved.")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			was := newPool(t, tt.was)
			before := toJSON(t, was)
			got, _, err := ChangePoolSettings(&UserPool{Settings: *was}, fromJSON[cognito.UpdateUserPoolRequest](t, tt.in), "us-east-1")
			wantErr(t, "ChangePoolSettings("+tt.in+")", err, tt.wantErr)
			if tt.of != nil && err == nil {
				if diff := cmp.Diff(tt.want, toJSON(t, tt.of(got))); diff != "" {
					t.Errorf("ChangePoolSettings(%s) (-want +got):\n%s", tt.in, diff)
				}
			}
			if diff := cmp.Diff(before, toJSON(t, was)); diff != "" {
				t.Errorf("ChangePoolSettings(%s) changed what was (-before +after):\n%s", tt.in, diff)
			}
		})
	}
}

func TestCheckDeletable(t *testing.T) {
	tests := []struct {
		name string
		s    cognito.UserPoolType
		want *Error
	}{
		{"free", cognito.UserPoolType{DeletionProtection: cognito.DeletionProtectionInactive}, nil},
		{"protected", cognito.UserPoolType{DeletionProtection: cognito.DeletionProtectionActive, Domain: "d"}, ErrDeletionProtected},
		{"with a domain", cognito.UserPoolType{Domain: "d"}, ErrPoolHasDomain},
		{"with a domain of its own", cognito.UserPoolType{CustomDomain: "auth.example.com"}, ErrPoolHasDomain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantErr(t, "CheckDeletable()", (&UserPool{Settings: tt.s}).CheckDeletable(), tt.want)
		})
	}
}
