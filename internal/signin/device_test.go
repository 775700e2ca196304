package signin_test

import (
	"slices"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
)

// A device that sends no key gets one, in every flow; it is in the access
// token, and nothing is stored before the app confirms it.
func TestNewDevice(t *testing.T) {
	f := tracking(t, optIn)
	c := f.client()
	f.user(c, "ada")
	password, err := f.password(c, "ada", goodPassword)
	wantTokens(t, "password", password, err)
	srp, err := f.srp(by(c), "ada", goodPassword)
	wantTokens(t, "SRP", srp, err)
	byAdmin, err := f.passwordWith(admin(c), "ada", goodPassword, "")
	wantTokens(t, "administrator", byAdmin, err)
	seen := map[string]bool{}
	for _, r := range []*signin.Result{password, srp, byAdmin} {
		d := r.NewDevice
		if d == nil || idp.CheckDeviceKey(d.Key) != nil || d.Key[:10] != "us-east-1_" || len(d.GroupKey) != 9 || d.GroupKey[0] != '-' {
			t.Fatalf("NewDevice: got %+v", d)
		}
		if got := claims(t, r.Tokens.AccessToken)["device_key"]; got != d.Key {
			t.Errorf("device_key: got %v, want %s", got, d.Key)
		}
		if d.GroupKey != password.NewDevice.GroupKey || seen[d.Key] {
			t.Errorf("NewDevice: got %+v, want another key in the group %s", d, password.NewDevice.GroupKey)
		}
		seen[d.Key] = true
	}
	f.update(func(tx store.Tx) error {
		list, err := tx.ListDevices(poolID, "ada", "", 10)
		if len(list) > 0 {
			t.Errorf("ListDevices: got %d devices that nobody confirmed", len(list))
		}
		return err
	})
}

func TestNoDevices(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	r, err := f.passwordWith(by(c), "ada", goodPassword, "us-east-1_a1b2c3d4-5678-90ab-cdef-a1b2c3d4e5f6")
	wantTokens(t, "InitiateAuth with a key that means nothing", r, err)
	if _, has := claims(t, r.Tokens.AccessToken)["device_key"]; has || r.NewDevice != nil {
		t.Errorf("a pool that tracks no devices: got %+v, device_key %t", r.NewDevice, has)
	}
}

// A refresh names the device of the sign-in.
func TestRefreshWithDevice(t *testing.T) {
	f := tracking(t, optIn)
	for name, c := range map[string]func(token, key string) error{
		"REFRESH_TOKEN_AUTH": nil, "GetTokensFromRefreshToken": nil, "rotation": nil,
	} {
		t.Run(name, func(t *testing.T) {
			client := f.client()
			if name == "rotation" {
				client = f.client(rotating(0))
			}
			f.user(client, name)
			p := f.phone(client, name)
			live := p.tokens.RefreshToken
			c = func(token, key string) error {
				if name == "REFRESH_TOKEN_AUTH" {
					r, err := f.refreshed(client, token, "DEVICE_KEY", key)
					if err == nil {
						f.wantKnown(name, r, err, p.Key)
					}
					return err
				}
				r, err := f.Refresh(t.Context(), signin.Refresh{Caller: by(client), RefreshToken: token, DeviceKey: key})
				if err == nil {
					f.wantKnown(name, r, err, p.Key)
					if r.Tokens.RefreshToken != "" {
						live = r.Tokens.RefreshToken
					}
				}
				return err
			}
			wantErr(t, "without a key", c(live, ""), idp.ErrRefreshTokenInvalid)
			wantErr(t, "with another key", c(live, f.phone(client, name).Key), idp.ErrRefreshTokenInvalid)
			wantErr(t, "with the key", c(live, p.Key), nil)
			wantErr(t, "with the key again", c(live, p.Key), nil)
			wantErr(t, "without a key again", c(live, ""), idp.ErrRefreshTokenInvalid)
			f.forget(client, name, p)
			wantErr(t, "with the key of a forgotten device", c(live, p.Key), idp.ErrRefreshTokenInvalid)
		})
	}
}

// A remembered device proves its secret after the password, by whatever flow.
func TestRememberedDevice(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	f.user(c, "ada")
	p := f.phone(c, "ada")
	for name, begin := range map[string]func(signin.Caller) (*signin.Result, error){
		"password": func(c signin.Caller) (*signin.Result, error) { return f.passwordWith(c, "ada", goodPassword, p.Key) },
		"SRP, key at once": func(c signin.Caller) (*signin.Result, error) {
			return f.answer(f.begun(c, "ada", "DEVICE_KEY", p.Key).prove(goodPassword, f.clock()))
		},
		"SRP, key with the proof": func(c signin.Caller) (*signin.Result, error) {
			return f.answer(with(f.begun(c, "ada").prove(goodPassword, f.clock()), "DEVICE_KEY", p.Key))
		},
	} {
		for _, caller := range []signin.Caller{by(c), admin(c)} {
			f.advance(time.Minute)
			r, err := begin(caller)
			r = f.wantDeviceSRP(r, err)
			if len(r.Parameters) != 0 {
				t.Errorf("%s: DEVICE_SRP_AUTH has parameters %v, want none", name, r.Parameters)
			}
			r, err = f.answer(f.greeted(caller, "ada", p, r))
			f.wantKnown(name, r, err, p.Key)
			if d := f.device("ada", p.Key); !d.Authenticated.Equal(f.clock()) || d.LastIP != caller.Address {
				t.Errorf("%s: the device was used at %v from %s, want %v from %s", name, d.Authenticated, d.LastIP, f.clock(), caller.Address)
			}
		}
	}
}

