package trigger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

func TestPreSignUpFlags(t *testing.T) {
	s := newSetup(t)
	s.srv.Set("f", lambdatest.Respond(map[string]any{"autoConfirmUser": true, "autoVerifyPhone": true}))
	got, err := s.preSignUp(t)
	if want := (trigger.PreSignUpResponse{AutoConfirmUser: true, AutoVerifyPhone: true}); err != nil || got != want {
		t.Errorf("PreSignUp: got %+v, %v, want %+v", got, err, want)
	}
}

func TestCustomMessage(t *testing.T) {
	long := func(n int) string { return strings.Repeat("ü", n-6) + "{####}" }
	type answer = map[string]any
	tests := []struct {
		name      string
		source    trigger.Source
		answer    answer
		developer bool
		want      trigger.CustomMessageResponse
		ok        bool
	}{
		{"nothing", trigger.CustomMessageSignUp, nil, false, trigger.CustomMessageResponse{}, true},
		{"SMS", trigger.CustomMessageSignUp, answer{"smsMessage": "code {####}"}, false, trigger.CustomMessageResponse{SMSMessage: "code {####}"}, true},
		{"e-mail", trigger.CustomMessageSignUp, answer{"emailMessage": "<b>{####}</b>", "emailSubject": "Hi"}, true,
			trigger.CustomMessageResponse{EmailMessage: "<b>{####}</b>", EmailSubject: "Hi"}, true},
		{"e-mail without an address of one's own", trigger.CustomMessageSignUp, answer{"emailMessage": "{####}"}, false, trigger.CustomMessageResponse{}, false},
		{"subject without an address of one's own", trigger.CustomMessageSignUp, answer{"emailSubject": "Hi"}, false, trigger.CustomMessageResponse{}, false},
		{"longest SMS", trigger.CustomMessageResendCode, answer{"smsMessage": long(140)}, false, trigger.CustomMessageResponse{SMSMessage: long(140)}, true},
		{"SMS too long", trigger.CustomMessageResendCode, answer{"smsMessage": long(141)}, false, trigger.CustomMessageResponse{}, false},
		{"e-mail too long", trigger.CustomMessageResendCode, answer{"emailMessage": long(20001)}, true, trigger.CustomMessageResponse{}, false},
		{"subject too long", trigger.CustomMessageResendCode, answer{"emailSubject": strings.Repeat("x", 141)}, true, trigger.CustomMessageResponse{}, false},
		{"subject with a header", trigger.CustomMessageResendCode, answer{"emailSubject": "x\r\nBcc: y"}, true, trigger.CustomMessageResponse{}, false},
		{"number", trigger.CustomMessageResendCode, answer{"smsMessage": 123456}, false, trigger.CustomMessageResponse{}, false},
		{"invitation", trigger.CustomMessageAdminCreateUser, answer{"smsMessage": "{username} {####}"}, false, trigger.CustomMessageResponse{SMSMessage: "{username} {####}"}, true},
		{"invitation without password", trigger.CustomMessageAdminCreateUser, answer{"smsMessage": "{username}"}, false, trigger.CustomMessageResponse{}, false},
		{"invitation without name", trigger.CustomMessageAdminCreateUser, answer{"emailMessage": "{####}"}, true, trigger.CustomMessageResponse{}, false},
		{"invitation left to the template", trigger.CustomMessageAdminCreateUser, answer{"emailSubject": "Hi"}, true, trigger.CustomMessageResponse{EmailSubject: "Hi"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSetup(t)
			s.srv.Set("f", lambdatest.Respond(tt.answer))
			got, err := s.CustomMessage(t.Context(), call(tt.source), trigger.CustomMessageRequest{DeveloperEmail: tt.developer})
			if tt.ok && err != nil {
				t.Errorf("CustomMessage: got %v, want nil", err)
			}
			if !tt.ok {
				wantError(t, "CustomMessage", err, "InvalidLambdaResponseException", "Unrecognizable lambda output")
			}
			if got != tt.want {
				t.Errorf("CustomMessage: got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func migrate(t *testing.T, do lambdatest.Behaviour) (trigger.UserMigrationResponse, error) {
	t.Helper()
	s := newSetup(t)
	s.srv.Set("f", do)
	return s.UserMigration(t.Context(), call(trigger.UserMigrationAuthentication), trigger.UserMigrationRequest{Password: "p"})
}

func TestUserMigration(t *testing.T) {
	attributes := map[string]any{"email": "a@example.com", "email_verified": "true"}
	want := trigger.UserMigrationResponse{Found: true, UserAttributes: map[string]string{"email": "a@example.com", "email_verified": "true"}}

	got, err := migrate(t, lambdatest.Respond(map[string]any{"userAttributes": attributes}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("UserMigration with attributes only: -want +got\n%s", diff)
	}

	want.Confirmed, want.SuppressMessage, want.ForceAliasCreation, want.EnableSMSMFA = true, true, true, true
	want.DesiredDeliveryMediums = []cognito.DeliveryMediumType{"EMAIL", "SMS"}
	got, err = migrate(t, lambdatest.Respond(map[string]any{
		"userAttributes": attributes, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS",
		"desiredDeliveryMediums": []string{"EMAIL", "SMS"}, "forceAliasCreation": true, "enableSMSMFA": true,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("UserMigration with everything: -want +got\n%s", diff)
	}

	got, err = migrate(t, lambdatest.Respond(map[string]any{"userAttributes": attributes, "finalUserStatus": "RESET_REQUIRED"}))
	if err != nil || got.Confirmed {
		t.Errorf("UserMigration with RESET_REQUIRED: got %+v, %v, want an unconfirmed user", got, err)
	}
}

func TestUnusableUserMigration(t *testing.T) {
	attributes := map[string]any{"email": "a@example.com"}
	for name, do := range map[string]lambdatest.Behaviour{
		"no attributes":      lambdatest.Echo(),
		"empty attributes":   lambdatest.Respond(map[string]any{"userAttributes": map[string]any{}}),
		"boolean attribute":  lambdatest.Respond(map[string]any{"userAttributes": map[string]any{"email_verified": true}}),
		"unknown action":     lambdatest.Respond(map[string]any{"userAttributes": attributes, "messageAction": "SHOUT"}),
		"unknown medium":     lambdatest.Respond(map[string]any{"userAttributes": attributes, "desiredDeliveryMediums": []string{"PIGEON"}}),
		"text for a boolean": lambdatest.Respond(map[string]any{"userAttributes": attributes, "forceAliasCreation": "true"}),
		"nothing":            lambdatest.Raw([]byte("null")),
	} {
		_, err := migrate(t, do)
		var unusable *trigger.MigrationError
		if !errors.As(err, &unusable) {
			t.Errorf("UserMigration with %s: got %v, want a MigrationError", name, err)
			continue
		}
		const message = "Exception migrating user in app client client1"
		wantError(t, "For(false)", unusable.For(false), "UserNotFoundException", message)
		wantError(t, "For(true)", unusable.For(true), "NotAuthorizedException", message)
	}
}

func TestUserMigrationThrows(t *testing.T) {
	_, err := migrate(t, lambdatest.Throw("Error", "Bad password"))
	wantError(t, "UserMigration", err, "UserLambdaValidationException", "UserMigration failed with error Bad password.")
}

// Every trigger says its own name.
func TestTriggerNames(t *testing.T) {
	s := newSetup(t)
	s.srv.Set("f", lambdatest.Throw("Error", "no"))
	ctx := t.Context()
	_, tokens := s.PreTokenGeneration(ctx, call(trigger.TokenGenerationAuthentication), trigger.PreTokenGenerationRequest{})
	_, message := s.CustomMessage(ctx, call(trigger.CustomMessageSignUp), trigger.CustomMessageRequest{})
	_, define := s.DefineAuthChallenge(ctx, call(trigger.DefineAuthChallengeAuthentication), trigger.DefineAuthChallengeRequest{})
	_, create := s.CreateAuthChallenge(ctx, call(trigger.CreateAuthChallengeAuthentication), trigger.CreateAuthChallengeRequest{})
	_, verify := s.VerifyAuthChallengeResponse(ctx, call(trigger.VerifyAuthChallengeResponseAuthentication), trigger.VerifyAuthChallengeResponseRequest{})
	for name, err := range map[string]error{
		"DefineAuthChallenge":         define,
		"CreateAuthChallenge":         create,
		"VerifyAuthChallengeResponse": verify,
		"PostConfirmation":            s.PostConfirmation(ctx, call(trigger.PostConfirmationConfirmSignUp), trigger.PostConfirmationRequest{}),
		"PreAuthentication":           s.PreAuthentication(ctx, call(trigger.PreAuthenticationAuthentication), trigger.PreAuthenticationRequest{}),
		"PostAuthentication":          s.PostAuthentication(ctx, call(trigger.PostAuthenticationAuthentication), trigger.PostAuthenticationRequest{}),
		"PreTokenGeneration":          tokens,
		"CustomMessage":               message,
	} {
		if !errors.Is(err, trigger.ErrThrown(name, "no")) || !errors.Is(err, &idp.Error{Code: "UserLambdaValidationException", Message: name + " failed with error no."}) {
			t.Errorf("%s: got %v, want %v", name, err, trigger.ErrThrown(name, "no"))
		}
	}
}
