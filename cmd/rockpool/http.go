package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// How long a clean stop may take altogether.
const drainTime = 20 * time.Second

// face is a handler on its listeners.
type face struct {
	server    *http.Server
	listeners []net.Listener
	secured   bool // by TLS; http.Server fills in its TLSConfig even without
}

// newFace sets the limits of a server that strangers reach: nobody holds a
// connection for free.
func newFace(h http.Handler, listeners []net.Listener, secured *tls.Config, logger *slog.Logger) face {
	return face{listeners: listeners, secured: secured != nil, server: &http.Server{
		Handler:           h,
		TLSConfig:         secured,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute, // reading, an operation of a minute, and the way back; a CPU profile
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelInfo),
	}}
}

// serveFaces serves until ctx ends, then drains: it accepts no more, lets
// requests finish, and calls drain for what runs in the background.
func serveFaces(ctx context.Context, faces []face, logger *slog.Logger, drain func(context.Context) error) error {
	failed := make(chan error, 4*len(faces))
	for _, f := range faces {
		for _, l := range f.listeners {
			go func() {
				if err := f.serve(l); !errors.Is(err, http.ErrServerClosed) {
					failed <- fmt.Errorf("serving %s: %w", l.Addr(), err)
				}
			}()
		}
	}
	var cause error
	select {
	case <-ctx.Done():
	case cause = <-failed:
	}
	logger.Info("stopping", "within", drainTime.String())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	done := make(chan error, len(faces))
	for _, f := range faces {
		go func() { done <- f.stop(ctx) }()
	}
	for range faces {
		cause = errors.Join(cause, <-done)
	}
	return errors.Join(cause, drain(ctx))
}

func (f face) serve(l net.Listener) error {
	if f.secured {
		return f.server.ServeTLS(l, "", "")
	}
	return f.server.Serve(l)
}

func (f face) stop(ctx context.Context) error {
	if err := f.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off after %s: %w", drainTime, err), f.server.Close())
	}
	return nil
}
