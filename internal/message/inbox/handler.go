package inbox

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rockpool/internal/message"
)

const (
	maxFilter  = 256              // characters of a filter value
	maxWait    = 30 * time.Second // of a long poll
	maxWaiters = 100
)

//go:embed style.css script.js
var assets embed.FS

// Handler serves the inbox under /dev/inbox:
//
//	GET    /dev/inbox                      the page; ?to= (a part of the recipient) and ?pool= narrow it down
//	GET    /dev/inbox/messages             JSON, newest first; ?to= (the whole recipient), ?pool=,
//	                                       ?after=ID (only newer ones), ?wait=5s (for at least one, 30 s at most)
//	DELETE /dev/inbox/messages             empties the inbox
//	GET    /dev/inbox/messages/{id}/body   one email as its reader sees it
func (in *Inbox) Handler() http.Handler {
	waiters := make(chan struct{}, maxWaiters)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dev/inbox", in.servePage)
	mux.Handle("GET /dev/inbox/{$}", http.RedirectHandler("/dev/inbox", http.StatusPermanentRedirect))
	mux.HandleFunc("GET /dev/inbox/messages", func(w http.ResponseWriter, r *http.Request) { in.serveMessages(w, r, waiters) })
	mux.HandleFunc("DELETE /dev/inbox/messages", in.serveClear)
	mux.HandleFunc("GET /dev/inbox/messages/{id}/body", in.serveBody)
	files := http.StripPrefix("/dev/inbox/", http.FileServerFS(assets))
	mux.Handle("GET /dev/inbox/style.css", files)
	mux.Handle("GET /dev/inbox/script.js", files)
	return in.guard(mux)
}

// serveMessages answers with JSON.
func (in *Inbox) serveMessages(w http.ResponseWriter, r *http.Request, waiters chan struct{}) {
	filter, wait, err := parseQuery(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	if wait > 0 {
		select {
		case waiters <- struct{}{}:
			defer func() { <-waiters }()
		default:
			http.Error(w, "Too many requests wait for messages.", http.StatusServiceUnavailable)
			return
		}
		// The server's own limit may be shorter. Not every ResponseWriter has one.
		err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(wait + 10*time.Second))
		if err != nil && !errors.Is(err, http.ErrNotSupported) {
			http.Error(w, "The wait cannot be set up.", http.StatusInternalServerError)
			return
		}
	}
	body, err := json.Marshal(in.Wait(ctx, filter))
	if err != nil {
		http.Error(w, "The messages cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n')) // the client may have gone
}

// parseQuery reads the parameters of the JSON endpoint.
func parseQuery(r *http.Request) (Filter, time.Duration, error) {
	q := r.URL.Query()
	to, pool, err := recipientAndPool(r)
	if err != nil {
		return Filter{}, 0, err
	}
	f := Filter{To: to, Pool: pool}
	if s := q.Get("after"); s != "" {
		if f.After, err = strconv.ParseUint(s, 10, 64); err != nil {
			return Filter{}, 0, errors.New("after must be the id of a message")
		}
	}
	var wait time.Duration
	if s := q.Get("wait"); s != "" {
		wait, err = time.ParseDuration(s)
		if err != nil || wait < 0 {
			return Filter{}, 0, errors.New("wait must be a duration such as 5s")
		}
	}
	return f, min(wait, maxWait), nil
}

// recipientAndPool reads the filters that the page and the JSON share.
func recipientAndPool(r *http.Request) (to, pool string, err error) {
	to, pool = r.URL.Query().Get("to"), r.URL.Query().Get("pool")
	if len(to) > maxFilter || len(pool) > maxFilter {
		return "", "", fmt.Errorf("filters have at most %d characters", maxFilter)
	}
	// A phone number whose plus sign was not escaped arrives with a blank.
	if rest := strings.TrimPrefix(to, " "); rest != to && rest != "" && strings.Trim(rest, "0123456789") == "" {
		to = "+" + rest
	}
	return strings.TrimSpace(to), pool, nil
}

func (in *Inbox) serveClear(w http.ResponseWriter, _ *http.Request) {
	in.Clear()
	w.WriteHeader(http.StatusNoContent)
}

// bodyPolicy lets an email look as it would in a mail program, pictures
// included, and do nothing: no scripts, no forms, no frames. Its links open in
// another tab. The origin stays the page's own so that the page can fit the
// frame to its content; without scripts, nothing in the email can use it.
const bodyPolicy = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; " +
	"img-src https: data:; style-src 'unsafe-inline' https:; font-src https: data:; form-action 'none'; frame-ancestors 'self'"

// serveBody shows one email on a page of its own rather than in a srcdoc
// attribute: a srcdoc would inherit the policy of the page around it, which
// forbids the inline styles that emails live on.
func (in *Inbox) serveBody(w http.ResponseWriter, r *http.Request) {
	e, ok := in.find(r.PathValue("id"))
	if !ok || e.Medium != message.Email {
		http.Error(w, "There is no such email.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Security-Policy", bodyPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// What precedes the body must not depend on it. An email that is a whole
	// document overrides these styles, and a second doctype is ignored.
	_, _ = fmt.Fprint(w, `<!doctype html><meta charset="utf-8"><base target="_blank">`,
		`<style>html{background:#fff;color:#1b1f24;color-scheme:light}body{margin:0;padding:1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}</style>`,
		e.Body)
}
