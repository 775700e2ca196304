package e2e

import (
	"crypto/hmac"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/message/sms"
	"rockpool/internal/trigger/lambdatest"
)

// newLambda starts Lambda with the functions that stories configure. Each is
// named for what it does.
func newLambda(t *testing.T) *lambdatest.Server {
	l := lambdatest.New(t)
	l.Set("echo", lambdatest.Echo())
	l.Set("throws", lambdatest.Throw("Error", "not on a Sunday"))
	l.Set("crashes", lambdatest.Crash())
	l.Set("hangs", lambdatest.Sleep(time.Minute, lambdatest.Echo()))
	l.Set("denied", lambdatest.AccessDenied())
	l.Set("throttled", lambdatest.Throttle())
	l.Set("updating", lambdatest.Updating())
	l.Set("returns-nothing", lambdatest.Raw([]byte("null")))
	l.Set("returns-text", lambdatest.Raw([]byte(`"fine"`)))
	l.Set("forgets-the-event", lambdatest.Raw([]byte(`{"response":{}}`)))
	l.Set("confirms", lambdatest.Respond(map[string]any{"autoConfirmUser": true, "autoVerifyEmail": true}))
	l.Set("words", lambdatest.Respond(map[string]any{
		"emailSubject": "A word from the shop", "emailMessage": "Bring {####} to the till", "smsMessage": "Till code {####}",
	}))
	l.Handle("migrates", migrate)
	addRiddles(l)
	return l
}

// migrate knows one user of the system before: anybody called old-….
func migrate(event map[string]any) (any, error) {
	name, _ := event["userName"].(string)
	if !strings.HasPrefix(name, "old-") {
		return nil, errors.New("Bad password")
	}
	event["response"] = map[string]any{
		"userAttributes":  map[string]any{"email": name + "@example.com", "email_verified": "true"},
		"finalUserStatus": "CONFIRMED",
		"messageAction":   "SUPPRESS",
	}
	return event, nil
}

// gateway is an SMS gateway behind a webhook. It refuses what is not signed.
type gateway struct {
	URL string

	mu    sync.Mutex
	texts []sms.Payload
}

const smsSecret = "a-secret-for-the-gateway"

func newGateway(t *testing.T) *gateway {
	g := &gateway{}
	srv := httptest.NewServer(g)
	t.Cleanup(srv.Close)
	g.URL = strings.Replace(srv.URL, "http://", "http://:"+smsSecret+"@", 1)
	return g
}

// ServeHTTP takes one text.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
	want := sms.Sign([]byte(smsSecret), r.Header.Get(sms.TimestampHeader), body)
	var text sms.Payload
	if err != nil || !hmac.Equal([]byte(want), []byte(r.Header.Get(sms.SignatureHeader))) || json.Unmarshal(body, &text) != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.texts = append(g.texts, text)
}

func (g *gateway) all() []sms.Payload {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.texts)
}
