// Package oauth is the OAuth 2.0 and OpenID Connect face of a pool, one file
// per endpoint. For now it answers what a verifier of tokens needs: the
// discovery document and the signing keys on the issuer.
package oauth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"rockpool/internal/idp"
	"rockpool/internal/token"
)

// WellKnown answers /{poolId}/.well-known/openid-configuration (OpenID Connect
// Discovery 1.0) and /{poolId}/.well-known/jwks.json (RFC 7517).
type WellKnown struct {
	Tokens *token.Service
	Logger *slog.Logger
}

// Register adds the endpoints to a mux.
func (h *WellKnown) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /{pool}/.well-known/openid-configuration", h.document(h.Tokens.Discovery))
	mux.HandleFunc("GET /{pool}/.well-known/jwks.json", h.document(h.Tokens.JWKS))
}

func (h *WellKnown) document(make func(ctx context.Context, poolID string) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Access-Control-Allow-Origin", "*")
		head.Set("Content-Type", "application/json")
		text, err := make(r.Context(), r.PathValue("pool"))
		var seen *idp.Error
		switch {
		case errors.As(err, &seen):
			head.Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusNotFound)
			text = []byte(`{"message":"User pool does not exist."}`)
		case err != nil:
			h.Logger.ErrorContext(r.Context(), "well-known document failed", "path", r.URL.Path, "error", err)
			head.Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusInternalServerError)
			text = []byte(`{"message":"Internal error"}`)
		default:
			// A rotated key must be found soon by verifiers that cache.
			head.Set("Cache-Control", "public, max-age=300")
		}
		if _, err := w.Write(text); err != nil {
			h.Logger.DebugContext(r.Context(), "client went away", "error", err)
		}
	}
}
