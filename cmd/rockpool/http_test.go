package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// A stop lets requests finish, accepts no more, and ends what runs in the
// background after them.
func TestDrain(t *testing.T) {
	listeners, err := listenLoopback("listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listeners[0].Addr().String()
	started, release := make(chan struct{}), make(chan struct{})
	var finished atomic.Bool
	f := newFace(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(started)
		<-release
		_, _ = io.WriteString(w, "done")
		finished.Store(true)
	}), listeners, nil, quiet)

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	drained := false
	go func() {
		ended <- serveFaces(ctx, []face{f}, quiet, func(ctx context.Context) error {
			drained = true
			if !finished.Load() {
				t.Error("the background was drained before the request was answered")
			}
			if until, ok := ctx.Deadline(); !ok || time.Until(until) > drainTime {
				t.Errorf("drain: got the deadline %v, want one within %v", until, drainTime)
			}
			return nil
		})
	}()
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get(url)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body) // what is missing shows
		answer <- string(text)
	}()
	<-started
	stop()
	for { // until the listener is closed
		c := &http.Client{Timeout: 100 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}
		if _, err := c.Head(url); err != nil {
			break
		}
	}
	close(release)
	if got := <-answer; got != "done" {
		t.Errorf("the request under way: got %q, want done", got)
	}
	if err := <-ended; err != nil || !drained {
		t.Errorf("serveFaces: got %v, drained %t, want nil and true", err, drained)
	}
}

// A listener that breaks ends the server with an error.
func TestBrokenListenerEndsTheServer(t *testing.T) {
	listeners, err := listenLoopback("listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closeAll(listeners)
	f := newFace(http.NotFoundHandler(), listeners, nil, quiet)
	if err := serveFaces(t.Context(), []face{f}, quiet, func(context.Context) error { return nil }); err == nil {
		t.Error("serveFaces on a closed listener: got nil, want an error")
	}
}

// What fails while draining is not lost.
func TestDrainErrorIsReported(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	broken := errors.New("broken")
	if err := serveFaces(ctx, nil, quiet, func(context.Context) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("serveFaces: got %v, want %v", err, broken)
	}
}
