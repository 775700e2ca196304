package trigger_test

import (
	"testing"

	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

func TestVerifyAuthChallengeResponse(t *testing.T) {
	tests := []struct {
		name   string
		answer map[string]any
		want   bool
		ok     bool
	}{
		{"right", map[string]any{"answerCorrect": true}, true, true},
		{"wrong", map[string]any{"answerCorrect": false}, false, true},
		{"not said", nil, false, true},
		{"text", map[string]any{"answerCorrect": "true"}, false, false},
		{"number", map[string]any{"answerCorrect": 1}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSetup(t)
			s.srv.Set("f", lambdatest.Respond(tt.answer))
			got, err := s.VerifyAuthChallengeResponse(t.Context(), call(trigger.VerifyAuthChallengeResponseAuthentication),
				trigger.VerifyAuthChallengeResponseRequest{ChallengeAnswer: "5"})
			if tt.ok && err != nil {
				t.Errorf("VerifyAuthChallengeResponse: got %v, want nil", err)
			}
			if !tt.ok {
				wantError(t, "VerifyAuthChallengeResponse", err, "InvalidLambdaResponseException", "Unrecognizable lambda output")
			}
			if got != tt.want {
				t.Errorf("VerifyAuthChallengeResponse: got %t, want %t", got, tt.want)
			}
		})
	}
}
