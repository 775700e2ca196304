package trigger_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

var (
	attrs  = map[string]string{"sub": "6b0d", "cognito:user_status": "CONFIRMED", "email": "ada@example.com", "email_verified": "true"}
	meta   = map[string]string{"tenant": "<a&b>"}
	valid  = map[string]string{"invite": "7"}
	passed = []trigger.ChallengeResult{{ChallengeName: "SRP_A", ChallengeResult: true}, {ChallengeName: "CUSTOM_CHALLENGE", ChallengeMetadata: "CAPTCHA"}}
	grps   = &trigger.GroupConfiguration{Groups: []string{"g1"}, Roles: []string{"arn:aws:iam::000000000000:role/r"}, PreferredRole: "arn:aws:iam::000000000000:role/r"}
)

// Each event, byte for byte, with everything and with nothing in it.
func TestEvents(t *testing.T) {
	yes, no := true, false
	version := func(v cognito.PreTokenGenerationLambdaVersionType) func(*trigger.Call) {
		return func(c *trigger.Call) {
			c.Config.PreTokenGenerationConfig = &cognito.PreTokenGenerationVersionConfigType{LambdaVersion: v, LambdaARN: lambdatest.ARN("f")}
		}
	}
	tests := []struct {
		golden   string
		source   trigger.Source
		change   func(*trigger.Call)
		response map[string]any
		run      func(context.Context, *trigger.Engine, trigger.Call) error
	}{
		{"pre_sign_up", trigger.PreSignUpSignUp, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.PreSignUp(ctx, c, trigger.PreSignUpRequest{UserAttributes: map[string]string{"email": "ada@example.com"}, ValidationData: valid, ClientMetadata: meta})
			return err
		}},
		{"pre_sign_up_admin", trigger.PreSignUpAdminCreateUser, func(c *trigger.Call) { c.ClientID = "" }, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.PreSignUp(ctx, c, trigger.PreSignUpRequest{})
			return err
		}},
		{"post_confirmation", trigger.PostConfirmationConfirmSignUp, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.PostConfirmation(ctx, c, trigger.PostConfirmationRequest{UserAttributes: attrs, ClientMetadata: meta})
		}},
		{"post_confirmation_reset", trigger.PostConfirmationConfirmForgotPassword, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.PostConfirmation(ctx, c, trigger.PostConfirmationRequest{UserAttributes: attrs})
		}},
		{"pre_authentication", trigger.PreAuthenticationAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.PreAuthentication(ctx, c, trigger.PreAuthenticationRequest{UserAttributes: attrs, ValidationData: valid, UserNotFound: &no})
		}},
		{"pre_authentication_unknown", trigger.PreAuthenticationAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.PreAuthentication(ctx, c, trigger.PreAuthenticationRequest{UserNotFound: &yes})
		}},
		{"pre_authentication_legacy", trigger.PreAuthenticationAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.PreAuthentication(ctx, c, trigger.PreAuthenticationRequest{UserAttributes: attrs})
		}},
		{"post_authentication", trigger.PostAuthenticationAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.PostAuthentication(ctx, c, trigger.PostAuthenticationRequest{UserAttributes: attrs, NewDeviceUsed: true, ClientMetadata: meta})
		}},
		{"define_auth_challenge", trigger.DefineAuthChallengeAuthentication, nil, map[string]any{"issueTokens": true}, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.DefineAuthChallenge(ctx, c, trigger.DefineAuthChallengeRequest{UserAttributes: attrs, Session: passed, ClientMetadata: meta, UserNotFound: &no})
			return err
		}},
		{"define_auth_challenge_first", trigger.DefineAuthChallengeAuthentication, nil, map[string]any{"challengeName": "CUSTOM_CHALLENGE"}, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.DefineAuthChallenge(ctx, c, trigger.DefineAuthChallengeRequest{})
			return err
		}},
		{"create_auth_challenge", trigger.CreateAuthChallengeAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.CreateAuthChallenge(ctx, c, trigger.CreateAuthChallengeRequest{UserAttributes: attrs, ChallengeName: "CUSTOM_CHALLENGE", Session: passed, ClientMetadata: meta, UserNotFound: &no})
			return err
		}},
		{"create_auth_challenge_unknown", trigger.CreateAuthChallengeAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.CreateAuthChallenge(ctx, c, trigger.CreateAuthChallengeRequest{ChallengeName: "CUSTOM_CHALLENGE", UserNotFound: &yes})
			return err
		}},
		{"verify_auth_challenge_response", trigger.VerifyAuthChallengeResponseAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.VerifyAuthChallengeResponse(ctx, c, trigger.VerifyAuthChallengeResponseRequest{UserAttributes: attrs, Private: map[string]string{"answer": "5"}, ChallengeAnswer: "<5>", ClientMetadata: meta, UserNotFound: &no})
			return err
		}},
		{"verify_auth_challenge_response_unknown", trigger.VerifyAuthChallengeResponseAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.VerifyAuthChallengeResponse(ctx, c, trigger.VerifyAuthChallengeResponseRequest{UserNotFound: &yes})
			return err
		}},
		{"pre_token_generation_v1", trigger.TokenGenerationAuthentication, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.PreTokenGeneration(ctx, c, trigger.PreTokenGenerationRequest{UserAttributes: attrs, Groups: grps, Scopes: []string{"unseen"}, ClientMetadata: meta})
			return err
		}},
		{"pre_token_generation_v1_no_groups", trigger.TokenGenerationRefreshTokens, version("V1_0"), nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.PreTokenGeneration(ctx, c, trigger.PreTokenGenerationRequest{UserAttributes: attrs, Groups: &trigger.GroupConfiguration{}})
			return err
		}},
		{"pre_token_generation_v2", trigger.TokenGenerationHostedAuth, version("V2_0"), nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.PreTokenGeneration(ctx, c, trigger.PreTokenGenerationRequest{UserAttributes: attrs, Groups: grps, Scopes: []string{"openid", "email"}, ClientMetadata: meta})
			return err
		}},
		{"pre_token_generation_v3", trigger.TokenGenerationClientCredentials, version("V3_0"), nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.PreTokenGeneration(ctx, c, trigger.PreTokenGenerationRequest{Scopes: []string{"api/read"}})
			return err
		}},
		{"custom_message", trigger.CustomMessageForgotPassword, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.CustomMessage(ctx, c, trigger.CustomMessageRequest{UserAttributes: attrs, ClientMetadata: meta})
			return err
		}},
		{"custom_message_admin", trigger.CustomMessageAdminCreateUser, func(c *trigger.Call) { c.ClientID = "" }, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.CustomMessage(ctx, c, trigger.CustomMessageRequest{UserAttributes: attrs})
			return err
		}},
		{"custom_email_sender", trigger.CustomEmailSenderForgotPassword, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.CustomEmailSender(ctx, c, trigger.CustomSenderRequest{Code: "AYAD", UserAttributes: attrs, ClientMetadata: meta})
		}},
		{"custom_email_sender_without_code", trigger.CustomEmailSenderAccountTakeOverNotification, nil, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.CustomEmailSender(ctx, c, trigger.CustomSenderRequest{})
		}},
		{"custom_sms_sender", trigger.CustomSMSSenderAdminCreateUser, func(c *trigger.Call) { c.ClientID = "" }, nil, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			return e.CustomSMSSender(ctx, c, trigger.CustomSenderRequest{Code: "AYAD", UserAttributes: attrs})
		}},
		{"user_migration", trigger.UserMigrationAuthentication, nil, map[string]any{"userAttributes": map[string]any{"email": "a@example.com"}}, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.UserMigration(ctx, c, trigger.UserMigrationRequest{Password: "typed", ValidationData: valid})
			return err
		}},
		{"user_migration_reset", trigger.UserMigrationForgotPassword, nil, map[string]any{"userAttributes": map[string]any{"email": "a@example.com"}}, func(ctx context.Context, e *trigger.Engine, c trigger.Call) error {
			_, err := e.UserMigration(ctx, c, trigger.UserMigrationRequest{ClientMetadata: meta})
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			s := newSetup(t)
			s.srv.Set("f", lambdatest.Respond(tt.response))
			c := call(tt.source)
			if tt.change != nil {
				tt.change(&c)
			}
			if err := tt.run(t.Context(), s.Engine, c); err != nil {
				t.Fatalf("%s: %v", tt.source, err)
			}
			file := filepath.Join("testdata", "events", tt.golden+".json")
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(s.srv.Events("f")[0]); got != strings.TrimSuffix(string(want), "\n") {
				t.Errorf("%s: got %s\nwant %s", file, got, want)
			}
		})
	}
}

