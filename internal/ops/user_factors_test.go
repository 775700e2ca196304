package ops_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

const (
	smsPool   = `"MfaConfiguration":"OPTIONAL",` + snsRole
	adaNumber = "+12065550100"
)

// newFactorUser makes an API and a user with a phone number, in a pool that
// has SMS as an optional second factor.
func newFactorUser(t *testing.T) *accounts {
	a := newAccounts(t, smsPool)
	a.user(t, "ada", attribute("phone_number", adaNumber))
	return a
}

// enrol gives a user an authenticator, as if its owner had proved it.
func (a *accounts) enrol(t *testing.T, username string) {
	t.Helper()
	a.must(t, func(tx store.Tx) error {
		u, err := tx.User(a.poolID, username)
		if err != nil {
			return err
		}
		u.Factors.SoftwareToken = &idp.SoftwareToken{Sealed: []byte{1}}
		u.Factors.PendingToken = []byte{2}
		return tx.SetUser(u)
	})
}

// wantFactors checks what every operation that shows users shows of factors.
func (a *accounts) wantFactors(t *testing.T, username string, list []string, preferred string, options []*cognito.MFAOptionType) {
	t.Helper()
	admin := a.adminGet(t, username)
	own, err := a.GetUser(t.Context(), &cognito.GetUserRequest{AccessToken: a.token(t, a.clientID, username)})
	if err != nil {
		t.Fatalf("GetUser: %v", err)
	}
	type shown struct {
		List      []string
		Preferred string
		Options   []*cognito.MFAOptionType
	}
	want := shown{list, preferred, options}
	if d := cmp.Diff(want, shown{admin.UserMFASettingList, admin.PreferredMfaSetting, admin.MFAOptions}); d != "" {
		t.Errorf("AdminGetUser(%s): factors (-want +got):\n%s", username, d)
	}
	if d := cmp.Diff(want, shown{own.UserMFASettingList, own.PreferredMfaSetting, own.MFAOptions}); d != "" {
		t.Errorf("GetUser(%s): factors (-want +got):\n%s", username, d)
	}
	listed, err := a.ListUsers(t.Context(), &cognito.ListUsersRequest{UserPoolID: a.poolID, Filter: `username = "` + username + `"`})
	if err != nil || len(listed.Users) != 1 {
		t.Fatalf("ListUsers: got %v, %v, want %s", listed, err, username)
	}
	if d := cmp.Diff(options, listed.Users[0].MFAOptions); d != "" {
		t.Errorf("ListUsers: MFAOptions of %s (-want +got):\n%s", username, d)
	}
}

var bySMS = []*cognito.MFAOptionType{{DeliveryMedium: cognito.DeliveryMediumSms, AttributeName: "phone_number"}}

func TestSetUserMFAPreference(t *testing.T) {
	a := newFactorUser(t)
	a.wantFactors(t, "ada", nil, "", nil)
	access := a.token(t, a.clientID, "ada")
	set := func(in *cognito.SetUserMFAPreferenceRequest) error {
		in.AccessToken = access
		_, err := a.SetUserMFAPreference(t.Context(), in)
		return err
	}
	a.now = a.now.Add(time.Minute)
	wantErr(t, "SetUserMFAPreference", set(&cognito.SetUserMFAPreferenceRequest{SMSMfaSettings: &cognito.SMSMfaSettingsType{Enabled: new(true), PreferredMfa: new(true)}}), nil)
	a.wantFactors(t, "ada", []string{"SMS_MFA"}, "SMS_MFA", bySMS)
	if got := a.adminGet(t, "ada").UserLastModifiedDate; got != cognito.At(a.now) {
		t.Errorf("AdminGetUser: last modified %v, want %v", got.Time(), a.now)
	}

	noToken := &cognito.SetUserMFAPreferenceRequest{SoftwareTokenMfaSettings: &cognito.SoftwareTokenMfaSettingsType{Enabled: new(true)}}
	wantErr(t, "SetUserMFAPreference without an authenticator", set(noToken), idp.ErrFactorNotPossible(cognito.ChallengeNameSoftwareTokenMfa))
	noMail := &cognito.SetUserMFAPreferenceRequest{EmailMfaSettings: &cognito.EmailMfaSettingsType{Enabled: new(true)}}
	wantErr(t, "SetUserMFAPreference without an address", set(noMail), idp.ErrFactorNotPossible(cognito.ChallengeNameEmailOtp))
	passkeys := &cognito.SetUserMFAPreferenceRequest{WebAuthnMfaSettings: &cognito.WebAuthnMfaSettingsType{Enabled: new(true)}}
	wantErr(t, "SetUserMFAPreference of passkeys", set(passkeys), idp.ErrPasskeysNoFactor)
	a.wantFactors(t, "ada", []string{"SMS_MFA"}, "SMS_MFA", bySMS)

	a.enrol(t, "ada")
	wantErr(t, "SetUserMFAPreference with an authenticator", set(noToken), nil)
	a.wantFactors(t, "ada", []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}, "SMS_MFA", bySMS)
	wantErr(t, "SetUserMFAPreference off", set(&cognito.SetUserMFAPreferenceRequest{SMSMfaSettings: &cognito.SMSMfaSettingsType{Enabled: new(false)}}), nil)
	a.wantFactors(t, "ada", []string{"SOFTWARE_TOKEN_MFA"}, "", nil)
}

