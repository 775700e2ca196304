package signin_test

import (
	"encoding/base64"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

// What DEVICE_PASSWORD_VERIFIER tells the client.
func TestDeviceVerifierParameters(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	f.user(c, "ada")
	p := f.phone(c, "ada")
	r, err := f.answer(p.hello(by(c), "ada", f.asked(by(c), "ada", p), srp.NewClient(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Parameters); n != 5 || r.Parameters["DEVICE_KEY"] != p.Key || r.Parameters["USERNAME"] != "ada" ||
		r.Parameters["SALT"] != "ff0102030405060708090a0b0c0d0e0f" || r.Parameters["SRP_B"] == "" {
		t.Errorf("DEVICE_PASSWORD_VERIFIER: got parameters %v", r.Parameters)
	}
}

// A wrong proof gets nobody in, and leaves the session as it is.
func TestDeviceWrongProof(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	f.user(c, "ada")
	p, other := f.phone(c, "ada"), f.phone(c, "ada")
	client := srp.NewClient(nil)
	r, err := f.answer(p.hello(by(c), "ada", f.asked(by(c), "ada", p), client))
	if err != nil {
		t.Fatal(err)
	}
	in := p.proof(by(c), r, client, f.clock())
	forger := *p
	forger.secret = "another secret"
	block := base64.StdEncoding.EncodeToString([]byte("another block"))
	for name, tt := range map[string]struct {
		in   signin.Answer
		want error
	}{
		"another secret": {forger.proof(by(c), r, client, f.clock()), idp.ErrIncorrectUsernameOrPassword},
		"another block":  {with(in, "PASSWORD_CLAIM_SECRET_BLOCK", block), idp.ErrIncorrectUsernameOrPassword},
		"another time":   {with(in, "TIMESTAMP", srp.FormatTimestamp(f.clock().Add(time.Second))), idp.ErrIncorrectUsernameOrPassword},
		"long ago":       {p.proof(by(c), r, client, f.clock().Add(-time.Hour)), idp.ErrIncorrectUsernameOrPassword},
		"no time":        {with(in, "TIMESTAMP", "noon"), idp.InvalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")},
		"no base64":      {with(in, "PASSWORD_CLAIM_SIGNATURE", "%%%"), idp.ErrIncorrectUsernameOrPassword},
		"long signature": {with(in, "PASSWORD_CLAIM_SIGNATURE", strings.Repeat("A", 10000)), idp.ErrIncorrectUsernameOrPassword},
		"another device": {with(in, "DEVICE_KEY", other.Key), idp.ErrDeviceNotFound},
		"no device":      {with(in, "DEVICE_KEY", ""), missing("DEVICE_KEY")},
		"no signature":   {with(in, "PASSWORD_CLAIM_SIGNATURE", ""), missing("PASSWORD_CLAIM_SIGNATURE")},
		"no block":       {with(in, "PASSWORD_CLAIM_SECRET_BLOCK", ""), missing("PASSWORD_CLAIM_SECRET_BLOCK")},
		"no TIMESTAMP":   {with(in, "TIMESTAMP", ""), missing("TIMESTAMP")},
		"no user":        {with(in, "USERNAME", ""), missing("USERNAME")},
		"somebody else":  {with(in, "USERNAME", "grace"), idp.ErrSessionInvalid},
		"the proof of before": {func() signin.Answer {
			in := in
			in.Challenge = cognito.ChallengeNameDeviceSrpAuth
			return with(in, "SRP_A", client.SRPA())
		}(), idp.ErrSessionInvalid},
	} {
		_, err := f.answer(tt.in)
		wantErr(t, "RespondToAuthChallenge, "+name, err, tt.want)
		f.update(func(tx store.Tx) error { return tx.ClearAttempts(poolID, "ada", idp.AttemptPassword) })
	}
	r, err = f.answer(in)
	f.wantKnown("RespondToAuthChallenge after all that", r, err, p.Key)
}

// missing is what is said of a response that is not there.
func missing(name string) error { return idp.InvalidParameter("Missing required parameter " + name) }

func TestDeviceSRPRefuses(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	f.user(c, "ada")
	p, other := f.phone(c, "ada"), f.phone(c, "ada")
	in := p.hello(by(c), "ada", f.asked(by(c), "ada", p), srp.NewClient(nil))
	for name, tt := range map[string]struct {
		in   signin.Answer
		want error
	}{
		"no SRP_A":       {with(in, "SRP_A", ""), missing("SRP_A")},
		"no key":         {with(in, "DEVICE_KEY", ""), missing("DEVICE_KEY")},
		"another device": {with(in, "DEVICE_KEY", other.Key), idp.ErrDeviceNotFound},
		"SRP_A 0":        {with(in, "SRP_A", "00"), idp.ErrIncorrectUsernameOrPassword},
		"SRP_A no hex":   {with(in, "SRP_A", "xyz"), idp.ErrIncorrectUsernameOrPassword},
		"no session":     {func() signin.Answer { in := in; in.Session = ""; return in }(), missing("Session")},
		"no such one":    {func() signin.Answer { in := in; in.Session = strings.Repeat("x", 86); return in }(), idp.ErrSessionInvalid},
		"another client": {func() signin.Answer { in := in; in.Client = f.client(); return in }(), idp.ErrSessionInvalid},
		"another challenge": {func() signin.Answer {
			in := in
			in.Challenge = cognito.ChallengeNameDevicePasswordVerifier
			return with(in, "PASSWORD_CLAIM_SIGNATURE", "AA==", "PASSWORD_CLAIM_SECRET_BLOCK", "AA==", "TIMESTAMP", srp.FormatTimestamp(f.clock()))
		}(), idp.ErrSessionInvalid},
	} {
		_, err := f.answer(tt.in)
		wantErr(t, "RespondToAuthChallenge, "+name, err, tt.want)
	}
	if _, err := f.answer(in); err != nil {
		t.Errorf("RespondToAuthChallenge after all that: %v", err)
	}
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge again", err, idp.ErrSessionSpent)
}

// Wrong proofs lock like wrong passwords, and a success ends the row.
func TestDeviceLockout(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	f.user(c, "ada")
	p := f.phone(c, "ada")
	in := f.greeted(by(c), "ada", p, f.asked(by(c), "ada", p))
	wrong := with(in, "PASSWORD_CLAIM_SIGNATURE", base64.StdEncoding.EncodeToString(make([]byte, 32)))
	for range 5 {
		_, err := f.answer(wrong)
		wantErr(t, "RespondToAuthChallenge with a wrong proof", err, idp.ErrIncorrectUsernameOrPassword)
	}
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge with the right proof during the lock", err, idp.ErrPasswordAttemptsExceeded)
	_, err = f.password(c, "ada", goodPassword)
	wantErr(t, "InitiateAuth during the lock", err, idp.ErrPasswordAttemptsExceeded)
	f.advance(time.Second)
	r, err := f.answer(in)
	f.wantKnown("RespondToAuthChallenge after the lock", r, err, p.Key)
	if n := f.attempts("ada").Count; n != 0 {
		t.Errorf("wrong attempts after a success: got %d, want 0", n)
	}
}

// Of two answers to a session one wins, in both steps.
func TestDeviceAnswersAtOnce(t *testing.T) {
	f := tracking(t, always)
	c := f.client()
	f.user(c, "ada")
	p := f.phone(c, "ada")
	race := func(in signin.Answer) {
		t.Helper()
		var wg sync.WaitGroup
		var wins atomic.Int32
		for range 4 {
			wg.Go(func() {
				if _, err := f.answer(in); err == nil {
					wins.Add(1)
				} else {
					wantErr(t, "RespondToAuthChallenge at once", err, idp.ErrSessionSpent)
				}
			})
		}
		wg.Wait()
		if n := wins.Load(); n != 1 {
			t.Errorf("%s: %d answers won, want 1", in.Challenge, n)
		}
	}
	race(p.hello(by(c), "ada", f.asked(by(c), "ada", p), srp.NewClient(nil)))
	race(f.greeted(by(c), "ada", p, f.asked(by(c), "ada", p)))
}

// A device that is forgotten on the way, or not remembered any more, gets
// nobody in; nor does a pool that forgets all, for the second factor was left
// out.
func TestDeviceGoneMeanwhile(t *testing.T) {
	for name, tt := range map[string]struct {
		gone func(f *fixture, p *phone)
		want error
	}{
		"forgotten":      {func(f *fixture, p *phone) { f.forget(f.client(), "ada", p) }, idp.ErrDeviceNotFound},
		"not remembered": {func(f *fixture, p *phone) { f.remember(f.client(), "ada", p, false) }, idp.ErrDeviceNotFound},
		"disabled":       {func(f *fixture, _ *phone) { f.alter(f.get(f.client(), "ada"), disabled) }, idp.ErrUserDisabled},
		"new password":   {func(f *fixture, _ *phone) { f.set(f.get(f.client(), "ada"), otherPassword, true) }, idp.ErrSessionInvalid},
		"expired":        {func(f *fixture, _ *phone) { f.advance(3 * time.Minute) }, idp.ErrSessionExpired},
	} {
		t.Run(name, func(t *testing.T) {
			f := tracking(t, factor)
			c := f.client()
			f.user(c, "ada")
			p := f.phone(c, "ada")
			hello := p.hello(by(c), "ada", f.asked(by(c), "ada", p), srp.NewClient(nil))
			proof := f.greeted(by(c), "ada", p, f.asked(by(c), "ada", p))
			tt.gone(f, p)
			proof.Responses["TIMESTAMP"] = srp.FormatTimestamp(f.clock())
			for _, in := range []signin.Answer{hello, proof} {
				_, err := f.answer(in)
				wantErr(t, "RespondToAuthChallenge("+string(in.Challenge)+")", err, tt.want)
			}
		})
	}
}

func TestDeviceTrackingEndsMeanwhile(t *testing.T) {
	f := tracking(t, factor)
	c := f.client()
	f.user(c, "ada")
	p := f.phone(c, "ada")
	in := f.greeted(by(c), "ada", p, f.asked(by(c), "ada", p))
	pool := *c.Pool.UserPool
	pool.Settings.DeviceConfiguration = nil
	changed, owner := *c, *c.Pool
	owner.UserPool = &pool
	changed.Pool = &owner
	in.Client = &changed
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrDeviceNotFound)
}

// A device that is forgotten while functions run, after its proof was checked,
// gets nobody in.
func TestDeviceForgottenAtTheLastMoment(t *testing.T) {
	f, _ := watched(t, func(in *cognito.CreateUserPoolRequest) { in.DeviceConfiguration = &always })
	c := f.client()
	f.user(c, "ada")
	p := f.phone(c, "ada")
	in := f.greeted(by(c), "ada", p, f.asked(by(c), "ada", p))
	f.lambda.Handle("token", func(event map[string]any) (any, error) {
		f.forget(c, "ada", p)
		return event, nil
	})
	before := f.families("ada")
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrDeviceNotFound)
	if n := f.families("ada"); n != before {
		t.Errorf("there are %d families more, want none", n-before)
	}
}
