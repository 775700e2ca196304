package awsjson_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/awsjson"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

const prefix = "AWSCognitoIdentityProviderService."

var errBroken = errors.New("disk on fire at /var/lib")

// service stands for the operations. What it does hangs on what it is asked.
type service struct {
	cognito.Unimplemented
	seen   chan *idp.Request
	before func(ctx context.Context)
}

func (s *service) InitiateAuth(ctx context.Context, in *cognito.InitiateAuthRequest) (*cognito.InitiateAuthResponse, error) {
	if s.seen != nil {
		s.seen <- idp.RequestFrom(ctx)
	}
	if s.before != nil {
		s.before(ctx)
	}
	switch in.ClientID {
	case "refused":
		return nil, idp.NotAuthorized("Incorrect username or password.")
	case "wrapped":
		return nil, fmt.Errorf("signing in: %w", idp.NotAuthorized("User is disabled."))
	case "hostile":
		return nil, idp.NotAuthorized("a\r\nSet-Cookie: x=1\r\n\r\n<ü> \x00" + strings.Repeat("y", 4000))
	case "broken":
		return nil, errBroken
	case "fault":
		return nil, &idp.Error{Code: "InternalErrorException", Message: "Something went wrong"}
	case "undeclared":
		return nil, &idp.Error{Code: "DuplicateProviderException", Message: "not in the model"}
	case "panic":
		panic("at the disco")
	case "abort":
		panic(http.ErrAbortHandler)
	case "slow":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &cognito.InitiateAuthResponse{Session: "<&>" + in.ClientID}, nil
}

func (s *service) DeleteUser(context.Context, *cognito.DeleteUserRequest) error { return nil }

func (s *service) GlobalSignOut(context.Context, *cognito.GlobalSignOutRequest) (*cognito.GlobalSignOutResponse, error) {
	return &cognito.GlobalSignOutResponse{}, nil
}

func (s *service) GetUser(context.Context, *cognito.GetUserRequest) (*cognito.GetUserResponse, error) {
	return nil, nil // a handler's mistake
}

func (s *service) ListUserPoolClientSecrets(context.Context, *cognito.ListUserPoolClientSecretsRequest) (*cognito.ListUserPoolClientSecretsResponse, error) {
	return nil, errBroken
}

func (s *service) DescribeUserPool(_ context.Context, in *cognito.DescribeUserPoolRequest) (*cognito.DescribeUserPoolResponse, error) {
	return &cognito.DescribeUserPoolResponse{UserPool: &cognito.UserPoolType{ID: in.UserPoolID}}, nil
}

func (s *service) ListUserPools(context.Context, *cognito.ListUserPoolsRequest) (*cognito.ListUserPoolsResponse, error) {
	return &cognito.ListUserPoolsResponse{}, nil
}

func (s *service) TagResource(context.Context, *cognito.TagResourceRequest) (*cognito.TagResourceResponse, error) {
	return &cognito.TagResourceResponse{}, nil
}

// harness is a handler on a real HTTP server.
type harness struct {
	t   *testing.T
	url string

	mu         sync.Mutex
	logs       bytes.Buffer
	observed   []string
	undeclared []string
}

func (h *harness) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.logs.Write(p)
}

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func start(t *testing.T, change func(*awsjson.Config)) *harness {
	t.Helper()
	h := &harness{t: t}
	c := awsjson.Config{
		Service:    &service{},
		Authorizer: awsjson.AnySignature{AccountID: "000000000000"},
		Region:     "us-east-1",
		AccountID:  "000000000000",
		Logger:     slog.New(slog.NewJSONHandler(h, nil)),
		Now:        func() time.Time { return now },
		Observe: func(op, code string, d time.Duration) {
			h.mu.Lock()
			defer h.mu.Unlock()
			if d <= 0 {
				t.Errorf("Observe(%s): got duration %v, want more", op, d)
			}
			h.observed = append(h.observed, op+" "+code)
		},
		OnUndeclared: func(op, code string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.undeclared = append(h.undeclared, op+" "+code)
		},
	}
	if change != nil {
		change(&c)
	}
	handler, err := awsjson.New(c)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

// answer is what came back.
type answer struct {
	status  int
	header  http.Header
	body    string
	code    string
	message string
}

func (h *harness) call(op, body string, change ...func(*http.Request)) answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), "POST", h.url+"/", strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", prefix+op)
	for _, f := range change {
		f(r)
	}
	return h.do(r)
}

