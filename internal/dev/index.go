package dev

import (
	"bytes"
	_ "embed" // the page
	"html/template"
	"net/http"
	"time"
)

//go:embed index.html
var indexSource string

//go:embed index.css
var style []byte

var indexTemplate = template.Must(template.New("index").Parse(indexSource))

// indexPolicy allows the page its style and nothing else.
const indexPolicy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (h *Helpers) serveIndex(w http.ResponseWriter, r *http.Request) {
	info := h.Info()
	var exports bytes.Buffer
	err := info.Exports(&exports)
	var page bytes.Buffer // so that a failure does not leave half a page
	if err == nil {
		err = indexTemplate.Execute(&page, struct {
			Info
			Exports string
			Now     time.Time
			Host    string
		}{info, exports.String(), h.Clock.Now().UTC().Truncate(time.Second), r.Host})
	}
	if err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", indexPolicy)
	head.Set("Cache-Control", "no-store")
	head.Set("Referrer-Policy", "no-referrer")
	_, _ = page.WriteTo(w) // the client may have gone
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(style) // the client may have gone
}
