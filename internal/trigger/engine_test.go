package trigger_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/netguard"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambda"
	"rockpool/internal/trigger/lambdatest"
)

// setup is an engine whose functions are served by a Lambda server.
type setup struct {
	*trigger.Engine
	srv  *lambdatest.Server
	runs []trigger.Observation
	log  bytes.Buffer
}

func newSetup(t *testing.T) *setup {
	t.Helper()
	s := &setup{srv: lambdatest.New(t)}
	in, err := lambda.New(t.Context(), lambda.Config{
		Endpoint: s.srv.URL, Region: "us-east-1", DummyCredentials: true,
		Dialer: netguard.Dialer{AllowLoopback: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.Close)
	s.Engine = &trigger.Engine{
		Invoker:    in,
		Region:     "us-east-1",
		Logger:     slog.New(slog.NewTextHandler(&s.log, nil)),
		Observe:    func(o trigger.Observation) { s.runs = append(s.runs, o) },
		Timeout:    2 * time.Second,
		RetryDelay: time.Millisecond,
	}
	return s
}

// call is a call for a pool whose triggers all run the function f.
func call(source trigger.Source) trigger.Call {
	f := lambdatest.ARN("f")
	return trigger.Call{
		PoolID: "us-east-1_Example01",
		Config: &cognito.LambdaConfigType{
			PreSignUp: f, PostConfirmation: f, PreAuthentication: f, PostAuthentication: f,
			PreTokenGeneration: f, CustomMessage: f, UserMigration: f,
			DefineAuthChallenge: f, CreateAuthChallenge: f, VerifyAuthChallengeResponse: f,
			CustomEmailSender: &cognito.CustomEmailLambdaVersionConfigType{LambdaVersion: "V1_0", LambdaARN: f},
			CustomSMSSender:   &cognito.CustomSMSLambdaVersionConfigType{LambdaVersion: "V1_0", LambdaARN: f},
		},
		ClientID: "client1",
		UserName: "ada",
		Source:   source,
	}
}

func (s *setup) preSignUp(t *testing.T) (trigger.PreSignUpResponse, error) {
	t.Helper()
	return s.PreSignUp(t.Context(), call(trigger.PreSignUpSignUp), trigger.PreSignUpRequest{})
}

func wantError(t *testing.T, what string, got error, code, message string) {
	t.Helper()
	if want := (&idp.Error{Code: code, Message: message}); !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestSituations(t *testing.T) {
	const (
		thrown     = "UserLambdaValidationException"
		unexpected = "UnexpectedLambdaException"
		invalid    = "InvalidLambdaResponseException"
	)
	tests := []struct {
		name          string
		do            lambdatest.Behaviour
		code, message string
		calls         int
		outcome       trigger.Outcome
	}{
		{"throws", lambdatest.Throw("Error", "Email exists"), thrown,
			"PreSignUp failed with error Email exists.", 1, trigger.OutcomeThrown},
		{"throws nothing", lambdatest.Throw("Error", ""), thrown,
			"PreSignUp failed with error .", 1, trigger.OutcomeThrown},
		{"crashes", lambdatest.Crash(), thrown,
			"PreSignUp failed with error RequestId: 00000000-0000-0000-0000-000000000000 Error: Runtime exited with error: exit status 1.", 1, trigger.OutcomeThrown},
		{"own timeout", lambdatest.OwnTimeout(3 * time.Second), thrown,
			"PreSignUp failed with error RequestId: 00000000-0000-0000-0000-000000000000 Error: Task timed out after 3.00 seconds.", 1, trigger.OutcomeThrown},
		{"access denied", lambdatest.AccessDenied(), unexpected,
			"PreSignUp invocation failed due to error AccessDeniedException.", 1, trigger.OutcomeFailed},
		{"being updated", lambdatest.Updating(), unexpected,
			"PreSignUp invocation failed due to error ResourceConflictException.", 1, trigger.OutcomeFailed},
		{"throttled", lambdatest.Throttle(), unexpected,
			"PreSignUp invocation failed due to error TooManyRequestsException.", 3, trigger.OutcomeFailed},
		{"endpoint fails", lambdatest.ServiceError(), unexpected,
			"PreSignUp invocation failed due to error ServiceException.", 1, trigger.OutcomeFailed},
		{"unknown refusal", lambdatest.Refuse(http.StatusBadGateway, "EC2ThrottledException", ""), unexpected,
			"PreSignUp invocation failed due to error EC2ThrottledException.", 1, trigger.OutcomeFailed},
		{"refusal without a proper name", lambdatest.Refuse(http.StatusBadRequest, "please call 555", ""), unexpected,
			"PreSignUp invocation failed due to error ServiceException.", 1, trigger.OutcomeFailed},
		{"drops the connection", lambdatest.Drop(), unexpected,
			"PreSignUp invocation failed due to error SdkClientException.", 1, trigger.OutcomeFailed},
		{"returns nothing", lambdatest.Raw([]byte("null")), invalid, "Unrecognizable lambda output", 1, trigger.OutcomeInvalid},
		{"returns no bytes", lambdatest.Raw(nil), invalid, "Unrecognizable lambda output", 1, trigger.OutcomeInvalid},
		{"returns garbage", lambdatest.Raw([]byte("<html>")), invalid, "Unrecognizable lambda output", 1, trigger.OutcomeInvalid},
		{"returns too much", lambdatest.Raw(bytes.Repeat([]byte(" "), trigger.MaxAnswer+1)), invalid, "Unrecognizable lambda output", 1, trigger.OutcomeInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSetup(t)
			s.srv.Set("f", tt.do)
			_, err := s.preSignUp(t)
			wantError(t, "PreSignUp", err, tt.code, tt.message)
			if got := s.srv.Calls("f"); got != tt.calls {
				t.Errorf("PreSignUp: got %d invocations, want %d", got, tt.calls)
			}
			if len(s.runs) != 1 || s.runs[0].Outcome != tt.outcome || s.runs[0].Attempts != tt.calls || s.runs[0].Trigger != "PreSignUp" {
				t.Errorf("Observe: got %+v, want one run with outcome %s after %d attempts", s.runs, tt.outcome, tt.calls)
			}
		})
	}
}

func TestMissingFunction(t *testing.T) {
	s := newSetup(t)
	_, err := s.preSignUp(t)
	wantError(t, "PreSignUp", err, "UnexpectedLambdaException", "PreSignUp invocation failed due to error ResourceNotFoundException.")
}

func TestTimeoutIsTriedThreeTimes(t *testing.T) {
	s := newSetup(t)
	s.Timeout = 50 * time.Millisecond
	s.srv.Set("f", lambdatest.Sleep(time.Minute, lambdatest.Echo()))
	start := time.Now()
	_, err := s.preSignUp(t)
	wantError(t, "PreSignUp", err, "UnexpectedLambdaException", "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.")
	if got := s.srv.Calls("f"); got != 3 {
		t.Errorf("PreSignUp: got %d invocations, want 3", got)
	}
	if took := time.Since(start); took < 150*time.Millisecond || took > 5*time.Second {
		t.Errorf("PreSignUp: took %s, want three times 50ms", took)
	}
	if len(s.runs) != 1 || s.runs[0].Outcome != trigger.OutcomeTimeout {
		t.Errorf("Observe: got %+v, want one run with outcome timeout", s.runs)
	}
}

func TestLaterAttemptCounts(t *testing.T) {
	s := newSetup(t)
	s.Timeout = 500 * time.Millisecond
	s.srv.Set("f",
		lambdatest.Sleep(time.Minute, lambdatest.Echo()),
		lambdatest.Throttle(),
		lambdatest.Respond(map[string]any{"autoConfirmUser": true}))
	got, err := s.preSignUp(t)
	if err != nil || !got.AutoConfirmUser {
		t.Errorf("PreSignUp: got %+v, %v, want a confirmed user", got, err)
	}
	events := s.srv.Events("f")
	if len(events) != 3 || !bytes.Equal(events[0], events[2]) {
		t.Errorf("PreSignUp: got %d invocations, want 3 with the same event", len(events))
	}
}

func TestUnreachableEndpointIsTriedThreeTimes(t *testing.T) {
	s := newSetup(t)
	in, err := lambda.New(t.Context(), lambda.Config{
		Endpoint: "http://127.0.0.1:1", Region: "us-east-1", DummyCredentials: true,
		Dialer: netguard.Dialer{AllowLoopback: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Invoker = in
	_, err = s.preSignUp(t)
	wantError(t, "PreSignUp", err, "UnexpectedLambdaException", "PreSignUp invocation failed due to error SdkClientException.")
	if s.runs[0].Attempts != 3 {
		t.Errorf("PreSignUp: got %d attempts, want 3", s.runs[0].Attempts)
	}
}

func TestCallerGoesAway(t *testing.T) {
	s := newSetup(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.srv.Set("f", func(_ http.ResponseWriter, r *http.Request, _ []byte) { cancel(); <-r.Context().Done() })
	_, err := s.PreSignUp(ctx, call(trigger.PreSignUpSignUp), trigger.PreSignUpRequest{})
	var seen *idp.Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &seen) {
		t.Errorf("PreSignUp: got %v, want context.Canceled", err)
	}
	if got := s.srv.Calls("f"); got != 1 {
		t.Errorf("PreSignUp: got %d invocations, want 1", got)
	}
}

func TestEventTooLarge(t *testing.T) {
	s := newSetup(t)
	s.srv.Set("f", lambdatest.Echo())
	_, err := s.PreSignUp(t.Context(), call(trigger.PreSignUpSignUp), trigger.PreSignUpRequest{
		ClientMetadata: map[string]string{"k": strings.Repeat("x", trigger.MaxEvent)},
	})
	wantError(t, "PreSignUp", err, "UnexpectedLambdaException", "PreSignUp invocation failed due to error RequestTooLargeException.")
	if got := s.srv.Calls("f"); got != 0 {
		t.Errorf("PreSignUp: got %d invocations, want none", got)
	}
}

// The log helps to find a failing function, and must not contain what users typed.
func TestLogHoldsNoEvent(t *testing.T) {
	s := newSetup(t)
	s.srv.Set("f", lambdatest.Respond(map[string]any{"userAttributes": "hush-answer"}))
	_, err := s.UserMigration(t.Context(), call(trigger.UserMigrationAuthentication), trigger.UserMigrationRequest{Password: "hush-password"})
	if err == nil {
		t.Fatal("UserMigration: got no error")
	}
	log := s.log.String()
	if strings.Contains(log, "hush") {
		t.Errorf("log: got %s, want nothing of the event or the answer", log)
	}
	for _, want := range []string{"trigger=UserMigration", "response.userAttributes is a string, not an object", lambdatest.ARN("f")} {
		if !strings.Contains(log, want) {
			t.Errorf("log: got %s, want %q in it", log, want)
		}
	}
}

func TestNoTriggerConfigured(t *testing.T) {
	e := &trigger.Engine{} // has no Invoker, so running anything would panic
	for _, config := range []*cognito.LambdaConfigType{nil, {}} {
		c := trigger.Call{Config: config}
		ctx := t.Context()
		if got, err := e.PreSignUp(ctx, c, trigger.PreSignUpRequest{}); err != nil || got != (trigger.PreSignUpResponse{}) {
			t.Errorf("PreSignUp: got %+v, %v, want nothing", got, err)
		}
		if got, err := e.CustomMessage(ctx, c, trigger.CustomMessageRequest{}); err != nil || got != (trigger.CustomMessageResponse{}) {
			t.Errorf("CustomMessage: got %+v, %v, want nothing", got, err)
		}
		if got, err := e.UserMigration(ctx, c, trigger.UserMigrationRequest{}); err != nil || got.Found {
			t.Errorf("UserMigration: got %+v, %v, want nothing", got, err)
		}
		if got, err := e.PreTokenGeneration(ctx, c, trigger.PreTokenGenerationRequest{}); err != nil || got.Groups != nil || got.ID.AddOrOverride != nil {
			t.Errorf("PreTokenGeneration: got %+v, %v, want nothing", got, err)
		}
		if err := e.CustomEmailSender(ctx, c, trigger.CustomSenderRequest{}); err != nil {
			t.Errorf("CustomEmailSender: got %v, want nil", err)
		}
		if err := e.CustomSMSSender(ctx, c, trigger.CustomSenderRequest{}); err != nil {
			t.Errorf("CustomSMSSender: got %v, want nil", err)
		}
		if err := e.PostConfirmation(ctx, c, trigger.PostConfirmationRequest{}); err != nil {
			t.Errorf("PostConfirmation: got %v, want nil", err)
		}
		if err := e.PreAuthentication(ctx, c, trigger.PreAuthenticationRequest{}); err != nil {
			t.Errorf("PreAuthentication: got %v, want nil", err)
		}
		if err := e.PostAuthentication(ctx, c, trigger.PostAuthenticationRequest{}); err != nil {
			t.Errorf("PostAuthentication: got %v, want nil", err)
		}
	}
}
