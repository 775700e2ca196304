package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rockpool/internal/message"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newInbox() *Inbox { return New(Config{Now: func() time.Time { return noon }}) }

func deliver(t *testing.T, in *Inbox, messages ...message.Message) {
	t.Helper()
	for _, m := range messages {
		if err := in.Deliver(t.Context(), m); err != nil {
			t.Fatalf("Deliver: %v", err)
		}
	}
}

var (
	toAda = message.Message{
		Medium: message.Email, Purpose: message.SignUp, PoolID: "p1", Username: "ada", To: "Ada@example.com",
		Subject: "Your <code>", Body: `<p style="color:red">Code <b>123456</b></p><script>alert(1)</script>`, Code: "123456",
	}
	toBob  = message.Message{Medium: message.SMS, Purpose: message.Authentication, PoolID: "p2", Username: "bob", To: "+12065551234", Body: "Code 7 <b>", Code: "7"}
	toCarl = message.Message{Medium: message.Email, Purpose: message.SignUp, PoolID: "p2", To: "carl@example.com", Link: "https://x.example/?a=1&b=2", Body: "go"}
)

// get asks the inbox under a loopback name.
func get(in *Inbox, target string) *httptest.ResponseRecorder {
	return do(in, httptest.NewRequest(http.MethodGet, "http://localhost:9230"+target, nil))
}

func do(in *Inbox, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	in.Handler().ServeHTTP(w, r)
	return w
}

// The members of the JSON are a contract with tests everywhere.
func TestMessagesJSON(t *testing.T) {
	in := newInbox()
	if got := strings.TrimSpace(get(in, "/dev/inbox/messages").Body.String()); got != "[]" {
		t.Errorf("empty inbox: got %s, want []", got)
	}
	deliver(t, in, toBob)
	w := get(in, "/dev/inbox/messages")
	want := `[{"id":"1","time":"2026-03-01T12:00:00Z","medium":"SMS","to":"+12065551234","subject":"","body":"Code 7 \u003cb\u003e",` +
		`"code":"7","link":"","pool":"p2","user":"bob","purpose":"Authentication"}]`
	if got := strings.TrimSpace(w.Body.String()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type: got %q", got)
	}
}

func TestMessagesFilters(t *testing.T) {
	in := newInbox()
	deliver(t, in, toAda, toBob, toCarl)
	for target, want := range map[string]string{
		"":                                  "3 2 1",
		"?to=ada@EXAMPLE.com":               "1",
		"?to=example.com":                   "",
		"?to=%2B12065551234":                "2",
		"?to=+12065551234":                  "2", // what everybody writes first
		"?pool=p2":                          "3 2",
		"?pool=p2&to=carl@example.com":      "3",
		"?pool=p1&to=carl@example.com":      "",
		"?after=1":                          "3 2",
		"?after=3":                          "",
		"?after=99":                         "3 2 1", // an id from before a restart
		"?to=" + strings.Repeat("x", 256):   "",
		"?to=ada@example.com&wait=5s":       "1",
		"?to=ada@example.com&wait=1h&pool=": "1",
	} {
		w := get(in, "/dev/inbox/messages"+target)
		var got []Entry
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Errorf("GET messages%s: %v", target, err)
			continue
		}
		var ids []string
		for _, e := range got {
			ids = append(ids, e.ID)
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("GET messages%s: got ids %v, want %q", target, ids, want)
		}
	}
}

func TestMessagesBadQuery(t *testing.T) {
	in := newInbox()
	for _, target := range []string{"?to=" + strings.Repeat("x", 257), "?pool=" + strings.Repeat("x", 257), "?wait=x", "?wait=-1s", "?after=x", "?after=-1"} {
		if w := get(in, "/dev/inbox/messages"+target); w.Code != http.StatusBadRequest {
			t.Errorf("GET messages%.20s: got %d, want 400", target, w.Code)
		}
	}
}

// A long poll answers as soon as the message that it is for arrives.
func TestMessagesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newInbox()
		start := time.Now()
		go func() {
			time.Sleep(time.Second)
			_ = in.Deliver(context.Background(), toBob)
			time.Sleep(time.Second)
			_ = in.Deliver(context.Background(), toAda)
		}()
		w := get(in, "/dev/inbox/messages?to=ada@example.com&wait=10s")
		if took := time.Since(start); took != 2*time.Second || !strings.Contains(w.Body.String(), "123456") {
			t.Errorf("got %s after %v, want ada's message after 2 s", w.Body, took)
		}
	})
}

func TestMessagesWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := get(newInbox(), "/dev/inbox/messages?wait=1h")
		if took := time.Since(start); took != maxWait || w.Body.String() != "[]\n" {
			t.Errorf("got %q after %v, want [] after %v", w.Body, took, maxWait)
		}
	})
}

func TestKeepsLatest(t *testing.T) {
	in := New(Config{Size: 3})
	for range 10 {
		deliver(t, in, toBob)
	}
	got := in.Messages(Filter{})
	if len(got) != 3 || got[0].ID != "10" || got[2].ID != "8" {
		t.Errorf("Messages: got %d, from %s; want 10, 9 and 8", len(got), got[0].ID)
	}
}

func TestClear(t *testing.T) {
	in := newInbox()
	deliver(t, in, toAda)
	if w := do(in, httptest.NewRequest(http.MethodDelete, "http://localhost/dev/inbox/messages", nil)); w.Code != http.StatusNoContent {
		t.Errorf("DELETE: got %d, want 204", w.Code)
	}
	deliver(t, in, toBob)
	if got := in.Messages(Filter{}); len(got) != 1 || got[0].ID != "2" {
		t.Errorf("after DELETE and one message: got %+v, want one with a new id", got)
	}
}

// Only loopback names reach the inbox, whatever they resolve to.
func TestGuardHost(t *testing.T) {
	in := New(Config{Hosts: []string{"rockpool"}})
	for host, want := range map[string]int{
		"localhost": 200, "localhost:9230": 200, "LOCALHOST.:1": 200, "api.localhost:9230": 200, "127.0.0.1:9230": 200, "127.8.8.8": 200,
		"[::1]:9230": 200, "[::1]": 200, "rockpool:9230": 200,
		"evil.example": 403, "evil.example:9230": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403,
		"10.0.0.1": 403, "notlocalhost": 403, "": 403, "[::2]:1": 403, "0.0.0.0:9230": 403, "@localhost": 403,
	} {
		for _, path := range []string{"/dev/inbox", "/dev/inbox/messages", "/dev/inbox/script.js"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = host
			if w := do(in, r); w.Code != want {
				t.Errorf("GET %s with Host %q: got %d, want %d", path, host, w.Code, want)
			}
		}
	}
}

func TestGuardOrigin(t *testing.T) {
	in := newInbox()
	for origin, want := range map[string]int{
		"http://localhost:3000": 204, "http://127.0.0.1:9230": 204,
		"https://evil.example": 403, "null": 403, "http://localhost.evil.example": 403,
	} {
		r := httptest.NewRequest(http.MethodDelete, "http://localhost:9230/dev/inbox/messages", nil)
		r.Header.Set("Origin", origin)
		if w := do(in, r); w.Code != want {
			t.Errorf("DELETE from %s: got %d, want %d", origin, w.Code, want)
		}
	}
}

func TestMethods(t *testing.T) {
	in := newInbox()
	for _, path := range []string{"/dev/inbox", "/dev/inbox/messages", "/dev/inbox/messages/1/body"} {
		if w := do(in, httptest.NewRequest(http.MethodPost, "http://localhost"+path, nil)); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: got %d, want 405", path, w.Code)
		}
	}
	if w := get(in, "/dev/inbox/page.html"); w.Code != http.StatusNotFound {
		t.Errorf("GET page.html: got %d, want 404", w.Code)
	}
}

func TestPage(t *testing.T) {
	in := newInbox()
	deliver(t, in, toAda, toBob, toCarl)
	w := get(in, "/dev/inbox")
	body := w.Body.String()
	for _, want := range []string{
		`3 messages, newest first`, `Your &lt;code&gt;`, `data-copy="123456"`, `href="https://x.example/?a=1&amp;b=2"`,
		`src="/dev/inbox/messages/1/body"`, `<p class="bubble">Code 7 &lt;b&gt;</p>`, `<pre>Code 123456</pre>`, `no-reply@verificationemail.com`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("page: %q is missing", want)
		}
	}
	if strings.Contains(body, "<script>") || strings.Contains(body, "style=") {
		t.Error("page: it holds inline script or style, of the page or of an email")
	}
	csp := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("page: policy %q", csp)
	}
}

