package signin_test

import (
	"encoding/base64"
	"maps"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/token"
)

// always is a pool that remembers every device, optIn one whose users decide,
// and factor one where a remembered device takes the place of the second
// factor.
var (
	always = cognito.DeviceConfigurationType{DeviceOnlyRememberedOnUserPrompt: new(false)}
	optIn  = cognito.DeviceConfigurationType{DeviceOnlyRememberedOnUserPrompt: new(true)}
	factor = cognito.DeviceConfigurationType{ChallengeRequiredOnNewDevice: new(true)}
)

// configure changes the stored pool.
func (f *fixture) configure(how func(*idp.UserPool)) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		p, err := tx.Pool(poolID)
		if err != nil {
			return err
		}
		how(p)
		return tx.UpdatePool(p)
	})
}

// fresh is a client with its pool as it is stored now.
func (f *fixture) fresh(c *catalog.Client) *catalog.Client {
	f.t.Helper()
	out, err := catalog.New(f.store, stamped().master, time.Now).Client(f.t.Context(), c.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// tracking is newService with a pool that tracks devices.
func tracking(t testing.TB, c cognito.DeviceConfigurationType, change ...func(*cognito.CreateUserPoolRequest)) *fixture {
	t.Helper()
	return newService(t, append(change, func(in *cognito.CreateUserPoolRequest) { in.DeviceConfiguration = &c })...)
}

// phone is a device with its secret.
type phone struct {
	signin.NewDevice
	secret string
	tokens *token.Issued // of the sign-in in which it got its key
}

// phone signs a user in with a device that is new, and confirms it.
func (f *fixture) phone(c *catalog.Client, username string) *phone {
	f.t.Helper()
	r, err := f.password(c, username, goodPassword)
	if err != nil || r.NewDevice == nil {
		f.t.Fatalf("InitiateAuth(%s): got %+v, %v, want tokens and a new device", username, r, err)
	}
	return f.confirm(c, username, r)
}

// confirm makes a device known that got its key in a sign-in.
func (f *fixture) confirm(c *catalog.Client, username string, r *signin.Result) *phone {
	f.t.Helper()
	p := &phone{NewDevice: *r.NewDevice, secret: "device secret", tokens: r.Tokens}
	salt := []byte{0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	_, err := f.Accounts.ConfirmDevice(f.t.Context(), account.ConfirmDevice{
		Pool: c.Pool, User: f.get(c, username), Family: r.Tokens.Family.ID, Key: p.Key,
		Verifier: base64.StdEncoding.EncodeToString(srp.Verifier(p.GroupKey, p.Key, p.secret, salt)),
		Salt:     base64.StdEncoding.EncodeToString(salt),
	})
	if err != nil {
		f.t.Fatalf("ConfirmDevice: %v", err)
	}
	return p
}

// remember says whether a device is remembered.
func (f *fixture) remember(c *catalog.Client, username string, p *phone, yes bool) {
	f.t.Helper()
	if err := f.Accounts.RememberDevice(f.t.Context(), c.Pool, f.get(c, username), p.Key, yes); err != nil {
		f.t.Fatalf("RememberDevice: %v", err)
	}
}

func (f *fixture) forget(c *catalog.Client, username string, p *phone) {
	f.t.Helper()
	if err := f.Accounts.ForgetDevice(f.t.Context(), c.Pool, f.get(c, username), p.Key); err != nil {
		f.t.Fatalf("ForgetDevice: %v", err)
	}
}

func (f *fixture) device(username, key string) (d *idp.Device) {
	f.t.Helper()
	f.update(func(tx store.Tx) (err error) {
		d, err = tx.Device(poolID, username, key)
		return err
	})
	return d
}

// passwordWith signs in with a password and a device key.
func (f *fixture) passwordWith(c signin.Caller, username, password, key string) (*signin.Result, error) {
	f.t.Helper()
	flow := cognito.AuthFlowUserPasswordAuth
	if c.Admin {
		flow = cognito.AuthFlowAdminUserPasswordAuth
	}
	return f.initiate(c, flow, "USERNAME", username, "PASSWORD", password, "DEVICE_KEY", key)
}

// asked signs in with the password and a device key, which must lead to
// DEVICE_SRP_AUTH.
func (f *fixture) asked(c signin.Caller, username string, p *phone) *signin.Result {
	f.t.Helper()
	r, err := f.passwordWith(c, username, goodPassword, p.Key)
	return f.wantDeviceSRP(r, err)
}

func (f *fixture) wantDeviceSRP(r *signin.Result, err error) *signin.Result {
	f.t.Helper()
	if err != nil || r.Challenge != cognito.ChallengeNameDeviceSrpAuth || r.Session == "" || r.Parameters == nil {
		f.t.Fatalf("got %+v, %v, want DEVICE_SRP_AUTH", r, err)
	}
	return r
}

// hello is the answer to DEVICE_SRP_AUTH.
func (p *phone) hello(c signin.Caller, username string, r *signin.Result, client *srp.Client) signin.Answer {
	return signin.Answer{Caller: c, Challenge: cognito.ChallengeNameDeviceSrpAuth, Session: r.Session, Responses: map[string]string{
		"USERNAME": username, "DEVICE_KEY": p.Key, "SRP_A": client.SRPA(),
	}}
}

// proof is the answer to DEVICE_PASSWORD_VERIFIER.
func (p *phone) proof(c signin.Caller, r *signin.Result, client *srp.Client, at time.Time) signin.Answer {
	key, err := client.Key(p.GroupKey, p.Key, p.secret, r.Parameters["SALT"], r.Parameters["SRP_B"])
	must(err)
	raw, err := base64.StdEncoding.DecodeString(r.Parameters["SECRET_BLOCK"])
	must(err)
	timestamp := srp.FormatTimestamp(at)
	return signin.Answer{Caller: c, Challenge: cognito.ChallengeNameDevicePasswordVerifier, Session: r.Session, Responses: map[string]string{
		"USERNAME": r.Parameters["USERNAME"], "DEVICE_KEY": p.Key, "TIMESTAMP": timestamp,
		"PASSWORD_CLAIM_SECRET_BLOCK": r.Parameters["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE":    srp.Signature(key, p.GroupKey, p.Key, raw, timestamp),
	}}
}

// with is an answer with other responses; an empty value takes one out.
func with(in signin.Answer, responses ...string) signin.Answer {
	in.Responses = maps.Clone(in.Responses)
	for i := 0; i < len(responses); i += 2 {
		if in.Responses[responses[i]] = responses[i+1]; responses[i+1] == "" {
			delete(in.Responses, responses[i])
		}
	}
	return in
}

// greeted takes the step from DEVICE_SRP_AUTH to DEVICE_PASSWORD_VERIFIER and
// returns the proof that comes next.
func (f *fixture) greeted(c signin.Caller, username string, p *phone, r *signin.Result) signin.Answer {
	f.t.Helper()
	client := srp.NewClient(nil)
	r, err := f.answer(p.hello(c, username, r, client))
	if err != nil || r.Challenge != cognito.ChallengeNameDevicePasswordVerifier || r.Session == "" {
		f.t.Fatalf("RespondToAuthChallenge(DEVICE_SRP_AUTH): got %+v, %v, want DEVICE_PASSWORD_VERIFIER", r, err)
	}
	return p.proof(c, r, client, f.clock())
}

// wantKnown fails unless a sign-in led to tokens of a known device.
func (f *fixture) wantKnown(call string, r *signin.Result, err error, key string) {
	f.t.Helper()
	wantTokens(f.t, call, r, err)
	if err != nil || r.Tokens == nil {
		return
	}
	if r.NewDevice != nil {
		f.t.Errorf("%s: got the new device %s, want none", call, r.NewDevice.Key)
	}
	if got := claims(f.t, r.Tokens.AccessToken)["device_key"]; got != key {
		f.t.Errorf("%s: device_key is %v, want %s", call, got, key)
	}
}
