package sms

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"rockpool/internal/message"
)

const secret = "a secret of 24 bytes / @"

var hello = message.Message{
	ID: "ID42", Medium: message.SMS, Purpose: message.SignUp, PoolID: "p1", Username: "ada",
	To: "+12065551234", Body: "Your verification code is 123456. ",
}

// gateway is a real HTTP server that keeps the requests it gets.
type gateway struct {
	*httptest.Server
	requests []*http.Request
	bodies   [][]byte
}

func startGateway(t *testing.T, status int, answer string) *gateway {
	t.Helper()
	g := &gateway{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("gateway: %v", err)
		}
		g.requests, g.bodies = append(g.requests, r), append(g.bodies, body)
		w.Header().Set("Location", g.URL+"/elsewhere")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(g.Close)
	return g
}

// webhook is the setting that reaches the gateway as a webhook.
func (g *gateway) webhook() string {
	u, _ := url.Parse(g.URL)
	u.User, u.Path, u.RawQuery = url.UserPassword("", secret), "/send", "tenant=1"
	return u.String()
}

// sns is the setting that reaches the gateway as SNS.
func (g *gateway) sns() string {
	return "sns://AKID:" + url.QueryEscape(secret) + "@" + g.Listener.Addr().String() + "?region=eu-west-1&tls=off&sender=Rockpool"
}

func open(t *testing.T, setting string, o Options) message.Transport {
	t.Helper()
	tr, err := Open(t.Context(), setting, o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return tr
}

func TestWebhook(t *testing.T) {
	g := startGateway(t, http.StatusAccepted, "")
	now := time.Unix(1767225600, 0)
	tr := open(t, g.webhook(), Options{Now: func() time.Time { return now }})
	if err := tr.Deliver(t.Context(), hello); err != nil {
		t.Fatalf("Deliver: %v", err)
	}
	r, body := g.requests[0], g.bodies[0]
	if r.Method != http.MethodPost || r.URL.String() != "/send?tenant=1" || r.Header.Get("Authorization") != "" {
		t.Errorf("request: got %s %s with Authorization %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}
	var got Payload
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("body %q: %v", body, err)
	}
	if want := (Payload{"ID42", "+12065551234", "Your verification code is 123456. ", "p1", "ada", "SignUp"}); got != want {
		t.Errorf("payload: got %+v, want %+v", got, want)
	}
	if ts := r.Header.Get(TimestampHeader); ts != "1767225600" {
		t.Errorf("timestamp: got %q, want 1767225600", ts)
	}
	if sig := r.Header.Get(SignatureHeader); !hmac.Equal([]byte(sig), []byte(Sign([]byte(secret), "1767225600", body))) {
		t.Errorf("signature: got %q", sig)
	}
}

// The signature by an independent calculation (openssl dgst -sha256 -hmac).
func TestSignVector(t *testing.T) {
	got := Sign([]byte("0123456789abcdef"), "1767225600", []byte(`{"to":"+1"}`))
	if want := "v1=4d4974662d9b6f5cc83924e67fe3ab911f30465fdf79c37825228516190e01a9"; got != want {
		t.Errorf("Sign: got %q, want %q", got, want)
	}
}

func TestWebhookAnswers(t *testing.T) {
	for status, want := range map[int]message.Failure{
		400: message.Rejected, 401: message.Rejected, 404: message.Rejected, 302: message.Rejected, 307: message.Rejected,
		408: message.Temporary, 429: message.Temporary, 500: message.Temporary, 503: message.Temporary,
	} {
		g := startGateway(t, status, "no such number +12065551234")
		err := open(t, g.webhook(), Options{}).Deliver(t.Context(), hello)
		if err == nil || message.Classify("", err).Failure != want {
			t.Errorf("Deliver answered %d: got %v, want %s", status, err, want)
			continue
		}
		if strings.Contains(err.Error(), "5551234") {
			t.Errorf("Deliver answered %d: the error %q names the number", status, err)
		}
		if len(g.requests) != 1 {
			t.Errorf("Deliver answered %d: %d requests, want 1 (no redirect, no retry)", status, len(g.requests))
		}
	}
}

func TestWebhookUnreachable(t *testing.T) {
	g := startGateway(t, 200, "")
	g.Close()
	err := open(t, g.webhook(), Options{}).Deliver(t.Context(), hello)
	if err == nil || message.Classify("", err).Failure != message.Unreachable || strings.Contains(err.Error(), "tenant") {
		t.Errorf("Deliver: got %v, want unreachable, without the URL", err)
	}
}

func TestHangingGateway(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	g := &gateway{Server: s}
	for _, setting := range []string{g.webhook(), g.sns()} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := open(t, setting, Options{}).Deliver(ctx, hello)
		cancel()
		if err == nil || message.Classify("", err).Failure != message.Temporary {
			t.Errorf("Deliver: got %v, want a temporary failure", err)
		}
	}
}

// Both gateways connect through the dial function that they were given.
func TestDialGuard(t *testing.T) {
	refusal := errors.New("address refused")
	g := startGateway(t, 200, "")
	for _, setting := range []string{g.webhook(), g.sns()} {
		tr := open(t, setting, Options{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, refusal }})
		if err := tr.Deliver(t.Context(), hello); !errors.Is(err, refusal) {
			t.Errorf("Deliver: got %v, want %v", err, refusal)
		}
	}
	if len(g.requests) != 0 {
		t.Errorf("the gateway got %d requests, want none", len(g.requests))
	}
}

