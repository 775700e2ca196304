package signin_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// From the fifth failure on each locks for twice as long as the one before,
// up to 15 minutes, and the lock ends to the second.
func TestLockout(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	wrong := func(what string, want error) {
		t.Helper()
		_, err := f.password(c, "ada", wrongPassword)
		wantErr(t, what, err, want)
	}
	for range 4 {
		wrong("one of the first four", idp.ErrIncorrectUsernameOrPassword)
	}
	for _, lock := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900} {
		wrong("a failure that locks", idp.ErrIncorrectUsernameOrPassword)
		f.advance(time.Duration(lock)*time.Second - time.Millisecond)
		wrong("wrong password during the lock", idp.ErrPasswordAttemptsExceeded)
		_, err := f.password(c, "ada", goodPassword)
		wantErr(t, "right password during the lock", err, idp.ErrPasswordAttemptsExceeded)
		f.advance(time.Millisecond)
	}
	f.signedIn(c, "ada", goodPassword)
	for range 4 {
		wrong("after a success", idp.ErrIncorrectUsernameOrPassword)
	}
	f.signedIn(c, "ada", goodPassword)
}

// 15 minutes without an attempt after the lock begin a new row.
func TestLockoutIdle(t *testing.T) {
	tests := []struct {
		name string
		idle time.Duration // after the lock of a second
		want time.Duration // of the next failure's lock
	}{
		{"almost", 15*time.Minute - time.Millisecond, 2 * time.Second},
		{"enough", 15 * time.Minute, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newService(t)
			c := f.client()
			f.user(c, "ada")
			for range 5 {
				_, err := f.password(c, "ada", wrongPassword)
				wantErr(t, "InitiateAuth", err, idp.ErrIncorrectUsernameOrPassword)
			}
			f.advance(time.Second + tt.idle)
			_, err := f.password(c, "ada", wrongPassword)
			wantErr(t, "InitiateAuth after the pause", err, idp.ErrIncorrectUsernameOrPassword)
			if got := max(f.attempts("ada").LockedUntil.Sub(f.clock()), 0); got != tt.want {
				t.Errorf("lock: got %v, want %v", got, tt.want)
			}
		})
	}
}

// attempts is what was counted of a user.
func (f *fixture) attempts(username string) (a *idp.Attempts) {
	f.t.Helper()
	f.update(func(tx store.Tx) (err error) {
		a, err = tx.Attempts(poolID, username, idp.AttemptPassword)
		return err
	})
	return a
}

// Failures count together, whatever the flow, the client and the operation.
func TestLockoutCountsEveryFlow(t *testing.T) {
	f := newService(t)
	c, other := f.client(), f.client(hiding)
	f.user(c, "ada")
	for _, fail := range []func() error{
		func() error { _, err := f.password(c, "ada", wrongPassword); return err },
		func() error { _, err := f.srp(by(c), "ada", wrongPassword); return err },
		func() error { _, err := f.srp(admin(other), "ada", wrongPassword); return err },
		func() error {
			_, err := f.initiate(admin(c), cognito.AuthFlowAdminNoSrpAuth, "USERNAME", "ada", "PASSWORD", wrongPassword)
			return err
		},
		func() error { _, err := f.password(other, "ada", wrongPassword); return err },
	} {
		wantErr(t, "failure", fail(), idp.ErrIncorrectUsernameOrPassword)
	}
	_, err := f.begin(by(c), "ada")
	wantErr(t, "InitiateAuth(USER_SRP_AUTH) during the lock", err, idp.ErrPasswordAttemptsExceeded)
	_, err = f.password(other, "ada", goodPassword)
	wantErr(t, "InitiateAuth(USER_PASSWORD_AUTH) during the lock", err, idp.ErrPasswordAttemptsExceeded)
}

// An SRP sign-in that began before the lock does not end during it.
func TestLockoutBetweenSRPSteps(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	e := f.begun(by(c), "ada")
	for range 5 {
		_, err := f.password(c, "ada", wrongPassword)
		wantErr(t, "InitiateAuth", err, idp.ErrIncorrectUsernameOrPassword)
	}
	_, err := f.answer(e.prove(goodPassword, f.clock()))
	wantErr(t, "RespondToAuthChallenge during the lock", err, idp.ErrPasswordAttemptsExceeded)
	f.advance(time.Second)
	r, err := f.answer(e.prove(goodPassword, f.clock()))
	wantTokens(t, "RespondToAuthChallenge after the lock", r, err)
}

// Where it is hidden who exists, a name without a user locks like a user.
func TestLockoutWithoutUser(t *testing.T) {
	f := newService(t)
	c := f.client(hiding)
	f.user(c, "ada")
	for _, name := range []string{"ada", "nobody"} {
		for range 3 {
			_, err := f.password(c, name, wrongPassword)
			wantErr(t, "InitiateAuth("+name+")", err, idp.ErrIncorrectUsernameOrPassword)
		}
		for range 2 {
			_, err := f.srp(by(c), name, wrongPassword)
			wantErr(t, "USER_SRP_AUTH("+name+")", err, idp.ErrIncorrectUsernameOrPassword)
		}
		_, err := f.password(c, name, wrongPassword)
		wantErr(t, "InitiateAuth("+name+") during the lock", err, idp.ErrPasswordAttemptsExceeded)
		_, err = f.begin(by(c), name)
		wantErr(t, "InitiateAuth(USER_SRP_AUTH, "+name+") during the lock", err, idp.ErrPasswordAttemptsExceeded)
	}
}

// Of guesses made at once no more are looked at than of guesses made in turn,
// and the right one among them may be refused but must not be told apart.
func TestLockoutAtOnce(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	var incorrect, exceeded atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			switch _, err := f.password(c, "ada", wrongPassword); err {
			case idp.ErrIncorrectUsernameOrPassword:
				incorrect.Add(1)
			case idp.ErrPasswordAttemptsExceeded:
				exceeded.Add(1)
			default:
				t.Errorf("InitiateAuth: got %v", err)
			}
		})
	}
	wg.Wait()
	if incorrect.Load() != 5 || exceeded.Load() != 15 {
		t.Errorf("20 wrong passwords at once: %d were looked at and %d refused, want 5 and 15", incorrect.Load(), exceeded.Load())
	}
	if n := f.attempts("ada").Count; n != 5 {
		t.Errorf("counted %d failures, want 5", n)
	}
}

// Load tests run without the lockout.
func TestLockoutUnlimited(t *testing.T) {
	f := newService(t)
	f.Accounts.Unlimited = true
	c := f.client()
	f.user(c, "ada")
	for range 10 {
		_, err := f.password(c, "ada", wrongPassword)
		wantErr(t, "InitiateAuth", err, idp.ErrIncorrectUsernameOrPassword)
	}
	f.signedIn(c, "ada", goodPassword)
}
