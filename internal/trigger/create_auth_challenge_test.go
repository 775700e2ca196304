package trigger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

func TestCreateAuthChallenge(t *testing.T) {
	type (
		answer   = map[string]any
		response = trigger.CreateAuthChallengeResponse
	)
	tests := []struct {
		name   string
		answer answer
		want   response
		ok     bool
	}{
		{"everything", answer{"publicChallengeParameters": answer{"captchaUrl": "url"}, "privateChallengeParameters": answer{"answer": "5"}, "challengeMetadata": "CAPTCHA"},
			response{map[string]string{"captchaUrl": "url"}, map[string]string{"answer": "5"}, "CAPTCHA"}, true},
		{"nothing", nil, response{}, true},
		{"empty maps", answer{"publicChallengeParameters": answer{}, "privateChallengeParameters": answer{}}, response{map[string]string{}, map[string]string{}, ""}, true},
		{"public number", answer{"publicChallengeParameters": answer{"digits": 6}}, response{}, false},
		{"private object", answer{"privateChallengeParameters": answer{"answer": answer{}}}, response{}, false},
		{"private null", answer{"privateChallengeParameters": answer{"answer": nil}}, response{}, false},
		{"public text", answer{"publicChallengeParameters": "url"}, response{}, false},
		{"metadata number", answer{"challengeMetadata": 7}, response{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSetup(t)
			s.srv.Set("f", lambdatest.Respond(tt.answer))
			got, err := s.CreateAuthChallenge(t.Context(), call(trigger.CreateAuthChallengeAuthentication), trigger.CreateAuthChallengeRequest{ChallengeName: "CUSTOM_CHALLENGE"})
			if tt.ok && err != nil {
				t.Errorf("CreateAuthChallenge: got %v, want nil", err)
			}
			if !tt.ok {
				wantError(t, "CreateAuthChallenge", err, "InvalidLambdaResponseException", "Unrecognizable lambda output")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("CreateAuthChallenge: -want +got\n%s", diff)
			}
		})
	}
}
