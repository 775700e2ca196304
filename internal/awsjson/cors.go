package awsjson

import (
	"net/http"
	"strings"
)

// Header names are written here in the form net/http keeps them in, so that
// setting them does not cost a conversion.
const (
	headerRequestID    = "X-Amzn-Requestid"
	headerErrorType    = "X-Amzn-Errortype"
	headerErrorMessage = "X-Amzn-Errormessage"

	exposedHeaders = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
	allowedHeaders = "authorization,cache-control,content-type,amz-sdk-invocation-id,amz-sdk-request," +
		"x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-target,x-amz-user-agent"
)

// allowOrigin lets scripts of every origin read the answer: nothing here rests
// on cookies, so a browser gives a stranger's page no rights.
func allowOrigin(h http.Header) {
	h["Access-Control-Allow-Origin"] = []string{"*"}
	h["Access-Control-Expose-Headers"] = []string{exposedHeaders}
}

// preflight answers a browser that asks whether it may call. It may, with
// whatever headers its SDK wants to send.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
	h.Set("Access-Control-Allow-Headers", allowHeaders(r.Header.Get("Access-Control-Request-Headers")))
	h.Set("Access-Control-Max-Age", "172800")
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}

// allowHeaders returns the requested list, or the usual one if that is not a
// list of header names.
func allowHeaders(requested string) string {
	strange := func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-_, ", c))
	}
	if requested == "" || len(requested) > 2048 || strings.ContainsFunc(requested, strange) {
		return allowedHeaders
	}
	return requested
}
