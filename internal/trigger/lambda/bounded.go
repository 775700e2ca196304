package lambda

import (
	"bytes"
	"io"
	"net/http"

	"rockpool/internal/trigger"
)

// bounded limits how much of a response is read, since the SDK would read all
// of it. The body is complete when the SDK gets to see it, so a connection
// that breaks half-way is an error of the request, not of decoding.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, trigger.MaxAnswer+1))
	res.Body.Close()
	if err != nil {
		return nil, err
	}
	if len(body) > trigger.MaxAnswer {
		return nil, trigger.ErrAnswerTooLarge
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}
