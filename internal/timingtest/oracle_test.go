//go:build !race

package timingtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/srp"
)

// names is how many users, and how many names without one, take turns.
const names = 20

// request is an operation and what it is sent for a username.
type request struct {
	name, op string
	in       func(s *service, clientID, username string) any
	before   func(s *service, username string) // prepares a name once; may be nil

	// user makes the known username of a turn.
	user func(i int) string
}

func confirmed(i int) string   { return fmt.Sprintf("confirmed-%d", i%names) }
func unconfirmed(i int) string { return fmt.Sprintf("unconfirmed-%d", i%names) }
func unknown(i int) string     { return fmt.Sprintf("nobody-%d", i%names) }

func askReset(s *service, username string) {
	s.call("ForgotPassword", &cognito.ForgotPasswordRequest{ClientID: s.hiding, Username: username})
}

func askConfirmation(s *service, username string) {
	s.call("ResendConfirmationCode", &cognito.ResendConfirmationCodeRequest{ClientID: s.hiding, Username: username})
}

var srpA = srp.NewClient(nil).SRPA()

var requests = []request{
	{name: "InitiateAuth, wrong password", op: "InitiateAuth", user: confirmed, in: signIn},
	{
		name: "InitiateAuth, SRP", op: "InitiateAuth", user: confirmed,
		in: func(_ *service, clientID, username string) any {
			return &cognito.InitiateAuthRequest{
				AuthFlow: cognito.AuthFlowUserSrpAuth, ClientID: clientID,
				AuthParameters: map[string]string{"USERNAME": username, "SRP_A": srpA},
			}
		},
	},
	{name: "ForgotPassword", op: "ForgotPassword", user: confirmed, in: forgot},
	{
		name: "ConfirmForgotPassword, wrong code", op: "ConfirmForgotPassword", user: confirmed, before: askReset,
		in: confirmForgot,
	},
	{name: "ConfirmForgotPassword, no code asked for", op: "ConfirmForgotPassword", user: confirmed, in: confirmForgot},
	{
		name: "ResendConfirmationCode", op: "ResendConfirmationCode", user: unconfirmed,
		in: func(_ *service, clientID, username string) any {
			return &cognito.ResendConfirmationCodeRequest{ClientID: clientID, Username: username}
		},
	},
	{
		name: "ConfirmSignUp, wrong code", op: "ConfirmSignUp", user: unconfirmed, before: askConfirmation,
		in: func(_ *service, clientID, username string) any {
			return &cognito.ConfirmSignUpRequest{ClientID: clientID, Username: username, ConfirmationCode: "0000000"}
		},
	},
	{
		name: "InitiateAuth, choice", op: "InitiateAuth", user: confirmed,
		in: func(_ *service, clientID, username string) any { return choose(clientID, username, "") },
	},
	{
		name: "InitiateAuth, code", op: "InitiateAuth", user: confirmed,
		in: func(_ *service, clientID, username string) any {
			return choose(clientID, username, cognito.ChallengeNameEmailOtp)
		},
	},
	{
		name: "RespondToAuthChallenge, wrong code", op: "RespondToAuthChallenge", user: confirmed,
		in: func(s *service, clientID, username string) any {
			return s.answer(clientID, username, cognito.ChallengeNameEmailOtp, "EMAIL_OTP_CODE", "0")
		},
	},
	{
		name: "RespondToAuthChallenge, wrong password", op: "RespondToAuthChallenge", user: confirmed,
		in: func(s *service, clientID, username string) any {
			return s.answer(clientID, username, cognito.ChallengeNamePassword, "PASSWORD", "Wrong-passw0rd")
		},
	},
}

// choose begins a sign-in with a choice, or with what is preferred.
func choose(clientID, username string, preferred cognito.ChallengeNameType) *cognito.InitiateAuthRequest {
	parameters := map[string]string{"USERNAME": username}
	if preferred != "" {
		parameters["PREFERRED_CHALLENGE"] = string(preferred)
	}
	return &cognito.InitiateAuthRequest{AuthFlow: cognito.AuthFlowUserAuth, ClientID: clientID, AuthParameters: parameters}
}

// answer is a wrong answer to a challenge that the name is asked now. It leaves
// the session as it is, so that it can be given again.
func (s *service) answer(clientID, username string, challenge cognito.ChallengeNameType, key, value string) *cognito.RespondToAuthChallengeRequest {
	s.t.Helper()
	asked, err := s.api.InitiateAuth(s.t.Context(), choose(clientID, username, challenge))
	must(s.t, err)
	if asked.ChallengeName != challenge {
		s.t.Fatalf("InitiateAuth(%s): got %s, want %s", username, asked.ChallengeName, challenge)
	}
	return &cognito.RespondToAuthChallengeRequest{
		ClientID: clientID, ChallengeName: challenge, Session: asked.Session,
		ChallengeResponses: map[string]string{"USERNAME": username, key: value},
	}
}

