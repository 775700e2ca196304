//go:build linux

package crashtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
)

// fact is what is known of a write.
type fact int

const (
	no    fact = iota // it was never asked for, or refused
	maybe             // it was asked for and nobody answered
	yes               // it was acknowledged
)

// person is a user and everything the server has said about them. One
// goroutine lives a person's life, so that there is an order to what was
// acknowledged.
type person struct {
	name string

	signedUp   fact
	signUpCode string // empty if it was not read before the crash
	confirmed  fact

	password string // the one that was acknowledged last
	former   string // the one before; empty if there was none
	next     string // of a reset that nobody answered; empty if there is none
	code     string // of the reset under way; empty if it is not known
	spent    []string
	sessions []*session
	passed   int // how many resets have happened

	found *findings
}

// session is a sign-in.
type session struct {
	refreshToken string
	revoked      fact
}

// findings counts what was found of writes that nobody had acknowledged: some
// must have happened and some not, or the server was never hit amid its work.
type findings struct{ whole, absent atomic.Int64 }

func (f *findings) add(happened bool) {
	if happened {
		f.whole.Add(1)
	} else {
		f.absent.Add(1)
	}
}

func newPerson(round, worker, n int) *person {
	return &person{name: fmt.Sprintf("r%d-w%d-%d", round, worker, n), password: "First-passw0rd", found: &findings{}}
}

func (p *person) email() string { return p.name + "@example.com" }

// live does what users do, over and over, until the server is gone. It returns
// the error that ended it; one that the server answered with is a failure of
// the test, unless its database was taken away too.
func (s *site) live(ctx context.Context, server *process.Process, p *person, random *rand.Rand) error {
	steps := []func(context.Context, *process.Process, *person) error{s.signUp, s.confirmSignUp, s.signIn}
	for range 2 {
		steps = append(steps, s.forgotPassword, s.confirmForgotPassword, s.signIn)
		if random.IntN(2) == 0 {
			steps = append(steps, s.revoke)
		}
	}
	for _, step := range steps {
		if err := step(ctx, server, p); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) signUp(ctx context.Context, server *process.Process, p *person) error {
	p.signedUp = maybe
	err := server.Call(ctx, "SignUp", &cognito.SignUpRequest{
		ClientID: s.clientID, Username: p.name, Password: p.password,
		UserAttributes: []*cognito.AttributeType{{Name: "email", Value: p.email()}},
	}, nil)
	if err != nil {
		return err
	}
	p.signedUp = yes
	p.signUpCode, err = newest(ctx, server, p, "")
	return err
}

// newest waits for the newest code that a person was sent, other than one.
func newest(ctx context.Context, server *process.Process, p *person, not string) (string, error) {
	for {
		inbox, err := server.Inbox(ctx, p.email())
		if err != nil {
			return "", err
		}
		if len(inbox) > 0 && inbox[0].Code != not {
			return inbox[0].Code, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func (s *site) confirmSignUp(ctx context.Context, server *process.Process, p *person) error {
	p.confirmed = maybe
	err := server.Call(ctx, "ConfirmSignUp", &cognito.ConfirmSignUpRequest{
		ClientID: s.clientID, Username: p.name, ConfirmationCode: p.signUpCode,
	}, nil)
	if err == nil {
		p.confirmed = yes
	}
	return err
}

func (s *site) signIn(ctx context.Context, server *process.Process, p *person) error {
	token, err := s.tryPassword(ctx, server, p, p.password)
	if err == nil {
		p.sessions = append(p.sessions, &session{refreshToken: token})
	}
	return err
}

// tryPassword signs in and returns the refresh token.
func (s *site) tryPassword(ctx context.Context, server *process.Process, p *person, password string) (string, error) {
	var out cognito.InitiateAuthResponse
	err := server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
		AuthFlow: cognito.AuthFlowUserPasswordAuth, ClientID: s.clientID,
		AuthParameters: map[string]string{"USERNAME": p.name, "PASSWORD": password},
	}, &out)
	if err != nil {
		return "", err
	}
	if out.AuthenticationResult == nil {
		return "", fmt.Errorf("InitiateAuth: got challenge %q, want tokens", out.ChallengeName)
	}
	return out.AuthenticationResult.RefreshToken, nil
}

func (s *site) forgotPassword(ctx context.Context, server *process.Process, p *person) error {
	inbox, err := server.Inbox(ctx, p.email())
	if err != nil {
		return err
	}
	before := ""
	if len(inbox) > 0 {
		before = inbox[0].Code
	}
	p.code = "" // an earlier one is replaced, or not
	err = server.Call(ctx, "ForgotPassword", &cognito.ForgotPasswordRequest{ClientID: s.clientID, Username: p.name}, nil)
	if err != nil {
		return err
	}
	p.code, err = newest(ctx, server, p, before)
	return err
}

func (s *site) confirmForgotPassword(ctx context.Context, server *process.Process, p *person) error {
	p.next = fmt.Sprintf("Next-passw0rd-%d", p.passed+1)
	if err := s.redeem(ctx, server, p, p.code, p.next); err != nil {
		return err
	}
	p.settle()
	return nil
}

func (s *site) redeem(ctx context.Context, server *process.Process, p *person, code, password string) error {
	return server.Call(ctx, "ConfirmForgotPassword", &cognito.ConfirmForgotPasswordRequest{
		ClientID: s.clientID, Username: p.name, ConfirmationCode: code, Password: password,
	}, nil)
}

// settle notes that the reset under way has happened.
func (p *person) settle() {
	p.spent = append(p.spent, p.code)
	p.former, p.password, p.next, p.code = p.password, p.next, "", ""
	p.passed++
}

func (s *site) revoke(ctx context.Context, server *process.Process, p *person) error {
	first := p.sessions[0]
	first.revoked = maybe
	err := server.Call(ctx, "RevokeToken", &cognito.RevokeTokenRequest{ClientID: s.clientID, Token: first.refreshToken}, nil)
	if err == nil {
		first.revoked = yes
	}
	return err
}

// answered returns the server's answer in an error, or nil if there was none.
func answered(err error) *process.Error {
	var e *process.Error
	errors.As(err, &e)
	return e
}
