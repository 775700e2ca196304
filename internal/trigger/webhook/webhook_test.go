package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rockpool/internal/netguard"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/webhook"
)

const secret = "0123456789abcdef"

func open(t *testing.T, url string) *webhook.Invoker {
	t.Helper()
	in, err := webhook.New(webhook.Config{URL: url, Secret: []byte(secret), Now: func() time.Time { return time.Unix(1767225600, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.Close)
	return in
}

// The signature is a published format: functions check it in other languages.
func TestSign(t *testing.T) {
	const want = "v1=46174f06cdd9bc819e211dd33f9455de1b7edb4b9761107b29c7cb46028093e9"
	if got := webhook.Sign([]byte(secret), "1767225600", []byte(`{"version":"1"}`)); got != want {
		t.Errorf("Sign: got %s, want %s", got, want)
	}
}

func TestInvokeIsSigned(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != "POST" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("request: got %s of %s, %v, want a POST of JSON", r.Method, r.Header.Get("Content-Type"), err)
		}
		if got := r.Header.Get(webhook.TimestampHeader); got != "1767225600" {
			t.Errorf("%s: got %s, want 1767225600", webhook.TimestampHeader, got)
		}
		if got, want := r.Header.Get(webhook.SignatureHeader), webhook.Sign([]byte(secret), "1767225600", body); got != want {
			t.Errorf("%s: got %s, want %s", webhook.SignatureHeader, got, want)
		}
		w.Write(append(body, '!'))
	}))
	defer srv.Close()
	got, err := open(t, srv.URL+"/f").Invoke(t.Context(), "", []byte(`{}`))
	if err != nil || string(got) != "{}!" {
		t.Errorf("Invoke: got %s, %v, want the body of the response", got, err)
	}
}

func TestResponses(t *testing.T) {
	tests := []struct {
		name         string
		status       int
		body         string
		thrown, fail string
		retryable    bool
	}{
		{"thrown", 400, `{"errorMessage":"no"}`, "no", "", false},
		{"thrown with another status", 422, `{"errorMessage":"no"}`, "no", "", false},
		{"thrown without text", 400, `{"errorMessage":""}`, "", "", false},
		{"bad request", 400, `<html>`, "", "ServiceException", false},
		{"unauthorized", 401, ``, "", "AccessDeniedException", false},
		{"forbidden", 403, `{}`, "", "AccessDeniedException", false},
		{"missing", 404, `{"message":"x"}`, "", "ResourceNotFoundException", false},
		{"conflict", 409, ``, "", "ResourceConflictException", false},
		{"too large", 413, ``, "", "RequestTooLargeException", false},
		{"throttled", 429, ``, "", "TooManyRequestsException", true},
		{"broken", 500, `{"errorMessage":"a secret of the server"}`, "", "ServiceException", false},
		{"no content", 204, ``, "", "ServiceException", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
			}))
			defer srv.Close()
			_, err := open(t, srv.URL).Invoke(t.Context(), "", []byte(`{}`))
			var thrown *trigger.FunctionError
			var failed *trigger.InvocationError
			switch {
			case tt.fail == "":
				if !errors.As(err, &thrown) || thrown.Message != tt.thrown {
					t.Errorf("Invoke: got %v, want %q thrown", err, tt.thrown)
				}
			case !errors.As(err, &failed) || failed.Name != tt.fail || failed.Retryable != tt.retryable:
				t.Errorf("Invoke: got %v, want %s, retryable %t", err, tt.fail, tt.retryable)
			}
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	calls := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	_, err := open(t, srv.URL).Invoke(t.Context(), "", []byte(`{}`))
	var failed *trigger.InvocationError
	if !errors.As(err, &failed) || failed.Name != trigger.NameService || calls != 1 {
		t.Errorf("Invoke: got %v after %d requests, want ServiceException after 1", err, calls)
	}
}

func TestAnswerSize(t *testing.T) {
	size := trigger.MaxAnswer
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write(bytes.Repeat([]byte("1"), size))
	}))
	defer srv.Close()
	in := open(t, srv.URL)
	if got, err := in.Invoke(t.Context(), "", nil); err != nil || len(got) != size {
		t.Errorf("Invoke: got %d bytes, %v, want %d", len(got), err, size)
	}
	size++
	if _, err := in.Invoke(t.Context(), "", nil); !errors.Is(err, trigger.ErrAnswerTooLarge) {
		t.Errorf("Invoke: got %v, want ErrAnswerTooLarge", err)
	}
}

func TestInvokeEndsWithItsContext(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := open(t, srv.URL).Invoke(ctx, "", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Invoke: got %v, want DeadlineExceeded", err)
	}
}

// URLs of webhooks may contain tokens.
func TestErrorsHoldNoURL(t *testing.T) {
	_, err := open(t, "http://127.0.0.1:1/hook?token=hush").Invoke(t.Context(), "", nil)
	var failed *trigger.InvocationError
	if !errors.As(err, &failed) || !failed.Retryable || strings.Contains(err.Error(), "hush") {
		t.Errorf("Invoke: got %v, want a retryable error without the URL", err)
	}
}

func TestForbiddenAddress(t *testing.T) {
	_, err := open(t, "https://169.254.169.254/latest").Invoke(t.Context(), "", nil)
	var failed *trigger.InvocationError
	if !errors.Is(err, netguard.ErrForbidden) || !errors.As(err, &failed) || failed.Retryable {
		t.Errorf("Invoke: got %v, want ErrForbidden, not to be retried", err)
	}
}

func TestNewChecksConfig(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://functions.example.com/f": true,
		"http://127.0.0.1:8080/f":         true,
		"http://[::1]:8080/f":             true,
		"http://localhost:8080":           true,
		"http://functions.example.com":    false,
		"http://10.0.0.1/":                false,
		"https://u:p@example.com":         false,
		"https:///f":                      false,
		"functions.example.com":           false,
		"file:///etc/passwd":              false,
		"":                                false,
	} {
		_, err := webhook.New(webhook.Config{URL: url, Secret: []byte(secret)})
		if (err == nil) != ok {
			t.Errorf("New(%q): got %v, want ok %t", url, err, ok)
		}
	}
	if _, err := webhook.New(webhook.Config{URL: "https://functions.example.com", Secret: []byte("short")}); err == nil {
		t.Error("New with a short secret: got nil, want an error")
	}
}
