package sigv4

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Key is an access key.
type Key struct {
	ID     string
	Secret string

	// Holder is whatever the caller of Verify wants to find again with the key.
	Holder any
}

// Verifier checks signatures made for one Region of one service.
type Verifier struct {
	Region  string // such as "us-east-1"
	Service string // such as "cognito-idp"

	// Now is the clock; time.Now if nil.
	Now func() time.Time

	// Keys finds an access key. It returns ErrUnknownKey if nobody holds it;
	// any other error is a failure, which Verify hands on.
	Keys func(ctx context.Context, accessKeyID string) (Key, error)
}

// Verify checks the signature of a request whose body has been read. It returns
// the key that signed it, or an *Error that says what the sender should mend.
// Any other error is one of Keys.
//
// An unknown access key is refused only after the same work as a wrong
// signature, so that time does not tell which keys exist.
func (v *Verifier) Verify(ctx context.Context, r *http.Request, body []byte) (Key, error) {
	sig, params, err := parse(r)
	if err != nil {
		return Key{}, err
	}
	if sig.token || len(r.Header.Values("X-Amz-Security-Token")) > 0 {
		return Key{}, ErrUnrecognized
	}
	at, err := v.checkTime(r, sig)
	if err != nil {
		return Key{}, err
	}
	if err := v.checkScope(sig, at); err != nil {
		return Key{}, err
	}
	if err := checkSignedHeaders(r, sig); err != nil {
		return Key{}, err
	}
	bodyHash, err := payloadHash(r, sig, body)
	if err != nil {
		return Key{}, err
	}

	key, err := v.Keys(ctx, sig.accessKeyID)
	known := err == nil
	switch {
	case errors.Is(err, ErrUnknownKey):
		key.Secret = "no secret is this long, and none is this one"
	case err != nil:
		return Key{}, fmt.Errorf("finding access key: %w", err)
	}
	want := expected(key.Secret, r, sig, params, at, bodyHash)
	good := subtle.ConstantTimeCompare(want, []byte(sig.value)) == 1
	switch {
	case !known || key.Secret == "":
		return Key{}, ErrUnrecognized
	case !good:
		return Key{}, ErrMismatch
	}
	return key, nil
}

// expected computes the signature that the holder of a secret makes.
func expected(secret string, r *http.Request, sig *signature, params []param, at, bodyHash string) []byte {
	p := buffers.Get().(*[]byte)
	buf := canonicalRequest((*p)[:0], r, sig, params, bodyHash)
	sum := sha256.Sum256(buf)

	buf = append(buf[:0], algorithm+"\n"...)
	buf = append(buf, at...)
	buf = append(buf, '\n')
	buf = append(buf, sig.scope...)
	buf = append(buf, '\n')
	buf = hex.AppendEncode(buf, sum[:])

	k := mac([]byte("AWS4"+secret), []byte(sig.date))
	k = mac(k, []byte(sig.region))
	k = mac(k, []byte(sig.service))
	k = mac(k, []byte(terminator))
	want := hex.AppendEncode(nil, mac(k, buf))
	*p = buf
	buffers.Put(p)
	return want
}

// buffers holds the texts that are signed: about a kilobyte, never secret.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 2048); return &b }}

func mac(key, data []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return h.Sum(nil)
}