// A confirmed device that is not remembered is known, and proves nothing.
func TestKnownDevice(t *testing.T) {
	f := tracking(t, optIn)
	c := f.client()
	f.user(c, "ada")
	p := f.phone(c, "ada")
	r, err := f.passwordWith(by(c), "ada", goodPassword, p.Key)
	f.wantKnown("InitiateAuth with a device that is not remembered", r, err, p.Key)
	f.remember(c, "ada", p, true)
	f.asked(by(c), "ada", p)
}

// A key without a device is refused once the password was right, so that
// clients forget it and try again.
func TestUnknownDevice(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	f.user(c, "ada")
	f.user(c, "grace")
	graces := f.phone(c, "grace")
	unconfirmed, err := f.password(c, "ada", goodPassword)
	wantTokens(t, "InitiateAuth", unconfirmed, err)
	for name, key := range map[string]string{
		"of another user": graces.Key, "unconfirmed": unconfirmed.NewDevice.Key, "no key at all": "x", "long": string(make([]byte, 4096)),
	} {
		_, err := f.passwordWith(by(c), "ada", goodPassword, key)
		wantErr(t, "InitiateAuth, key "+name, err, idp.ErrDeviceNotFound)
		_, err = f.passwordWith(by(c), "ada", wrongPassword, key)
		wantErr(t, "InitiateAuth with a wrong password, key "+name, err, idp.ErrIncorrectUsernameOrPassword)
		f.signedIn(c, "ada", goodPassword) // ends the row of failures

		in := f.begun(by(c), "ada", "DEVICE_KEY", key).prove(goodPassword, f.clock())
		_, err = f.answer(with(in, "DEVICE_KEY", key))
		wantErr(t, "RespondToAuthChallenge, key "+name, err, idp.ErrDeviceNotFound)
		r, err := f.answer(in) // the same answer, but for the key
		wantTokens(t, "RespondToAuthChallenge without the key after "+name, r, err)
		if r.NewDevice == nil {
			t.Errorf("RespondToAuthChallenge without the key after %s: got no new device", name)
		}
	}
	if !slices.ContainsFunc(f.events("ada"), func(e *idp.Event) bool { return e.Outcome == "ResourceNotFoundException" }) {
		t.Error("no refusal is recorded")
	}
}

// A key that came with a step behind us cannot be taken back: it does no harm.
func TestUnknownDeviceOfEarlierStep(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	f.invited(c, "ada")
	r, err := f.passwordWith(by(c), "ada", temporary, "us-east-1_a1b2c3d4-5678-90ab-cdef-a1b2c3d4e5f6")
	if err != nil || r.Challenge != cognito.ChallengeNameNewPasswordRequired {
		t.Fatalf("InitiateAuth: got %+v, %v, want NEW_PASSWORD_REQUIRED", r, err)
	}
	r, err = f.answer(signin.Answer{Caller: by(c), Challenge: r.Challenge, Session: r.Session,
		Responses: pairs("USERNAME", "ada", "NEW_PASSWORD", otherPassword)})
	wantTokens(t, "RespondToAuthChallenge(NEW_PASSWORD_REQUIRED)", r, err)
	if r.NewDevice == nil {
		t.Error("RespondToAuthChallenge(NEW_PASSWORD_REQUIRED): got no new device")
	}
}

// After a new password the device is asked as after any; the password has
// changed by then.
func TestRememberedDeviceWithNewPassword(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	u := f.user(c, "ada")
	p := f.phone(c, "ada")
	f.set(u, temporary, false)
	r, err := f.passwordWith(by(c), "ada", temporary, p.Key)
	if err != nil || r.Challenge != cognito.ChallengeNameNewPasswordRequired {
		t.Fatalf("InitiateAuth: got %+v, %v, want NEW_PASSWORD_REQUIRED", r, err)
	}
	r, err = f.answer(signin.Answer{Caller: by(c), Challenge: r.Challenge, Session: r.Session,
		Responses: pairs("USERNAME", "ada", "NEW_PASSWORD", otherPassword)})
	r = f.wantDeviceSRP(r, err)
	r, err = f.answer(f.greeted(by(c), "ada", p, r))
	f.wantKnown("RespondToAuthChallenge(DEVICE_PASSWORD_VERIFIER)", r, err, p.Key)
}

