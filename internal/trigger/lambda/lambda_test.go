package lambda_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"rockpool/internal/netguard"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambda"
	"rockpool/internal/trigger/lambdatest"
)

func open(t *testing.T, c lambda.Config) *lambda.Invoker {
	t.Helper()
	c.Region, c.DummyCredentials = "eu-central-1", true
	in, err := lambda.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.Close)
	return in
}

var local = netguard.Dialer{AllowLoopback: true}

func TestInvoke(t *testing.T) {
	srv := lambdatest.New(t)
	arn := srv.Set("f", func(w http.ResponseWriter, r *http.Request, event []byte) {
		if got := r.Header.Get("Authorization"); !strings.Contains(got, "/eu-central-1/lambda/aws4_request") {
			t.Errorf("Authorization: got %s, want one for Lambda in eu-central-1", got)
		}
		if got := r.Header.Get("X-Amz-Invocation-Type"); got != "RequestResponse" && got != "" {
			t.Errorf("X-Amz-Invocation-Type: got %s, want RequestResponse", got)
		}
		w.Write(append([]byte(`{"got":`), append(event, '}')...))
	})
	in := open(t, lambda.Config{Endpoint: srv.URL, Dialer: local})
	for _, id := range []string{arn, arn + ":$LATEST", arn + ":live"} {
		got, err := in.Invoke(t.Context(), id, []byte(`{"a":1}`))
		if err != nil || string(got) != `{"got":{"a":1}}` {
			t.Errorf("Invoke(%s): got %s, %v, want the answer", id, got, err)
		}
	}
}

func TestInvokeErrors(t *testing.T) {
	tests := []struct {
		name      string
		do        lambdatest.Behaviour
		want      string // the name of the error
		retryable bool
	}{
		{"access denied", lambdatest.AccessDenied(), "AccessDeniedException", false},
		{"throttled", lambdatest.Throttle(), "TooManyRequestsException", true},
		{"being updated", lambdatest.Updating(), "ResourceConflictException", false},
		{"service error", lambdatest.ServiceError(), "ServiceException", false},
		{"connection dropped", lambdatest.Drop(), "SdkClientException", false},
		{"redirect", func(w http.ResponseWriter, r *http.Request, _ []byte) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "UnknownError", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := lambdatest.New(t)
			arn := srv.Set("f", tt.do)
			_, err := open(t, lambda.Config{Endpoint: srv.URL, Dialer: local}).Invoke(t.Context(), arn, []byte(`{}`))
			var failed *trigger.InvocationError
			if !errors.As(err, &failed) || failed.Name != tt.want || failed.Retryable != tt.retryable {
				t.Errorf("Invoke: got %v, want %s, retryable %t", err, tt.want, tt.retryable)
			}
			if got := srv.Calls("f"); got != 1 {
				t.Errorf("Invoke: got %d requests, want 1", got)
			}
		})
	}
}

func TestInvokeThrown(t *testing.T) {
	srv := lambdatest.New(t)
	arn := srv.Set("f", lambdatest.Throw("Error", "no"))
	_, err := open(t, lambda.Config{Endpoint: srv.URL, Dialer: local}).Invoke(t.Context(), arn, []byte(`{}`))
	var thrown *trigger.FunctionError
	if !errors.As(err, &thrown) || thrown.Message != "no" {
		t.Errorf("Invoke: got %v, want the function's error", err)
	}
}

func TestAnswerSize(t *testing.T) {
	srv := lambdatest.New(t)
	full := bytes.Repeat([]byte("1"), trigger.MaxAnswer)
	arn := srv.Set("f", lambdatest.Raw(full), lambdatest.Raw(append(full, '1')))
	in := open(t, lambda.Config{Endpoint: srv.URL, Dialer: local})
	if got, err := in.Invoke(t.Context(), arn, []byte(`{}`)); err != nil || len(got) != len(full) {
		t.Errorf("Invoke: got %d bytes, %v, want %d", len(got), err, len(full))
	}
	if _, err := in.Invoke(t.Context(), arn, []byte(`{}`)); !errors.Is(err, trigger.ErrAnswerTooLarge) {
		t.Errorf("Invoke: got %v, want ErrAnswerTooLarge", err)
	}
}

// The guard holds for the endpoint too: with it, a setting cannot make the
// server talk to a metadata service.
func TestForbiddenEndpoint(t *testing.T) {
	for _, endpoint := range []string{"https://169.254.169.254", "https://[fd00:ec2::254]", "https://[fe80::1]"} {
		in := open(t, lambda.Config{Endpoint: endpoint, Dialer: netguard.Dialer{AllowLoopback: true, AllowPrivate: true, Timeout: time.Second}})
		_, err := in.Invoke(t.Context(), lambdatest.ARN("f"), []byte(`{}`))
		var failed *trigger.InvocationError
		if !errors.Is(err, netguard.ErrForbidden) || !errors.As(err, &failed) || failed.Retryable {
			t.Errorf("Invoke at %s: got %v, want ErrForbidden, not to be retried", endpoint, err)
		}
	}
}

func TestNewChecksEndpoint(t *testing.T) {
	for endpoint, ok := range map[string]bool{
		"":                           true,
		"https://lambda.example.com": true,
		"http://127.0.0.1:3001":      true,
		"http://localhost:3001":      true,
		"http://lambda.example.com":  false,
		"127.0.0.1:3001":             false,
		"ftp://127.0.0.1":            false,
		"https://":                   false,
		"https://user:pw@127.0.0.1":  false,
	} {
		_, err := lambda.New(t.Context(), lambda.Config{Endpoint: endpoint, Region: "us-east-1", DummyCredentials: true})
		if (err == nil) != ok {
			t.Errorf("New(%q): got %v, want ok %t", endpoint, err, ok)
		}
	}
	_, err := lambda.New(t.Context(), lambda.Config{Endpoint: "http://lambda:3001", Region: "us-east-1", DummyCredentials: true, AllowHTTP: true})
	if err != nil {
		t.Errorf("New with AllowHTTP: got %v, want nil", err)
	}
}