// The operations of a signed-in user on their own factors.
func ownFactorCalls(t *testing.T, a *accounts) map[string]func(access string) error {
	return map[string]func(access string) error{
		"SetUserMFAPreference": func(access string) error {
			_, err := a.SetUserMFAPreference(t.Context(), &cognito.SetUserMFAPreferenceRequest{AccessToken: access})
			return err
		},
		"SetUserSettings": func(access string) error {
			_, err := a.SetUserSettings(t.Context(), &cognito.SetUserSettingsRequest{AccessToken: access, MFAOptions: []*cognito.MFAOptionType{}})
			return err
		},
	}
}

// A token does not do after its user was signed out, disabled, made to reset
// the password, or deleted.
func TestOwnFactorsNeedGoodToken(t *testing.T) {
	tests := []struct {
		name string
		done func(a *accounts) error
		want error
	}{
		{"nothing", func(*accounts) error { return nil }, nil},
		{"signed out", func(a *accounts) error {
			in := &cognito.AdminUserGlobalSignOutRequest{UserPoolID: a.poolID, Username: "ada"}
			_, err := a.AdminUserGlobalSignOut(t.Context(), in)
			return err
		}, idp.ErrAccessTokenRevoked},
		{"disabled", func(a *accounts) error {
			in := &cognito.AdminDisableUserRequest{UserPoolID: a.poolID, Username: "ada"}
			_, err := a.AdminDisableUser(t.Context(), in)
			return err
		}, idp.ErrUserDisabled},
		{"reset", func(a *accounts) error {
			in := &cognito.AdminResetUserPasswordRequest{UserPoolID: a.poolID, Username: "ada"}
			_, err := a.AdminResetUserPassword(t.Context(), in)
			return err
		}, idp.ErrPasswordResetRequired},
		{"made unconfirmed", func(a *accounts) error {
			a.must(t, func(tx store.Tx) error {
				u, err := tx.User(a.poolID, "ada")
				if err != nil {
					return err
				}
				u.Status = cognito.UserStatusUnconfirmed
				return tx.SetUser(u)
			})
			return nil
		}, idp.ErrUserNotConfirmed},
		{"deleted", func(a *accounts) error {
			in := &cognito.AdminDeleteUserRequest{UserPoolID: a.poolID, Username: "ada"}
			return a.AdminDeleteUser(t.Context(), in)
		}, idp.ErrUserNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccounts(t, smsPool)
			a.user(t, "ada", attribute("phone_number", adaNumber), attribute("phone_number_verified", "true"))
			access := a.token(t, a.clientID, "ada")
			wantErr(t, tt.name, tt.done(a), nil)
			for op, call := range ownFactorCalls(t, a) {
				wantErr(t, op, call(access), tt.want)
				wantErr(t, op+" with no token", call("x.y.z"), idp.ErrAccessTokenInvalid)
			}
		})
	}
}

func TestAdminSetUserMFAPreference(t *testing.T) {
	a := newFactorUser(t)
	on := &cognito.SMSMfaSettingsType{Enabled: new(true), PreferredMfa: new(true)}
	set := func(pool, username string) error {
		_, err := a.AdminSetUserMFAPreference(t.Context(), &cognito.AdminSetUserMFAPreferenceRequest{UserPoolID: pool, Username: username, SMSMfaSettings: on})
		return err
	}
	wantErr(t, "AdminSetUserMFAPreference", set(a.poolID, "ada"), nil)
	a.wantFactors(t, "ada", []string{"SMS_MFA"}, "SMS_MFA", bySMS)

	a.user(t, "eve")
	wantErr(t, "AdminSetUserMFAPreference without a number", set(a.poolID, "eve"), idp.ErrFactorNotPossible(cognito.ChallengeNameSmsMfa))
	a.wantFactors(t, "eve", nil, "", nil)
	wantErr(t, "AdminSetUserMFAPreference(nobody)", set(a.poolID, "nobody"), errNoUser)
	wantErr(t, "AdminSetUserMFAPreference in no pool", set(gone, "ada"), errPoolGone)
}