func TestPageFilters(t *testing.T) {
	in := newInbox()
	deliver(t, in, toAda, toBob, toCarl)
	body := get(in, "/dev/inbox?to=EXAMPLE&pool=p2").Body.String()
	if !strings.Contains(body, "1 message of 3") || !strings.Contains(body, `id="m3"`) || strings.Contains(body, `id="m1"`) {
		t.Errorf("page: want carl's message alone, got %s", body)
	}
	if body := get(in, "/dev/inbox?to="+url.QueryEscape(`"><script>`)).Body.String(); !strings.Contains(body, "Nothing matches") || strings.Contains(body, "<script>") {
		t.Errorf("page: want nothing found, and the filter escaped, got %s", body)
	}
}

func TestPageEmpty(t *testing.T) {
	body := get(New(Config{Endpoint: "http://localhost:9999"}), "/dev/inbox").Body.String()
	if !strings.Contains(body, "No messages yet") || !strings.Contains(body, "--endpoint-url http://localhost:9999") ||
		!strings.Contains(body, "http://localhost:9230/dev/inbox/messages?") {
		t.Errorf("page: the empty inbox does not say what to do: %s", body)
	}
}

func TestPageIsBounded(t *testing.T) {
	in := newInbox()
	for range maxShown + 20 {
		deliver(t, in, toBob)
	}
	body := get(in, "/dev/inbox").Body.String()
	if n := strings.Count(body, "<article"); n != maxShown || !strings.Contains(body, "the latest 100 are shown") {
		t.Errorf("page: got %d messages, want %d and a word about the others", n, maxShown)
	}
}

// An email is shown as it is and can do nothing.
func TestBody(t *testing.T) {
	in := newInbox()
	deliver(t, in, toAda, toBob)
	w := get(in, "/dev/inbox/messages/1/body")
	if !strings.HasSuffix(w.Body.String(), toAda.Body) {
		t.Errorf("body: got %q, want it to end with the email", w.Body)
	}
	csp := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"sandbox ", "default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("body: policy %q lacks %q", csp, want)
		}
	}
	if strings.Contains(csp, "allow-scripts") || strings.Contains(csp, "script-src") {
		t.Errorf("body: policy %q allows scripts", csp)
	}
	for _, id := range []string{"2", "3", "x"} {
		if w := get(in, "/dev/inbox/messages/"+id+"/body"); w.Code != http.StatusNotFound {
			t.Errorf("body of %s: got %d, want 404", id, w.Code)
		}
	}
}

// Long polls work over a real server whose own write limit is shorter.
func TestWaitOutlastsWriteTimeout(t *testing.T) {
	in := newInbox()
	s := httptest.NewUnstartedServer(in.Handler())
	s.Config.WriteTimeout = 50 * time.Millisecond
	s.Start()
	defer s.Close()
	go func() {
		time.Sleep(200 * time.Millisecond)
		_ = in.Deliver(context.Background(), toAda)
	}()
	res, err := http.Get(s.URL + "/dev/inbox/messages?wait=5s")
	if err != nil {
		t.Fatalf("GET: %v", err)
	}
	defer res.Body.Close()
	var got []Entry
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil || len(got) != 1 {
		t.Errorf("GET: got %v, %v, want one message", got, err)
	}
}

// What a function sends is shown as handed over, with the code, and with what
// went wrong.
func TestHandedOver(t *testing.T) {
	in := New(Config{})
	failed := &message.DeliveryError{Reason: "running CustomSMSSender: the function failed", Err: errors.New("no <credit>")}
	in.HandedOver(message.Message{Medium: message.Email, To: "ada@example.com", Code: "p<ss"}, nil)
	in.HandedOver(message.Message{Medium: message.SMS, To: "+15555550100", Code: "424242"}, failed)
	got := in.Messages(Filter{})
	if len(got) != 2 || got[1].Subject != "Handed to CustomEmailSender" || got[1].Code != "p<ss" || !strings.Contains(got[1].Body, "decrypt is p&lt;ss.") {
		t.Fatalf("HandedOver: got %+v, want an e-mail with the code", got)
	}
	if want := "This failed: running CustomSMSSender: the function failed (no <credit>)."; !strings.HasSuffix(got[0].Body, want) || got[0].Code != "424242" {
		t.Errorf("HandedOver: got %+v, want an SMS that ends in %q", got[0], want)
	}
}
