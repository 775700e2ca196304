// Package dev is what rockpool dev has on its admin listener for developers and
// their tests: facts to paste, a clock to move, a reset, and a page that leads
// to them. It owns the guard that keeps strangers' web pages away from all of
// it; the inbox is package message/inbox.
//
// Nothing of it exists in rockpool serve.
package dev

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"

	"rockpool/internal/clock"
)

// Helpers are the handlers. Every field is required.
type Helpers struct {
	Info  func() Info
	Clock *clock.Clock
	// Reset empties everything and makes the sample anew. One runs at a time.
	Reset  func(ctx context.Context) error
	Logger *slog.Logger

	resets sync.Mutex
}

// Register adds the helpers to the mux of the admin listener:
//
//	GET  /            the page
//	GET  /dev/info    facts as JSON; ?format=shell as lines to paste
//	GET  /dev/clock   the time
//	POST /dev/clock   {"advance": "2h"} or {"now": "2030-01-01T00:00:00Z"}
//	POST /dev/reset   empties everything
func (h *Helpers) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", h.serveIndex)
	mux.HandleFunc("GET /dev/index.css", serveStyle)
	mux.HandleFunc("GET /dev/info", h.serveInfo)
	mux.HandleFunc("GET /dev/clock", h.serveClock)
	mux.HandleFunc("POST /dev/clock", h.moveClock)
	mux.HandleFunc("POST /dev/reset", h.reset)
}

func (h *Helpers) reset(w http.ResponseWriter, r *http.Request) {
	h.resets.Lock()
	defer h.resets.Unlock()
	// A caller that goes away must not leave half of the data.
	if err := h.Reset(context.WithoutCancel(r.Context())); err != nil {
		h.Logger.Error("reset failed", "error", err)
		refuse(w, http.StatusInternalServerError, "the reset failed; the server's log says why")
		return
	}
	reply(w, http.StatusOK, h.Info())
}

// reply answers with JSON.
func reply(w http.ResponseWriter, status int, v any) {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		http.Error(w, "the answer cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may have gone
}

// refuse answers with what is wrong with a request.
func refuse(w http.ResponseWriter, status int, problem string) {
	reply(w, status, map[string]string{"error": problem})
}
