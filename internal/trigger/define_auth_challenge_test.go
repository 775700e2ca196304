package trigger_test

import (
	"testing"

	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

func TestDefineAuthChallenge(t *testing.T) {
	type (
		answer   = map[string]any
		response = trigger.DefineAuthChallengeResponse
	)
	tests := []struct {
		name   string
		answer answer
		want   response
		ok     bool
	}{
		{"challenge", answer{"challengeName": "CUSTOM_CHALLENGE"}, response{ChallengeName: "CUSTOM_CHALLENGE"}, true},
		{"password", answer{"challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false}, response{ChallengeName: "PASSWORD_VERIFIER"}, true},
		{"tokens", answer{"issueTokens": true}, response{IssueTokens: true}, true},
		{"tokens and a challenge", answer{"issueTokens": true, "challengeName": "CUSTOM_CHALLENGE"}, response{IssueTokens: true}, true},
		{"failure", answer{"failAuthentication": true}, response{FailAuthentication: true}, true},
		{"failure and tokens", answer{"failAuthentication": true, "issueTokens": true, "challengeName": "CUSTOM_CHALLENGE"}, response{FailAuthentication: true}, true},
		{"nothing", nil, response{}, false},
		{"no and no", answer{"issueTokens": false, "failAuthentication": false}, response{}, false},
		{"empty name", answer{"challengeName": ""}, response{}, false},
		{"unknown name", answer{"challengeName": "RIDDLE"}, response{}, false},
		{"name is a number", answer{"challengeName": 1, "issueTokens": true}, response{}, false},
		{"tokens by text", answer{"issueTokens": "true"}, response{}, false},
		{"tokens by number", answer{"issueTokens": 1}, response{}, false},
		{"failure by text", answer{"failAuthentication": "false", "issueTokens": true}, response{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSetup(t)
			s.srv.Set("f", lambdatest.Respond(tt.answer))
			got, err := s.DefineAuthChallenge(t.Context(), call(trigger.DefineAuthChallengeAuthentication), trigger.DefineAuthChallengeRequest{})
			if tt.ok && err != nil {
				t.Errorf("DefineAuthChallenge: got %v, want nil", err)
			}
			if !tt.ok {
				wantError(t, "DefineAuthChallenge", err, "InvalidLambdaResponseException", "Unrecognizable lambda output")
			}
			if got != tt.want {
				t.Errorf("DefineAuthChallenge: got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// Custom authentication cannot go on without its functions.
func TestChallengeTriggersMustBeConfigured(t *testing.T) {
	e := &trigger.Engine{} // has no Invoker, so running anything would panic
	c := call(trigger.DefineAuthChallengeAuthentication)
	c.Config.DefineAuthChallenge, c.Config.CreateAuthChallenge, c.Config.VerifyAuthChallengeResponse = "", "", ""
	for _, c := range []trigger.Call{{}, c} {
		_, err := e.DefineAuthChallenge(t.Context(), c, trigger.DefineAuthChallengeRequest{})
		wantError(t, "DefineAuthChallenge", err, "UnexpectedLambdaException", "null invocation failed due to configuration.")
		_, err = e.CreateAuthChallenge(t.Context(), c, trigger.CreateAuthChallengeRequest{})
		wantError(t, "CreateAuthChallenge", err, "UnexpectedLambdaException", "null invocation failed due to configuration.")
		correct, err := e.VerifyAuthChallengeResponse(t.Context(), c, trigger.VerifyAuthChallengeResponseRequest{})
		wantError(t, "VerifyAuthChallengeResponse", err, "UnexpectedLambdaException", "null invocation failed due to configuration.")
		if correct {
			t.Error("VerifyAuthChallengeResponse: got a right answer from no function")
		}
	}
}
