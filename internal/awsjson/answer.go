package awsjson

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"unicode/utf8"
)

const (
	contentType = "application/x-amz-json-1.1"

	// maxHeaderMessage bounds the error message in the header; the body has
	// all of it. Proxies refuse answers with long headers.
	maxHeaderMessage = 512

	// maxRepeated bounds what a message repeats of a request.
	maxRepeated = 256
)

// encode writes v as JSON into b, without the escapes that only HTML needs.
func encode(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // Encode ends with a line feed
	return nil
}

// errorBody is how an error looks on the wire.
type errorBody struct {
	Type    string `json:"__type"`
	Message string `json:"message,omitempty"`
}

// writeError says an error twice, in headers and in the body: browsers' SDKs
// read the body and fall back on the header, others the other way round.
func writeError(w http.ResponseWriter, o *outcome) error {
	b := borrow()
	defer giveBack(b)
	if err := encode(b, errorBody{o.code, o.message}); err != nil {
		return err
	}
	h := w.Header()
	h[headerErrorType] = []string{headerValue(o.code, maxHeaderMessage)}
	if o.message != "" {
		h[headerErrorMessage] = []string{headerValue(o.message, maxHeaderMessage)}
	}
	return writeBody(w, o.status, b.Bytes())
}

func writeBody(w http.ResponseWriter, status int, body []byte) error {
	h := w.Header()
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// headerValue makes a text fit for a header: printable ASCII, bounded. Texts
// repeat what callers sent, which must not end the header or begin another.
func headerValue(s string, limit int) string {
	clean := len(s) <= limit
	for i := 0; clean && i < len(s); i++ {
		clean = ' ' <= s[i] && s[i] <= '~'
	}
	if clean {
		return s
	}
	out := make([]byte, 0, min(len(s), limit))
	for _, c := range s {
		if len(out) == limit {
			break
		}
		switch {
		case c == '\r' || c == '\n' || c == '\t':
			out = append(out, ' ')
		case c < ' ' || c > '~':
			out = append(out, '?')
		default:
			out = append(out, byte(c))
		}
	}
	return string(out)
}

// cut shortens s to at most n bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