func signIn(_ *service, clientID, username string) any {
	return &cognito.InitiateAuthRequest{
		AuthFlow: cognito.AuthFlowUserPasswordAuth, ClientID: clientID,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": "Wrong-passw0rd"},
	}
}

func forgot(_ *service, clientID, username string) any {
	return &cognito.ForgotPasswordRequest{ClientID: clientID, Username: username}
}

// A code of seven digits is none that was ever sent.
func confirmForgot(_ *service, clientID, username string) any {
	return &cognito.ConfirmForgotPasswordRequest{
		ClientID: clientID, Username: username, ConfirmationCode: "0000000", Password: "Another-passw0rd1",
	}
}

// A client that hides which users exist answers a name without a user as it
// does one with, and no sooner and no later.
func TestTimeTellsNothing(t *testing.T) {
	for _, r := range requests {
		t.Run(r.name, func(t *testing.T) {
			s := newService(t)
			if r.before != nil {
				for i := range names {
					r.before(s, r.user(i))
					r.before(s, unknown(i))
				}
			}
			with := s.prepare(r, s.hiding, r.user)
			without := s.prepare(r, s.hiding, unknown)
			for i := range names {
				if a, b := with(i), without(i); a != b {
					t.Fatalf("%s: got %q for a user, %q for a name without one", r.op, a, b)
				}
			}
			limit := s.limit()
			yes, by := differs(t, limit, ignore(with), ignore(without))
			t.Logf("a name without a user takes %v longer; limit %v", by, limit)
			if yes {
				t.Errorf("%s: a name without a user takes %v longer than one with a user, want at most %v", r.op, by, limit)
			}
		})
	}
}

// What the test above must notice is noticed: a client that does not hide which
// users exist saves the work for a name without one.
func TestTimeTellsOfMissingWork(t *testing.T) {
	for _, r := range []request{
		{name: "verifier", op: "InitiateAuth", in: signIn, user: confirmed},
		{name: "database write", op: "ForgotPassword", in: forgot, user: confirmed},
	} {
		t.Run(r.name, func(t *testing.T) {
			s := newService(t)
			with := s.prepare(r, s.hiding, r.user)
			without := s.prepare(r, s.telling, unknown)
			limit := s.limit()
			yes, by := differs(t, limit, ignore(with), ignore(without))
			t.Logf("a name without a user takes %v longer; limit %v", by, limit)
			if !yes {
				t.Errorf("%s: a difference of %v was not noticed, limit %v", r.op, by, limit)
			}
		})
	}
}

// The least that must be noticed is noticed: one verifier, or one write to the
// database, on top of the same request.
func TestTimeTellsOfTheLeastMissingWork(t *testing.T) {
	s := newService(t)
	send := ignore(s.prepare(requests[0], s.hiding, confirmed))
	for name, extra := range map[string]func(i int){"verifier": s.arithmetic, "database write": s.write} {
		t.Run(name, func(t *testing.T) {
			limit := s.limit()
			yes, by := differs(t, limit, send, func(i int) { send(i); extra(i) })
			t.Logf("it takes %v longer; limit %v", by, limit)
			if !yes {
				t.Errorf("a difference of %v was not noticed, limit %v", by, limit)
			}
		})
	}
}

// prepare makes a function that sends the request of a turn and returns the
// answer's status and error code.
func (s *service) prepare(r request, clientID string, name func(int) string) func(i int) string {
	bodies := make([][]byte, names)
	for i := range bodies {
		bodies[i] = s.encode(r.in(s, clientID, name(i)))
	}
	return func(i int) string { return s.send(r.op, bodies[i%names]) }
}

func ignore(f func(int) string) func(int) { return func(i int) { f(i) } }

func (s *service) encode(in any) []byte {
	s.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	return body
}

// call sends a request that must succeed.
func (s *service) call(op string, in any) {
	s.t.Helper()
	if got := s.send(op, s.encode(in)); got != "200 " {
		s.t.Fatalf("%s: got %q, want 200", op, got)
	}
}

// send returns the status and the code of the answer.
func (s *service) send(op string, body []byte) string {
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	var e struct {
		Code string `json:"__type"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		s.t.Errorf("%s: decoding answer: %v", op, err)
	}
	return fmt.Sprintf("%d %s", w.Code, e.Code)
}
