package dev_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rockpool/internal/clock"
	"rockpool/internal/dev"
)

var info = dev.Info{
	Endpoint: "http://localhost:9229", Region: "us-east-1", UserPoolID: "us-east-1_RockPool1", ClientID: "c1",
	AccessKeyID: "rockpool", SecretAccessKey: "rockpool", ClientSecret: "it's", Inbox: "http://localhost:9230/dev/inbox",
}

// site is the helpers behind the guard.
type site struct {
	http.Handler
	clock  clock.Clock
	resets int
	broken error
}

func newSite() *site {
	s := &site{}
	h := &dev.Helpers{
		Info: func() dev.Info { return info }, Clock: &s.clock, Logger: slog.New(slog.DiscardHandler),
		Reset: func(context.Context) error { s.resets++; return s.broken },
	}
	mux := http.NewServeMux()
	h.Register(mux)
	s.Handler = dev.Guard(mux)
	return s
}

func (s *site) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost:9230"+target, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestGuard(t *testing.T) {
	for _, tt := range []struct {
		name, method string
		header       []string
		want         int
	}{
		{"localhost", "POST", []string{"Host", "localhost:9230"}, 200},
		{"a name below localhost", "POST", []string{"Host", "rockpool.localhost"}, 200},
		{"127.0.0.1", "POST", []string{"Host", "127.0.0.1:9230"}, 200},
		{"::1", "POST", []string{"Host", "[::1]:9230"}, 200},
		{"a page of its own", "POST", []string{"Host", "localhost:9230", "Origin", "http://localhost:9230", "Sec-Fetch-Site", "same-origin"}, 200},
		{"a stranger's name", "POST", []string{"Host", "evil.example:9230"}, 403},
		{"a stranger's name, reading", "GET", []string{"Host", "evil.example"}, 403},
		{"a name that looks like localhost", "POST", []string{"Host", "localhost.evil.example"}, 403},
		{"no name", "POST", []string{"Host", ""}, 403},
		{"another address", "POST", []string{"Host", "192.0.2.1"}, 403},
		{"a stranger's page", "POST", []string{"Host", "localhost:9230", "Origin", "https://evil.example"}, 403},
		{"a stranger's page in a new browser", "POST", []string{"Host", "localhost:9230", "Sec-Fetch-Site", "cross-site"}, 403},
		{"a page on another port", "POST", []string{"Host", "localhost:9230", "Sec-Fetch-Site", "same-site"}, 403},
	} {
		s := newSite()
		path := "/dev/reset"
		if tt.method == "GET" {
			path = "/dev/info"
		}
		if got := s.do(tt.method, path, "", tt.header...).Code; got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
		if ran := s.resets == 1; tt.method == "POST" && ran != (tt.want == 200) {
			t.Errorf("%s: reset ran %d times with status %d", tt.name, s.resets, tt.want)
		}
	}
}

func TestClockMoves(t *testing.T) {
	s := newSite()
	for _, tt := range []struct {
		body string
		want func() time.Time
	}{
		{`{"advance":"2h"}`, func() time.Time { return time.Now().Add(2 * time.Hour) }},
		{`{"advance":"-1h"}`, func() time.Time { return time.Now().Add(time.Hour) }},
		{`{"now":"2040-02-29T12:00:00+01:00"}`, func() time.Time { return time.Date(2040, 2, 29, 11, 0, 0, 0, time.UTC) }},
	} {
		w := s.do("POST", "/dev/clock", tt.body)
		var got struct{ Now time.Time }
		if err := json.Unmarshal(w.Body.Bytes(), &got); w.Code != 200 || err != nil {
			t.Fatalf("POST %s: got %d %s", tt.body, w.Code, w.Body)
		}
		if d := got.Now.Sub(tt.want()).Abs(); d > time.Minute {
			t.Errorf("POST %s: the clock shows %v, want %v", tt.body, got.Now, tt.want())
		}
	}
}

func TestClockRefuses(t *testing.T) {
	for _, body := range []string{
		``, `{}`, `{"advance":"soon"}`, `{"now":"tomorrow"}`, `{"advance":"1h","now":"2030-01-01T00:00:00Z"}`, `{"advnace":"1h"}`,
		`{"now":"1999-12-31T23:59:59Z"}`, `{"now":"2200-01-01T00:00:00Z"}`, `{"now":"9999-01-01T00:00:00Z"}`, `{"advance":"2000000h"}`, `"` + strings.Repeat("x", 5000) + `"`,
	} {
		s := newSite()
		if w := s.do("POST", "/dev/clock", body); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `"error"`) {
			t.Errorf("POST %.40s: got %d %s, want 400 with an error", body, w.Code, w.Body)
		}
		if d := time.Until(s.clock.Now()).Abs(); d > time.Second {
			t.Errorf("POST %.40s moved the clock by %v", body, d)
		}
	}
}

func TestInfo(t *testing.T) {
	var got dev.Info
	if err := json.Unmarshal(newSite().do("GET", "/dev/info", "").Body.Bytes(), &got); err != nil || got != info {
		t.Errorf("GET /dev/info: got %+v, %v, want %+v", got, err, info)
	}
	lines := newSite().do("GET", "/dev/info?format=shell", "").Body.String()
	for _, want := range []string{
		"export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=http://localhost:9229\n", "export USER_POOL_ID=us-east-1_RockPool1\n", `export CLIENT_SECRET='it'\''s'` + "\n",
	} {
		if !strings.Contains(lines, want) {
			t.Errorf("GET /dev/info?format=shell: got %q, want %q in it", lines, want)
		}
	}
	if code := newSite().do("GET", "/dev/info?format=xml", "").Code; code != http.StatusBadRequest {
		t.Errorf("GET /dev/info?format=xml: got %d, want 400", code)
	}
}

func TestResetThatFails(t *testing.T) {
	s := newSite()
	s.broken = errors.New("disk on fire")
	w := s.do("POST", "/dev/reset", "")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "fire") {
		t.Errorf("POST /dev/reset: got %d %s, want 500 without the cause", w.Code, w.Body)
	}
	if got := s.do("GET", "/dev/reset", "").Code; got != http.StatusMethodNotAllowed {
		t.Errorf("GET /dev/reset: got %d, want 405", got)
	}
}

func TestIndexLeadsToTheTools(t *testing.T) {
	w := newSite().do("GET", "/", "")
	page, err := io.ReadAll(w.Body)
	if err != nil || w.Code != 200 {
		t.Fatalf("GET /: got %d, %v", w.Code, err)
	}
	for _, want := range []string{`href="/dev/inbox"`, `href="/dev/info"`, `href="/metrics"`, info.UserPoolID, "development"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("GET /: %q is missing", want)
		}
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") {
		t.Errorf("GET /: got policy %q", csp)
	}
	if code := newSite().do("GET", "/nowhere", "").Code; code != http.StatusNotFound {
		t.Errorf("GET /nowhere: got %d, want 404", code)
	}
}
