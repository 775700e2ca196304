package sms

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"rockpool/internal/message"
)

// Names of the headers that carry the signature.
const (
	SignatureHeader = "X-Rockpool-Signature"
	TimestampHeader = "X-Rockpool-Timestamp"
)

// minSecret is the shortest secret accepted, in bytes.
const minSecret = 16

// Payload is what a webhook gets, as JSON. ID stays the same over retries, so
// that a gateway can drop what it has sent already.
type Payload struct {
	ID      string          `json:"id"`
	To      string          `json:"to"` // E.164
	Message string          `json:"message"`
	Pool    string          `json:"pool"`
	User    string          `json:"user"`
	Purpose message.Purpose `json:"purpose"`
}

// webhook posts each SMS to one URL. 2xx means that the gateway has taken it;
// 408, 429 and 5xx that it may be tried again; anything else, redirects
// included, is a final no.
type webhook struct {
	url    string
	secret []byte
	client *http.Client
	now    func() time.Time
}

func newWebhook(u *url.URL, o Options) (*webhook, error) {
	secret, _ := u.User.Password()
	switch {
	case u.Hostname() == "":
		return nil, errors.New("the host is missing; want https://:SECRET@sms.example/send")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, errors.New("http:// is for webhooks on this machine only; use https://")
	case u.Fragment != "":
		return nil, errors.New("there is a # in the URL; in a secret write %23")
	case u.User.Username() != "":
		return nil, errors.New("a webhook has a secret and no user; want https://:SECRET@sms.example/send")
	case len(secret) < minSecret:
		return nil, errors.New("the webhook's secret must have at least 16 bytes; want https://:SECRET@sms.example/send")
	}
	target := *u
	target.User = nil // it signs; it is not sent
	return &webhook{url: target.String(), secret: []byte(secret), client: client(o), now: o.Now}, nil
}

// Sign returns the value of SignatureHeader for a body: "v1=" and the hex
// HMAC-SHA-256 of timestamp, a dot, and the body. Receivers should compare it
// in constant time and refuse timestamps that are more than a few minutes old.
func Sign(secret []byte, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// Deliver implements [message.Transport].
func (w *webhook) Deliver(ctx context.Context, m message.Message) error {
	if err := checkNumber(m.To); err != nil {
		return err
	}
	body, err := json.Marshal(Payload{ID: m.ID, To: m.To, Message: m.Body, Pool: m.PoolID, User: m.Username, Purpose: m.Purpose})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return &message.DeliveryError{Reason: "the SMS webhook's URL is unusable", Err: err}
	}
	timestamp := strconv.FormatInt(w.now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Rockpool")
	req.Header.Set(TimestampHeader, timestamp)
	req.Header.Set(SignatureHeader, Sign(w.secret, timestamp, body))
	res, err := w.client.Do(req)
	if err != nil {
		return message.Classify("calling the SMS webhook", err)
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer) // so that the connection can be used again
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return answered("the SMS webhook", res.StatusCode, nil)
	}
	return nil
}