func (h *harness) do(r *http.Request) answer {
	h.t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatalf("Do: %v", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatalf("ReadAll: %v", err)
	}
	a := answer{status: res.StatusCode, header: res.Header, body: string(b)}
	if a.status != http.StatusOK {
		var e struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if err := json.Unmarshal(b, &e); err != nil {
			h.t.Fatalf("error body %q: %v", b, err)
		}
		a.code, a.message = e.Type, e.Message
		if got := a.header.Get("X-Amzn-ErrorType"); got != a.code {
			h.t.Errorf("x-amzn-ErrorType: got %q, want %q", got, a.code)
		}
	}
	h.wantCommon(a)
	return a
}

// wantCommon checks what every answer has.
func (h *harness) wantCommon(a answer) {
	h.t.Helper()
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin":   "*",
		"Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
		"Date":                          "Mon, 23 Nov 2026 12:00:00 GMT",
		"Cache-Control":                 "no-store",
	} {
		if got := a.header.Get(name); got != want {
			h.t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if id := a.header.Get("X-Amzn-RequestId"); len(id) != 36 {
		h.t.Errorf("x-amzn-RequestId: got %q, want a UUID", id)
	}
}

func (h *harness) want(a answer, status int, code, message string) {
	h.t.Helper()
	if a.status != status || a.code != code || a.message != message {
		h.t.Errorf("got %d %s %q, want %d %s %q", a.status, a.code, a.message, status, code, message)
	}
}

// lines returns the log, which is complete once the server has answered and
// the handler has returned.
func (h *harness) lines() []map[string]any {
	h.t.Helper()
	var out []map[string]any
	for range 100 {
		h.mu.Lock()
		text := h.logs.String()
		h.mu.Unlock()
		if strings.Contains(text, `"msg":"request"`) {
			for line := range strings.Lines(text) {
				m := map[string]any{}
				if err := json.Unmarshal([]byte(line), &m); err != nil {
					h.t.Fatalf("log line %q: %v", line, err)
				}
				out = append(out, m)
			}
			return out
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatal("no log line within a second")
	return nil
}

const signIn = `{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"%s","AuthParameters":{"PASSWORD":"hunter2-secret"}}`

func auth(client string) string { return fmt.Sprintf(signIn, client) }

func TestSuccess(t *testing.T) {
	h := start(t, nil)
	a := h.call("InitiateAuth", auth("fine"))
	if a.status != 200 || a.body != `{"Session":"<&>fine"}` {
		t.Errorf("got %d %s, want 200 with the session as it is", a.status, a.body)
	}
	if got := a.header.Get("Content-Type"); got != "application/x-amz-json-1.1" {
		t.Errorf("Content-Type: got %q", got)
	}
	line := h.lines()[0]
	if len(h.lines()) != 1 || line["operation"] != "InitiateAuth" || line["code"] != "" || line["status"] != 200.0 ||
		line["request_id"] != a.header.Get("X-Amzn-RequestId") || line["source_ip"] != "127.0.0.1" || line["level"] != "INFO" {
		t.Errorf("log: got %v", h.lines())
	}
	if ms, ok := line["duration_ms"].(float64); !ok || ms <= 0 || ms > 60_000 {
		t.Errorf("log: got duration_ms %v, want what a request takes", line["duration_ms"])
	}
	if h.observed[0] != "InitiateAuth " {
		t.Errorf("Observe: got %q", h.observed)
	}
	if strings.Contains(h.logs.String(), "hunter2") {
		t.Errorf("log holds the password: %s", h.logs.String())
	}
}

func TestEmptyAnswers(t *testing.T) {
	h := start(t, nil)
	tests := map[string]string{"DeleteUser": "", "GlobalSignOut": "{}"}
	for op, want := range tests {
		a := h.call(op, `{"AccessToken":"a.b.c"}`)
		if a.status != 200 || a.body != want || a.header.Get("Content-Length") != fmt.Sprint(len(want)) {
			t.Errorf("%s: got %d %q, want 200 %q", op, a.status, a.body, want)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name, op, body string
		status         int
		code, message  string
		fault          bool
	}{
		{"declared", "InitiateAuth", auth("refused"), 400, "NotAuthorizedException", "Incorrect username or password.", false},
		{"wrapped", "InitiateAuth", auth("wrapped"), 400, "NotAuthorizedException", "User is disabled.", false},
		{"internal", "InitiateAuth", auth("broken"), 500, "InternalErrorException", "Internal error", true},
		{"own fault", "InitiateAuth", auth("fault"), 500, "InternalErrorException", "Something went wrong", true},
		{"neither answer nor error", "GetUser", `{"AccessToken":"a.b.c"}`, 500, "InternalErrorException", "Internal error", true},
		{"timeout", "InitiateAuth", auth("slow"), 500, "InternalErrorException", "Internal error", true},
		{"panic", "InitiateAuth", auth("panic"), 500, "InternalErrorException", "Internal error", true},
		{"not implemented", "GetUserAuthFactors", `{"AccessToken":"a.b.c"}`, 501, "NotImplementedException", "Operation GetUserAuthFactors is not built yet.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := start(t, func(c *awsjson.Config) { c.Timeout = 20 * time.Millisecond })
			a := h.call(tt.op, tt.body)
			h.want(a, tt.status, tt.code, tt.message)
			if got := a.header.Get("X-Amzn-ErrorMessage"); got != tt.message {
				t.Errorf("x-amzn-ErrorMessage: got %q, want %q", got, tt.message)
			}
			lines := h.lines()
			level := map[bool]string{true: "ERROR", false: "INFO"}[tt.fault]
			if len(lines) != 1 || lines[0]["level"] != level || lines[0]["code"] != tt.code || lines[0]["operation"] != tt.op {
				t.Errorf("log: got %v, want one line of level %s", lines, level)
			}
			if got, want := h.observed[0], tt.op+" "+tt.code; got != want {
				t.Errorf("Observe: got %q, want %q", got, want)
			}
			if len(h.undeclared) > 0 {
				t.Errorf("OnUndeclared: got %q, want nothing", h.undeclared)
			}
		})
	}
}

// A few operations declare InternalServerException instead.
func TestInternalErrorAsDeclared(t *testing.T) {
	h := start(t, nil)
	a := h.call("ListUserPoolClientSecrets", `{"UserPoolId":"us-east-1_abc","ClientId":"abc"}`, sign)
	h.want(a, 500, "InternalServerException", "Internal error")
}

// The cause of an internal error is in the log, and nowhere else.
func TestInternalErrorStaysInside(t *testing.T) {
	h := start(t, nil)
	a := h.call("InitiateAuth", auth("broken"))
	if strings.Contains(a.body+fmt.Sprint(a.header), "disk") {
		t.Errorf("answer tells the cause: %s", a.body)
	}
	if got := h.lines()[0]["error"]; got != errBroken.Error() {
		t.Errorf("log: got error %v, want %v", got, errBroken)
	}
}

func TestPanicIsLoggedWithItsStack(t *testing.T) {
	h := start(t, nil)
	h.call("InitiateAuth", auth("panic"))
	line := h.lines()[0]
	stack, _ := line["stack"].(string)
	if line["error"] != "panic: at the disco" || !strings.Contains(stack, "InitiateAuth") {
		t.Errorf("log: got %v, want the panic and its stack", line)
	}
	h.want(h.call("InitiateAuth", auth("refused")), 400, "NotAuthorizedException", "Incorrect username or password.")
}

func TestAbortIsHandedOn(t *testing.T) {
	h := start(t, nil)
	r, err := http.NewRequestWithContext(t.Context(), "POST", h.url, strings.NewReader(auth("abort")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {prefix + "InitiateAuth"}}
	if res, err := http.DefaultClient.Do(r); err == nil {
		res.Body.Close()
		t.Errorf("Do: got status %d, want a closed connection", res.StatusCode)
	}
}

// What callers send comes back in messages; it must not become headers.
func TestHeadersAreSanitised(t *testing.T) {
	h := start(t, nil)
	a := h.call("InitiateAuth", auth("hostile"))
	got := a.header.Get("X-Amzn-ErrorMessage")
	if !strings.HasPrefix(got, "a  Set-Cookie: x=1    <?> ?yyy") || len(got) != 512 {
		t.Errorf("x-amzn-ErrorMessage: got %d bytes %.60q", len(got), got)
	}
	if a.header.Get("Set-Cookie") != "" {
		t.Error("the message became a header")
	}
	if !strings.HasPrefix(a.message, "a\r\nSet-Cookie: x=1\r\n\r\n<ü> \x00yyy") || len(a.message) < 4000 {
		t.Errorf("message: got %.60q, want all of it", a.message)
	}
}

func TestUndeclaredErrors(t *testing.T) {
	h := start(t, nil)
	a := h.call("InitiateAuth", auth("undeclared"))
	h.want(a, 400, "DuplicateProviderException", "not in the model")
	if len(h.undeclared) != 1 || h.undeclared[0] != "InitiateAuth DuplicateProviderException" {
		t.Errorf("OnUndeclared: got %q", h.undeclared)
	}
	if lines := h.lines(); lines[0]["msg"] != "undeclared error" || lines[0]["level"] != "WARN" {
		t.Errorf("log: got %v, want a warning first", lines)
	}
}

func TestAdmit(t *testing.T) {
	called := false
	h := start(t, func(c *awsjson.Config) {
		c.Service = &service{before: func(context.Context) { called = true }}
		c.Admit = func(ctx context.Context, op *cognito.Operation, in any) error {
			if idp.RequestFrom(ctx).Operation != op.Name || in.(*cognito.InitiateAuthRequest).ClientID != "fine" {
				t.Errorf("Admit: got %s %+v", op.Name, in)
			}
			return idp.ErrTooManyRequests
		}
	})
	h.want(h.call("InitiateAuth", auth("fine")), 400, "TooManyRequestsException", "Rate exceeded")
	if called || len(h.undeclared) > 0 {
		t.Errorf("called %v, undeclared %q; want neither", called, h.undeclared)
	}
}

func TestRequestFacts(t *testing.T) {
	seen := make(chan *idp.Request, 1)
	h := start(t, func(c *awsjson.Config) {
		c.Service = &service{seen: seen}
		c.ClientIP = func(*http.Request) string { return "192.0.2.7" }
		c.NewRequestID = func() string { return "0f8fad5b-d9cb-469f-a165-70867728950e" }
	})
	h.call("InitiateAuth", auth("fine"), func(r *http.Request) { r.Header.Set("User-Agent", strings.Repeat("a", 4000)) })
	got := <-seen
	want := idp.Request{ID: "0f8fad5b-d9cb-469f-a165-70867728950e", SourceIP: "192.0.2.7", UserAgent: strings.Repeat("a", 1024), Operation: "InitiateAuth"}
	if *got != want {
		t.Errorf("idp.Request: got %+v, want %+v", *got, want)
	}
}

// A client that leaves is not a failure of the server's.
func TestClientLeaves(t *testing.T) {
	inside := make(chan struct{})
	h := start(t, func(c *awsjson.Config) {
		c.Service = &service{before: func(context.Context) { close(inside) }}
	})
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "POST", h.url, strings.NewReader(auth("slow")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {prefix + "InitiateAuth"}}
	go func() { <-inside; cancel() }()
	if res, err := http.DefaultClient.Do(r); err == nil {
		res.Body.Close()
		t.Fatal("Do: got an answer, want none")
	}
	if line := h.lines()[0]; line["level"] != "INFO" || line["code"] != "ClientClosedRequest" {
		t.Errorf("log: got %v, want a quiet line", line)
	}
	if h.observed[0] != "InitiateAuth ClientClosedRequest" {
		t.Errorf("Observe: got %q", h.observed)
	}
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	for want, c := range map[string]awsjson.Config{
		"Service":    {Authorizer: awsjson.AnySignature{}},
		"Authorizer": {Service: &service{}},
	} {
		if _, err := awsjson.New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New: got %v, want an error about %s", err, want)
		}
	}
	if _, err := awsjson.New(awsjson.Config{Service: &service{}, Authorizer: awsjson.AnySignature{}}); err != nil {
		t.Errorf("New: got %v, want defaults to do", err)
	}
}

// sign adds a signature that development accepts.
func sign(r *http.Request) {
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261123/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0")
}
