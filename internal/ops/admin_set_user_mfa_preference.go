package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// AdminSetUserMFAPreference turns second factors of a user on and off for an
// administrator.
func (a *API) AdminSetUserMFAPreference(ctx context.Context, in *cognito.AdminSetUserMFAPreferenceRequest) (*cognito.AdminSetUserMFAPreferenceResponse, error) {
	pool, err := a.Catalog.Pool(ctx, in.UserPoolID)
	if err != nil {
		return nil, err
	}
	wanted := mfaPreference(in.SMSMfaSettings, in.SoftwareTokenMfaSettings, in.EmailMfaSettings, in.WebAuthnMfaSettings)
	err = a.Accounts.AdminChangeFactors(ctx, pool, in.Username, func(u *idp.User) error {
		return u.SetMFAPreference(pool.UserPool, wanted)
	})
	if err != nil {
		return nil, err
	}
	return &cognito.AdminSetUserMFAPreferenceResponse{}, nil
}