func TestSNS(t *testing.T) {
	const answer = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m1</MessageId></PublishResult></PublishResponse>`
	g := startGateway(t, http.StatusOK, answer)
	if err := open(t, g.sns(), Options{}).Deliver(t.Context(), hello); err != nil {
		t.Fatalf("Deliver: %v", err)
	}
	form, err := url.ParseQuery(string(g.bodies[0]))
	if err != nil {
		t.Fatalf("body: %v", err)
	}
	for name, want := range map[string]string{"Action": "Publish", "PhoneNumber": hello.To, "Message": hello.Body} {
		if got := form.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if body := form.Encode(); !strings.Contains(body, "Transactional") || !strings.Contains(body, "Rockpool") {
		t.Errorf("attributes: got %s, want the type and the sender", body)
	}
	auth := g.requests[0].Header.Get("Authorization")
	if !strings.Contains(auth, "Credential=AKID/") || !strings.Contains(auth, "/eu-west-1/sns/") {
		t.Errorf("Authorization: got %q", auth)
	}
}

func TestSNSErrors(t *testing.T) {
	for _, tt := range []struct {
		status int
		code   string
		want   message.Failure
	}{
		{400, "InvalidParameter", message.Rejected},
		{403, "AuthorizationError", message.Rejected},
		{400, "Throttled", message.Temporary},
		{400, "ThrottlingException", message.Temporary},
		{500, "InternalError", message.Temporary},
	} {
		g := startGateway(t, tt.status, "<ErrorResponse><Error><Type>Sender</Type><Code>"+tt.code+"</Code><Message>not for +12065551234</Message></Error></ErrorResponse>")
		err := open(t, g.sns(), Options{}).Deliver(t.Context(), hello)
		if err == nil || message.Classify("", err).Failure != tt.want || !strings.Contains(err.Error(), tt.code) {
			t.Errorf("Deliver answered %s: got %v, want %s with the code", tt.code, err, tt.want)
			continue
		}
		if strings.Contains(err.Error(), "5551234") {
			t.Errorf("Deliver answered %s: the error %q names the number", tt.code, err)
		}
		if len(g.requests) != 1 {
			t.Errorf("Deliver answered %s: %d requests, want 1", tt.code, len(g.requests))
		}
	}
}

func TestDeliverChecksNumber(t *testing.T) {
	g := startGateway(t, 200, "")
	for _, to := range []string{"", "+", "12065551234", "+1206555 1234", "+12065551234567890", "+1206\r\nx", "ada@example.com"} {
		m := hello
		m.To = to
		for _, setting := range []string{g.webhook(), g.sns()} {
			if err := open(t, setting, Options{}).Deliver(t.Context(), m); err == nil || message.Classify("", err).Failure != message.Rejected {
				t.Errorf("Deliver to %q: got %v, want a rejection", to, err)
			}
		}
	}
	if len(g.requests) != 0 {
		t.Errorf("the gateway got %d requests, want none", len(g.requests))
	}
}

// A wrong setting says what to mend and keeps the secret to itself.
func TestOpenErrors(t *testing.T) {
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_CONFIG_FILE", "/nonexistent")
	for _, tt := range []struct{ setting, want string }{
		{"", "unknown scheme"},
		{"smtp://:hunter2hunter2hunter2@x", "unknown scheme"},
		{"https://:hunter2%zz@sms.example", "escaped"},
		{"https://sms.example/send", "at least 16 bytes"},
		{"https://:hunter2@sms.example/send", "at least 16 bytes"},
		{"https://hunter2:hunter2hunter2hunter2@sms.example", "no user"},
		{"http://:hunter2hunter2hunter2@sms.example", "this machine only"},
		{"https://:hunter2hunter2hunter2@", "host is missing"},
		{"https://:hunter2hunter2hunter2@sms.example#x", "%23"},
		{"sns://", "region is missing"},
		{"sns://hunter2@host?region=x", "both parts"},
		{"sns://host/path?region=x", "after the host"},
		{"sns://?region=x&tls=off", "needs an endpoint"},
		{"sns://host?region=x&tls=on", "only be off"},
		{"sns://host?regoin=x", "unknown option"},
		{"sns://host?region=x&region=y", "exactly one"},
		{"sns://host?region=%zz", "not well-formed"},
	} {
		_, err := Open(t.Context(), tt.setting, Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Open(%q): got %v, want an error with %q", tt.setting, err, tt.want)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q): the error %q shows the secret", tt.setting, err)
		}
	}
}
