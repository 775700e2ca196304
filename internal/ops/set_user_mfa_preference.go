package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// SetUserMFAPreference turns second factors of a signed-in user on and off.
func (a *API) SetUserMFAPreference(ctx context.Context, in *cognito.SetUserMFAPreferenceRequest) (*cognito.SetUserMFAPreferenceResponse, error) {
	p, err := a.Tokens.Access(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	wanted := mfaPreference(in.SMSMfaSettings, in.SoftwareTokenMfaSettings, in.EmailMfaSettings, in.WebAuthnMfaSettings)
	err = a.Accounts.ChangeFactors(ctx, p.User, func(u *idp.User) error {
		return u.SetMFAPreference(p.Client.Pool.UserPool, wanted)
	})
	if err != nil {
		return nil, err
	}
	return &cognito.SetUserMFAPreferenceResponse{}, nil
}

// mfaPreference is what a request says of each factor, as idp takes it.
func mfaPreference(sms *cognito.SMSMfaSettingsType, app *cognito.SoftwareTokenMfaSettingsType, email *cognito.EmailMfaSettingsType, passkeys *cognito.WebAuthnMfaSettingsType) idp.MFAPreference {
	return idp.MFAPreference{
		SMS:           (*idp.FactorPreference)(sms),
		SoftwareToken: (*idp.FactorPreference)(app),
		Email:         (*idp.FactorPreference)(email),
		WebAuthn:      passkeys,
	}
}
