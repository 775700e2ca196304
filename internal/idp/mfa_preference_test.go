package idp

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

// preference reads what a caller sends to SetUserMFAPreference.
func preference(t *testing.T, text string) MFAPreference {
	t.Helper()
	in := fromJSON[cognito.AdminSetUserMFAPreferenceRequest](t, text)
	return MFAPreference{
		SMS:           (*FactorPreference)(in.SMSMfaSettings),
		SoftwareToken: (*FactorPreference)(in.SoftwareTokenMfaSettings),
		Email:         (*FactorPreference)(in.EmailMfaSettings),
		WebAuthn:      in.WebAuthnMfaSettings,
	}
}

func TestSetMFAPreference(t *testing.T) {
	const (
		offMFA, optional, on = cognito.UserPoolMfaOff, cognito.UserPoolMfaOptional, cognito.UserPoolMfaOn
		everything           = "phone mail token"
	)
	all := mfaPool(optional, "sms token mail")
	strong := mfaPool(optional, "sms token mail")
	strong.Features.MFA.WebAuthn = &cognito.WebAuthnConfigurationType{FactorConfiguration: cognito.WebAuthnFactorConfigurationMultiFactorWithUserVerification}
	withPasskeys := func(u *User) *User { u.Factors.WebAuthn = true; return u }
	type names = []cognito.ChallengeNameType
	tests := []struct {
		name string
		pool *UserPool
		user *User
		in   string
		want Factors // SoftwareToken is not looked at
		err  *Error
	}{
		{"nothing", all, mfaUser(everything, tokenMFA, tokenMFA), `{}`, Factors{Enabled: names{tokenMFA}, Preferred: tokenMFA}, nil},
		{"on", all, mfaUser(everything, ""), `{"EmailMfaSettings":{"Enabled":true}}`, Factors{Enabled: names{mailMFA}}, nil},
		{"on and preferred", all, mfaUser(everything, ""), `{"SMSMfaSettings":{"Enabled":true,"PreferredMfa":true}}`, Factors{Enabled: names{smsMFA}, Preferred: smsMFA}, nil},
		{"all of them, in a fixed order", all, mfaUser(everything, "", mailMFA), `{"SoftwareTokenMfaSettings":{"Enabled":true},"SMSMfaSettings":{"Enabled":true}}`, Factors{Enabled: names{smsMFA, tokenMFA, mailMFA}}, nil},
		{"a new preference ends the former", all, mfaUser(everything, smsMFA, smsMFA, tokenMFA), `{"SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}}`, Factors{Enabled: names{smsMFA, tokenMFA}, Preferred: tokenMFA}, nil},
		{"an earlier preference ends a later one", all, mfaUser(everything, mailMFA, mailMFA), `{"SMSMfaSettings":{"Enabled":true,"PreferredMfa":true},"EmailMfaSettings":{"Enabled":true,"PreferredMfa":false}}`, Factors{Enabled: names{smsMFA, mailMFA}, Preferred: smsMFA}, nil},
		{"no longer preferred", all, mfaUser(everything, smsMFA, smsMFA), `{"SMSMfaSettings":{"Enabled":true,"PreferredMfa":false}}`, Factors{Enabled: names{smsMFA}}, nil},
		{"on again keeps the preference", all, mfaUser(everything, smsMFA, smsMFA), `{"SMSMfaSettings":{"Enabled":true}}`, Factors{Enabled: names{smsMFA}, Preferred: smsMFA}, nil},
		{"off drops the preference", all, mfaUser(everything, smsMFA, smsMFA, tokenMFA), `{"SMSMfaSettings":{"Enabled":false}}`, Factors{Enabled: names{tokenMFA}}, nil},
		{"the last one off", all, mfaUser(everything, smsMFA, smsMFA), `{"SMSMfaSettings":{"Enabled":false,"PreferredMfa":false}}`, Factors{}, nil},
		{"off of what is gone", all, mfaUser("", smsMFA, smsMFA), `{"SMSMfaSettings":{"Enabled":false}}`, Factors{}, nil},
		{"preferred alone, of what is on", all, mfaUser(everything, "", smsMFA), `{"SMSMfaSettings":{"PreferredMfa":true}}`, Factors{Enabled: names{smsMFA}, Preferred: smsMFA}, nil},
		{"preferred alone, of what is off", all, mfaUser(everything, ""), `{"SMSMfaSettings":{"PreferredMfa":true}}`, Factors{}, ErrPreferredOff},
		{"preferred and off", all, mfaUser(everything, "", smsMFA), `{"SMSMfaSettings":{"Enabled":false,"PreferredMfa":true}}`, Factors{}, ErrPreferredOff},
		{"two preferred", all, mfaUser(everything, ""), `{"SMSMfaSettings":{"Enabled":true,"PreferredMfa":true},"EmailMfaSettings":{"Enabled":true,"PreferredMfa":true}}`, Factors{}, ErrPreferredTwice},

		{"no phone number", all, mfaUser("mail token", ""), `{"SMSMfaSettings":{"Enabled":true}}`, Factors{}, ErrFactorNotPossible(smsMFA)},
		{"no authenticator", all, mfaUser("phone mail", ""), `{"SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}}`, Factors{}, ErrFactorNotPossible(tokenMFA)},
		{"no e-mail address", all, mfaUser("phone token", ""), `{"EmailMfaSettings":{"Enabled":true}}`, Factors{}, ErrFactorNotPossible(mailMFA)},
		{"one possible, one not", all, mfaUser("phone", ""), `{"SMSMfaSettings":{"Enabled":true},"EmailMfaSettings":{"Enabled":true}}`, Factors{}, ErrFactorNotPossible(mailMFA)},
		{"not offered", mfaPool(optional, "token"), mfaUser(everything, ""), `{"EmailMfaSettings":{"Enabled":true}}`, Factors{}, ErrFactorNotPossible(mailMFA)},
		{"authenticator from before", mfaPool(optional, "sms"), mfaUser(everything, ""), `{"SoftwareTokenMfaSettings":{"Enabled":true}}`, Factors{Enabled: names{tokenMFA}}, nil},
		{"in advance", mfaPool(offMFA, ""), mfaUser(everything, ""), `{"EmailMfaSettings":{"Enabled":true,"PreferredMfa":true}}`, Factors{Enabled: names{mailMFA}, Preferred: mailMFA}, nil},
		{"in advance without the means", mfaPool(offMFA, ""), mfaUser("", ""), `{"EmailMfaSettings":{"Enabled":true}}`, Factors{}, ErrFactorNotPossible(mailMFA)},
		{"off where MFA is required", mfaPool(on, "sms token"), mfaUser(everything, smsMFA, smsMFA), `{"SMSMfaSettings":{"Enabled":false}}`, Factors{}, nil},

		{"passkeys", strong, mfaUser(everything, "", smsMFA), `{"WebAuthnMfaSettings":{"Enabled":true}}`, Factors{Enabled: names{smsMFA}, WebAuthn: true}, nil},
		{"passkeys with another factor in one call", strong, mfaUser(everything, ""), `{"WebAuthnMfaSettings":{"Enabled":true},"SMSMfaSettings":{"Enabled":true}}`, Factors{Enabled: names{smsMFA}, WebAuthn: true}, nil},
		{"passkeys alone", strong, mfaUser(everything, ""), `{"WebAuthnMfaSettings":{"Enabled":true}}`, Factors{}, ErrPasskeysAlone},
		{"passkeys stay alone", strong, withPasskeys(mfaUser(everything, "", smsMFA)), `{"SMSMfaSettings":{"Enabled":false}}`, Factors{}, ErrPasskeysAlone},
		{"passkeys off", strong, withPasskeys(mfaUser(everything, "", smsMFA)), `{"WebAuthnMfaSettings":{"Enabled":false},"SMSMfaSettings":{"Enabled":false}}`, Factors{}, nil},
		{"passkeys that are one factor", all, mfaUser(everything, "", smsMFA), `{"WebAuthnMfaSettings":{"Enabled":true}}`, Factors{}, ErrPasskeysNoFactor},
		{"passkeys off where they are one factor", all, withPasskeys(mfaUser(everything, "", smsMFA)), `{"WebAuthnMfaSettings":{"Enabled":false}}`, Factors{Enabled: names{smsMFA}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if tt.err != nil {
				want = tt.user.Clone().Factors // nothing changes
			}
			wantErr(t, "SetMFAPreference("+tt.in+")", tt.user.SetMFAPreference(tt.pool, preference(t, tt.in)), tt.err)
			want.SoftwareToken = tt.user.Factors.SoftwareToken
			if d := cmp.Diff(want, tt.user.Factors); d != "" {
				t.Errorf("SetMFAPreference(%s) (-want +got):\n%s", tt.in, d)
			}
		})
	}
}