// In a pool with second factors a device is asked only where it takes their
// place; elsewhere, and while it is not remembered, the user is.
func TestDeviceAsFactor(t *testing.T) {
	const device, code = cognito.ChallengeNameDeviceSrpAuth, cognito.ChallengeNameSoftwareTokenMfa
	for name, tt := range map[string]struct {
		config           cognito.DeviceConfigurationType
		mfa              cognito.UserPoolMfaType
		known, forgetful cognito.ChallengeNameType // what a remembered device leads to, and another one
	}{
		"no factors":                      {always, cognito.UserPoolMfaOff, device, ""},
		"no factors, but would do":        {factor, cognito.UserPoolMfaOff, device, ""},
		"takes the place":                 {factor, cognito.UserPoolMfaOptional, device, code},
		"takes the place of what must be": {factor, cognito.UserPoolMfaOn, device, code},
		"does not take the place":         {always, cognito.UserPoolMfaOptional, code, code},
		"not the place of what must be":   {always, cognito.UserPoolMfaOn, code, code},
	} {
		t.Run(name, func(t *testing.T) {
			f := tracking(t, tt.config)
			before := f.client()
			u := f.user(before, "ada")
			p := f.phone(before, "ada") // before there is a second factor
			f.configure(func(p *idp.UserPool) {
				p.Settings.MfaConfiguration = tt.mfa
				p.Features.MFA.SoftwareToken = &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)}
			})
			f.alter(u, func(u *idp.User) {
				u.Factors = idp.Factors{Enabled: []cognito.ChallengeNameType{code}, SoftwareToken: &idp.SoftwareToken{Sealed: []byte{1}}}
			})
			c := f.fresh(before)
			check := func(step string, want cognito.ChallengeNameType) {
				t.Helper()
				r, err := f.passwordWith(by(c), "ada", goodPassword, p.Key)
				if err != nil || r.Challenge != want {
					t.Errorf("InitiateAuth with a device that is %s: got %+v, %v, want %q", step, r, err, want)
				}
			}
			check("remembered", tt.known)
			f.remember(c, "ada", p, false)
			check("not remembered", tt.forgetful)
		})
	}
}

// What functions are told of the device.
func TestDeviceTriggers(t *testing.T) {
	f, _ := watched(t, func(in *cognito.CreateUserPoolRequest) { in.DeviceConfiguration = &always })
	c := f.client()
	f.user(c, "ada")
	check := func(step, isNew, source string) {
		t.Helper()
		if got := f.member("post", "newDeviceUsed"); got != isNew {
			t.Errorf("%s: newDeviceUsed is %s, want %s", step, got, isNew)
		}
		if got := f.event("token").TriggerSource; got != source {
			t.Errorf("%s: PreTokenGeneration was run for %s, want %s", step, got, source)
		}
	}
	p := f.phone(c, "ada")
	check("new device", "true", "TokenGeneration_Authentication")
	runs := len(f.lambda.Events("post"))
	r := f.asked(by(c), "ada", p)
	in := f.greeted(by(c), "ada", p, r)
	if n := len(f.lambda.Events("post")); n != runs {
		t.Errorf("PostAuthentication ran %d times before the device had proved itself", n-runs)
	}
	r, err := f.answer(in)
	f.wantKnown("remembered device", r, err, p.Key)
	check("remembered device", "false", "TokenGeneration_AuthenticateDevice")
	f.remember(c, "ada", p, false)
	r, err = f.passwordWith(by(c), "ada", goodPassword, p.Key)
	f.wantKnown("device that is not remembered", r, err, p.Key)
	check("device that is not remembered", "false", "TokenGeneration_Authentication")
}

func TestNewDeviceUsedWithoutTracking(t *testing.T) {
	f, _ := watched(t)
	c := f.client()
	f.user(c, "ada")
	f.signedIn(c, "ada", goodPassword)
	if got := f.member("post", "newDeviceUsed"); got != "false" {
		t.Errorf("newDeviceUsed is %s, want false", got)
	}
}

// In a custom sign-in the device comes last, and the functions are not asked
// again.
func TestCustomWithDevice(t *testing.T) {
	f := riddle(t, nil)
	f.configure(func(p *idp.UserPool) { p.Settings.DeviceConfiguration = &always })
	c := f.customClient()
	f.user(c, "ada")
	r, err := f.reply(by(c), f.custom(by(c), "ada"), "5")
	wantTokens(t, "custom sign-in", r, err)
	p := f.confirm(c, "ada", r)
	r, err = f.initiate(by(c), cognito.AuthFlowCustomAuth, "USERNAME", "ada", "DEVICE_KEY", p.Key)
	if err != nil || r.Challenge != cognito.ChallengeNameCustomChallenge {
		t.Fatalf("InitiateAuth: got %+v, %v, want CUSTOM_CHALLENGE", r, err)
	}
	r, err = f.reply(by(c), r, "5")
	r = f.wantDeviceSRP(r, err)
	runs := len(f.lambda.Events("define"))
	r, err = f.answer(f.greeted(by(c), "ada", p, r))
	f.wantKnown("RespondToAuthChallenge(DEVICE_PASSWORD_VERIFIER)", r, err, p.Key)
	if n := len(f.lambda.Events("define")); n != runs {
		t.Errorf("DefineAuthChallenge ran %d times after the device was asked, want 0", n-runs)
	}
}
