//go:build linux

package crashtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/message/sms"
	"rockpool/internal/message/smtptest"
)

// post is the mail server and the SMS gateway.
type post struct {
	mail    *smtptest.Server
	gateway string // --sms

	mu    sync.Mutex
	texts map[string][]string // by number, oldest first
}

func newPost(t *testing.T) *post {
	p := &post{mail: smtptest.Start(t, smtptest.Options{}), texts: map[string][]string{}}
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	p.gateway = strings.Replace(srv.URL, "http://", "http://:secret-of-the-gateway@", 1)
	return p
}

// ServeHTTP takes one text.
func (p *post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var text sms.Payload
	if err := json.NewDecoder(r.Body).Decode(&text); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.texts[text.To] = append(p.texts[text.To], text.Message)
}

// to returns the messages to an address or a number, oldest first.
func (p *post) to(address string) (out []string) {
	if strings.HasPrefix(address, "+") {
		p.mu.Lock()
		defer p.mu.Unlock()
		return slices.Clone(p.texts[address])
	}
	for _, m := range p.mail.Mails() {
		if slices.Contains(m.To, address) {
			out = append(out, m.Text)
		}
	}
	return out
}

var codeForm = regexp.MustCompile(`\b\d{6,8}\b`)

// code waits for the message after so many and returns the code in it.
func (p *post) code(t *testing.T, address string, after int) string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if all := p.to(address); len(all) > after {
			code := codeForm.FindString(all[after])
			if code == "" {
				t.Fatalf("message %d to %s has no code", after, address)
			}
			return code
		}
		if time.Now().After(deadline) {
			t.Fatalf("message %d to %s has not come", after, address)
		}
	}
}