func TestSDKVersion(t *testing.T) {
	tests := map[string]string{
		"":                                      "aws-sdk-unknown-unknown",
		"Mozilla/5.0 (X11)":                     "aws-sdk-unknown-unknown",
		"aws-cli/2.17.0 Python/3.11":            "aws-sdk-unknown-unknown",
		"aws-sdk-js/3.600.0 ua/2.0 os":          "aws-sdk-js-3.600.0",
		"aws-sdk-go-v2/1.30.1":                  "aws-sdk-go-v2-1.30.1",
		"aws-sdk-js/<script>":                   "aws-sdk-unknown-unknown",
		"aws-sdk-js/" + strings.Repeat("1", 99): "aws-sdk-unknown-unknown",
	}
	for agent, want := range tests {
		s := newSetup(t)
		var got any
		s.srv.Handle("f", func(event map[string]any) (any, error) {
			got = event["callerContext"].(map[string]any)["awsSdkVersion"]
			return event, nil
		})
		ctx := idp.WithRequest(t.Context(), &idp.Request{UserAgent: agent})
		if _, err := s.PreSignUp(ctx, call(trigger.PreSignUpSignUp), trigger.PreSignUpRequest{}); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("awsSdkVersion for %q: got %v, want %v", agent, got, want)
		}
	}
}

// A version of the trigger that does not know of app clients on their own is
// not run for them.
func TestClientCredentialsNeedV3(t *testing.T) {
	for _, v := range []cognito.PreTokenGenerationLambdaVersionType{"V1_0", "V2_0"} {
		s := newSetup(t)
		s.srv.Set("f", lambdatest.Throw("Error", "must not run"))
		c := call(trigger.TokenGenerationClientCredentials)
		c.Config.PreTokenGenerationConfig = &cognito.PreTokenGenerationVersionConfigType{LambdaVersion: v, LambdaARN: lambdatest.ARN("f")}
		if _, err := s.PreTokenGeneration(t.Context(), c, trigger.PreTokenGenerationRequest{}); err != nil {
			t.Errorf("PreTokenGeneration with %s: got %v, want nil", v, err)
		}
		if got := s.srv.Calls("f"); got != 0 {
			t.Errorf("PreTokenGeneration with %s: got %d invocations, want none", v, got)
		}
	}
}