func TestSetUserSettings(t *testing.T) {
	a := newFactorUser(t)
	access := a.token(t, a.clientID, "ada")
	own := func(options ...*cognito.MFAOptionType) error {
		_, err := a.SetUserSettings(t.Context(), &cognito.SetUserSettingsRequest{AccessToken: access, MFAOptions: options})
		return err
	}
	admin := func(username string, options ...*cognito.MFAOptionType) error {
		_, err := a.AdminSetUserSettings(t.Context(), &cognito.AdminSetUserSettingsRequest{UserPoolID: a.poolID, Username: username, MFAOptions: options})
		return err
	}
	wantErr(t, "SetUserSettings", own(bySMS...), nil)
	a.wantFactors(t, "ada", []string{"SMS_MFA"}, "", bySMS)
	wantErr(t, "SetUserSettings off", own(), nil)
	a.wantFactors(t, "ada", nil, "", nil)
	wantErr(t, "AdminSetUserSettings", admin("ada", bySMS...), nil)
	a.wantFactors(t, "ada", []string{"SMS_MFA"}, "", bySMS)
	wantErr(t, "AdminSetUserSettings off", admin("ada"), nil)
	a.wantFactors(t, "ada", nil, "", nil)

	byMail := &cognito.MFAOptionType{DeliveryMedium: cognito.DeliveryMediumEmail, AttributeName: "email"}
	wantErr(t, "SetUserSettings by e-mail", own(byMail), idp.ErrUnknownMFAOptions)
	wantErr(t, "AdminSetUserSettings by e-mail", admin("ada", byMail), idp.ErrUnknownMFAOptions)
	wantErr(t, "AdminSetUserSettings(nobody)", admin("nobody"), errNoUser)
	_, err := a.AdminSetUserSettings(t.Context(), &cognito.AdminSetUserSettingsRequest{UserPoolID: gone, Username: "ada"})
	wantErr(t, "AdminSetUserSettings in no pool", err, errPoolGone)
}

func TestAdminDeleteSoftwareToken(t *testing.T) {
	a := newFactorUser(t)
	a.enrol(t, "ada")
	_, err := a.AdminSetUserMFAPreference(t.Context(), &cognito.AdminSetUserMFAPreferenceRequest{
		UserPoolID: a.poolID, Username: "ada", SMSMfaSettings: &cognito.SMSMfaSettingsType{Enabled: new(true)},
		SoftwareTokenMfaSettings: &cognito.SoftwareTokenMfaSettingsType{Enabled: new(true), PreferredMfa: new(true)},
	})
	wantErr(t, "AdminSetUserMFAPreference", err, nil)
	remove := func(pool, username string) error {
		_, err := a.AdminDeleteSoftwareToken(t.Context(), &cognito.AdminDeleteSoftwareTokenRequest{UserPoolID: pool, Username: username})
		return err
	}
	for _, call := range []string{"AdminDeleteSoftwareToken", "AdminDeleteSoftwareToken again"} {
		wantErr(t, call, remove(a.poolID, "ada"), nil)
		a.wantFactors(t, "ada", []string{"SMS_MFA"}, "", bySMS)
	}
	a.must(t, func(tx store.Tx) error {
		u, err := tx.User(a.poolID, "ada")
		if err == nil && (u.Factors.SoftwareToken != nil || u.Factors.PendingToken != nil) {
			t.Errorf("AdminDeleteSoftwareToken: the authenticator is still stored: %+v", u.Factors)
		}
		return err
	})

	_, err = a.SignUp(t.Context(), &cognito.SignUpRequest{ClientID: a.clientID, SecretHash: a.hash("new"), Username: "new", Password: goodPassword})
	wantErr(t, "SignUp", err, nil)
	wantErr(t, "AdminDeleteSoftwareToken(unconfirmed)", remove(a.poolID, "new"), idp.ErrUserNotConfirmed)
	wantErr(t, "AdminDeleteSoftwareToken(nobody)", remove(a.poolID, "nobody"), errNoUser)
	wantErr(t, "AdminDeleteSoftwareToken in no pool", remove(gone, "ada"), errPoolGone)
}
