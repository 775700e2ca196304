package sink

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"rockpool/internal/analytics"
	"rockpool/internal/netguard"
)

// tally counts what a sink says became of events.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *tally) observe(outcome string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[outcome] += n
}

func (c *tally) want(t *testing.T, sent, dropped, failed int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[Sent] != sent || c.n[Dropped] != dropped || c.n[Failed] != failed {
		t.Errorf("outcomes: got %v, want %d sent, %d dropped, %d failed", c.n, sent, dropped, failed)
	}
}

func (c *tally) options() Options {
	return Options{Observe: c.observe, Logger: slog.New(slog.DiscardHandler)}
}

func mustClose(t *testing.T, s *Sink) {
	t.Helper()
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("Close: got %v, want nil", err)
	}
}

func operations(t *testing.T, lines []byte) []string {
	t.Helper()
	var out []string
	for scan := bufio.NewScanner(bytes.NewReader(lines)); scan.Scan(); {
		var e analytics.Event
		if err := json.Unmarshal(scan.Bytes(), &e); err != nil {
			t.Fatalf("line %q: %v", scan.Text(), err)
		}
		out = append(out, e.Operation)
	}
	return out
}

func TestFileHoldsOneEventALine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	for _, op := range []string{"SignUp", "InitiateAuth"} {
		var c tally
		s, err := OpenFile(path, c.options())
		if err != nil {
			t.Fatal(err)
		}
		s.Put(analytics.Event{Operation: op})
		mustClose(t, s)
		c.want(t, 1, 0, 0)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(operations(t, text), " "); got != "SignUp InitiateAuth" {
		t.Errorf("operations in the file: got %q, want both, in order", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("Stat: got %v, %v, want mode 0600", info.Mode(), err)
	}
}

func TestOpenFileRefusesAFolder(t *testing.T) {
	if s, err := OpenFile(t.TempDir(), Options{}); err == nil {
		t.Errorf("OpenFile(folder): got %v, want an error", s)
	}
}

// endpoint answers with the next of its statuses, and with the last for ever.
type endpoint struct {
	*httptest.Server
	mu       sync.Mutex
	statuses []int
	bodies   [][]byte
}

func startEndpoint(t *testing.T, statuses ...int) *endpoint {
	e := &endpoint{statuses: statuses}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading the request: %v", err)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.bodies = append(e.bodies, body)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(e.statuses[min(len(e.bodies), len(e.statuses))-1])
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) send(t *testing.T, n int) *tally {
	t.Helper()
	var c tally
	s, err := OpenEndpoint(e.URL+"/events?token=hush", netguard.Dialer{}, c.options())
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		s.Put(analytics.Event{Operation: "SignUp"})
	}
	mustClose(t, s)
	return &c
}

func TestEndpointGetsBatches(t *testing.T) {
	e := startEndpoint(t, http.StatusNoContent)
	e.send(t, maxBatch+1).want(t, maxBatch+1, 0, 0)
	if len(e.bodies) != 2 || len(operations(t, e.bodies[0])) != maxBatch || len(operations(t, e.bodies[1])) != 1 {
		t.Errorf("requests: got %d, want one of %d events and one of 1", len(e.bodies), maxBatch)
	}
}

func TestEndpointIsTriedAgain(t *testing.T) {
	e := startEndpoint(t, http.StatusServiceUnavailable, http.StatusOK)
	e.send(t, 1).want(t, 1, 0, 0)
	if len(e.bodies) != 2 {
		t.Errorf("requests: got %d, want 2", len(e.bodies))
	}
}

func TestEndpointThatRefusesIsNotTriedAgain(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusTemporaryRedirect} {
		e := startEndpoint(t, status)
		e.send(t, 2).want(t, 0, 0, 2)
		if len(e.bodies) != 1 {
			t.Errorf("requests after a %d: got %d, want 1", status, len(e.bodies))
		}
	}
}

func TestErrorsDoNotTellTheURL(t *testing.T) {
	e := startEndpoint(t, http.StatusOK)
	e.Close()
	var log bytes.Buffer
	s, err := OpenEndpoint(e.URL+"/events?token=hush", netguard.Dialer{}, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	s.Put(analytics.Event{})
	mustClose(t, s)
	if !strings.Contains(log.String(), "were lost") || strings.Contains(log.String(), "hush") {
		t.Errorf("log: got %q, want the loss, without the URL", log.String())
	}
}

func TestOpenEndpointRefusesWrongURLs(t *testing.T) {
	for _, raw := range []string{"", "events.example.com", "http://events.example.com", "ftp://events.example.com", "https://", ":"} {
		if s, err := OpenEndpoint(raw, netguard.Dialer{}, Options{}); err == nil {
			t.Errorf("OpenEndpoint(%q): got %v, want an error", raw, s)
		}
	}
}

// A sink whose writes hang takes what its queue holds and drops the rest;
// nobody waits for it, and closing it ends in time.
func TestFullQueueDrops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c tally
		s := start(c.options(), func(ctx context.Context, _ []byte) error {
			<-ctx.Done()
			return ctx.Err()
		})
		begin := time.Now()
		for range maxBatch {
			s.Put(analytics.Event{})
		}
		synctest.Wait() // the first batch hangs now
		for range queueSize + 7 {
			s.Put(analytics.Event{})
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("Put waited %v, want no waiting", took)
		}
		c.want(t, 0, 7, 0)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if err := s.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: got %v, want %v", err, context.DeadlineExceeded)
		}
		if took := time.Since(begin); took != 3*time.Second {
			t.Errorf("Close took %v, want 3s", took)
		}
		c.want(t, 0, 7, maxBatch+queueSize)
		s.Put(analytics.Event{})
		c.want(t, 0, 8, maxBatch+queueSize)
	})
}