func TestSetMFAOptions(t *testing.T) {
	const both = `{"MFAOptions":[{"DeliveryMedium":"SMS","AttributeName":"phone_number"}]}`
	pool := mfaPool(cognito.UserPoolMfaOptional, "sms token")
	type names = []cognito.ChallengeNameType
	tests := []struct {
		name string
		user *User
		in   string
		want names
		err  *Error
	}{
		{"on", mfaUser("phone token", "", tokenMFA), both, names{smsMFA, tokenMFA}, nil},
		{"off", mfaUser("phone token", smsMFA, smsMFA, tokenMFA), `{"MFAOptions":[]}`, names{tokenMFA}, nil},
		{"no phone number", mfaUser("", ""), both, nil, ErrFactorNotPossible(smsMFA)},
		{"by e-mail", mfaUser("phone mail", ""), `{"MFAOptions":[{"DeliveryMedium":"EMAIL","AttributeName":"email"}]}`, nil, ErrUnknownMFAOptions},
		{"to another attribute", mfaUser("phone", ""), `{"MFAOptions":[{"DeliveryMedium":"SMS","AttributeName":"nickname"}]}`, nil, ErrUnknownMFAOptions},
		{"empty option", mfaUser("phone", ""), `{"MFAOptions":[{}]}`, nil, ErrUnknownMFAOptions},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.user.SetMFAOptions(pool, fromJSON[cognito.AdminSetUserSettingsRequest](t, tt.in).MFAOptions)
			wantErr(t, "SetMFAOptions("+tt.in+")", err, tt.err)
			if d := cmp.Diff(tt.want, tt.user.Factors.Enabled); d != "" {
				t.Errorf("SetMFAOptions(%s): enabled (-want +got):\n%s", tt.in, d)
			}
			if got, want := len(tt.user.Factors.MFAOptions()) == 1, tt.user.Factors.Has(smsMFA); got != want {
				t.Errorf("MFAOptions() shows text messages: got %v, want %v", got, want)
			}
		})
	}
}

func TestRemoveSoftwareToken(t *testing.T) {
	for _, others := range [][]cognito.ChallengeNameType{nil, {smsMFA}} {
		u := withPending(mfaUser("phone token", tokenMFA, append(others, tokenMFA)...))
		u.Factors.WebAuthn = true
		u.Factors.RemoveSoftwareToken()
		// Passkeys must not be left as the only second factor.
		want := Factors{Enabled: others, WebAuthn: others != nil}
		if d := cmp.Diff(want, u.Factors); d != "" {
			t.Errorf("RemoveSoftwareToken() beside %v (-want +got):\n%s", others, d)
		}
	}
}

func withPending(u *User) *User {
	u.Factors.PendingToken = []byte{1}
	return u
}
