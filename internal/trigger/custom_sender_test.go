package trigger_test

import (
	"testing"

	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// What a sender answers does not matter: most answer nothing.
func TestCustomSenderAnswersAreIgnored(t *testing.T) {
	for name, do := range map[string]lambdatest.Behaviour{
		"null": lambdatest.Raw([]byte("null")), "nothing": lambdatest.Raw(nil), "no JSON": lambdatest.Raw([]byte("ok")), "the event": lambdatest.Echo(),
	} {
		s := newSetup(t)
		s.srv.Set("f", do)
		if err := s.CustomEmailSender(t.Context(), call(trigger.CustomEmailSenderSignUp), trigger.CustomSenderRequest{}); err != nil {
			t.Errorf("CustomEmailSender, answered with %s: got %v, want nil", name, err)
		}
		if err := s.CustomSMSSender(t.Context(), call(trigger.CustomSMSSenderSignUp), trigger.CustomSenderRequest{}); err != nil {
			t.Errorf("CustomSMSSender, answered with %s: got %v, want nil", name, err)
		}
	}
}

func TestCustomSenderFails(t *testing.T) {
	s := newSetup(t)
	s.srv.Set("f", lambdatest.Throw("Error", "no"))
	err := s.CustomEmailSender(t.Context(), call(trigger.CustomEmailSenderSignUp), trigger.CustomSenderRequest{})
	wantError(t, "CustomEmailSender", err, "UserLambdaValidationException", "CustomEmailSender failed with error no.")
	err = s.CustomSMSSender(t.Context(), call(trigger.CustomSMSSenderSignUp), trigger.CustomSenderRequest{})
	wantError(t, "CustomSMSSender", err, "UserLambdaValidationException", "CustomSMSSender failed with error no.")
}
