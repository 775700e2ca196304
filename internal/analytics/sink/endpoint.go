package sink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"rockpool/internal/netguard"
)

const (
	attempts  = 3
	retryWait = 500 * time.Millisecond // before the second attempt; doubled before each further one
	maxAnswer = 64 << 10
)

// OpenEndpoint posts events to a URL, many at a time as JSON lines
// (application/x-ndjson). A batch counts as written when the answer is 2xx;
// after answers 429 and 5xx and broken connections it is tried again, so that
// an endpoint may see a batch twice. Redirects are not followed. Only an endpoint on this machine
// may do without TLS.
func OpenEndpoint(raw string, d netguard.Dialer, o Options) (*Sink, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "":
		return nil, errors.New("not a URL; write for example https://events.example.com/rockpool") // a URL can hold a token, so it is not repeated
	case u.Scheme == "http" && netguard.NamesLoopback(u.Hostname()):
		d.LoopbackOnly = true
	case u.Scheme != "https":
		return nil, errors.New("the URL must begin with https://")
	}
	c := &http.Client{
		Transport:     d.Transport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return start(o, func(ctx context.Context, lines []byte) error { return post(ctx, c, u, lines) }), nil
}

// post makes the attempts for one batch.
func post(ctx context.Context, c *http.Client, u *url.URL, lines []byte) error {
	wait := retryWait
	for attempt := 1; ; attempt++ {
		again, err := postOnce(ctx, c, u, lines)
		if err == nil || !again || attempt == attempts {
			return err
		}
		select {
		case <-time.After(wait):
			wait *= 2
		case <-ctx.Done():
			return err
		}
	}
}

func postOnce(ctx context.Context, c *http.Client, u *url.URL, lines []byte) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(lines))
	if err != nil {
		return false, errors.New("analytics endpoint: cannot make a request")
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("User-Agent", "Rockpool")
	res, err := c.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err // without the URL
		}
		return !errors.Is(err, netguard.ErrForbidden), fmt.Errorf("analytics endpoint: %w", err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)); err != nil {
		return true, fmt.Errorf("analytics endpoint: reading the answer: %w", err)
	}
	if res.StatusCode/100 != 2 {
		return res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500, fmt.Errorf("analytics endpoint answered %d", res.StatusCode)
	}
	return false, nil
}
