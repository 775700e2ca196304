package awsjson

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

const targetPrefix = "AWSCognitoIdentityProviderService."

// operation finds the operation a request wants, or says why there is none.
// An unknown target is refused without a message, as the service does it; the
// other messages are for people who write their own client.
func operation(r *http.Request) (*cognito.Operation, *idp.Error) {
	if r.Method != http.MethodPost {
		return nil, unknownOperation("Operations are called by POST.")
	}
	if r.URL.Path != "/" {
		return nil, unknownOperation("Operations are called at the path /.")
	}
	targets := r.Header["X-Amz-Target"]
	if len(targets) != 1 {
		return nil, unknownOperation("")
	}
	name, ok := strings.CutPrefix(targets[0], targetPrefix)
	op := cognito.Operations[name]
	if !ok || op == nil {
		return nil, unknownOperation("")
	}
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, unknownOperation("The Content-Type of a request is " + contentType + ".")
	}
	return op, nil
}

// isJSON accepts both versions of the protocol, which do not differ in
// requests, and any parameters.
func isJSON(contentType string) bool {
	t, _, _ := strings.Cut(contentType, ";")
	t = strings.Trim(t, " \t")
	return strings.EqualFold(t, "application/x-amz-json-1.1") || strings.EqualFold(t, "application/x-amz-json-1.0")
}

func unknownOperation(message string) *idp.Error {
	return &idp.Error{Code: "UnknownOperationException", Message: message}
}

// buffers are lent to requests for their bodies and answers. Large ones are
// not kept: a burst of images should not stay in memory.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const maxKept = 64 << 10

func borrow() *bytes.Buffer {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

func giveBack(b *bytes.Buffer) {
	if b.Cap() <= maxKept {
		buffers.Put(b)
	}
}

// read reads the body of a request into b.
func read(w http.ResponseWriter, r *http.Request, op *cognito.Operation, b *bytes.Buffer) error {
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return &idp.Error{Code: "SerializationException", Message: "Content-Encoding is not supported, send the body as it is."}
	}
	if r.ContentLength > op.MaxBody {
		return tooLarge(op)
	}
	_, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, op.MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return tooLarge(op)
	case err != nil:
		return errBody{err}
	}
	return nil
}

func tooLarge(op *cognito.Operation) *idp.Error {
	return &idp.Error{Code: codeTooLarge, Message: fmt.Sprintf("The body of a request to %s is at most %d bytes.", op.Name, op.MaxBody)}
}

// errBody means that the body could not be read to its end: the client went
// away, was too slow, or broke HTTP's framing.
type errBody struct{ err error }

func (e errBody) Error() string { return "reading body: " + e.err.Error() }
func (e errBody) Unwrap() error { return e.err }
