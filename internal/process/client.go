package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Client calls the API of a server, at as little cost as net/http allows.
type Client struct {
	URL  string
	HTTP *http.Client

	// Sign signs a request before it is sent. Without it requests have a
	// signature in form only, with which dev is content.
	Sign func(req *http.Request, body []byte) error
}

// NewClient returns a client that keeps its connections open.
func NewClient(url string) *Client {
	return &Client{URL: url, HTTP: &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			MaxIdleConns:        1024,
			MaxIdleConnsPerHost: 1024,
			DisableCompression:  true,
		},
	}}
}

// Error is an answer other than 200.
type Error struct {
	Status  int
	Code    string `json:"__type"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// Code returns the code of the error that the server answered with, or "" if
// err is nil or is no answer.
func Code(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// anySignature is a signature in form only; dev checks no more.
const anySignature = "AWS4-HMAC-SHA256 Credential=AKIAROCKPOOL/20260101/us-east-1/cognito-idp/aws4_request, " +
	"SignedHeaders=host, Signature=0000000000000000000000000000000000000000000000000000000000000000"

// Call calls an operation. A nil out ignores the answer. The error is an
// *Error if the server answered with one; any other means that nobody knows
// whether the server did what it was asked.
func (c *Client) Call(ctx context.Context, op string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answer, err := c.Do(ctx, op, body)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s: decoding answer: %w", op, err)
	}
	return nil
}

// Do is Call with bodies that are JSON already.
func (c *Client) Do(ctx context.Context, op string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+"/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = http.Header{
		"Content-Type": {"application/x-amz-json-1.1"},
		"X-Amz-Target": {"AWSCognitoIdentityProviderService." + op},
		"User-Agent":   {"rockpool-loadtest"},
	}
	if err := c.sign(req, body); err != nil {
		return nil, fmt.Errorf("%s: signing: %w", op, err)
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: reading answer: %w", op, err)
	}
	if res.StatusCode != http.StatusOK {
		e := &Error{Status: res.StatusCode}
		if json.Unmarshal(answer, e) != nil {
			e.Message = string(answer)
		}
		e.Code = e.Code[strings.LastIndexByte(e.Code, '#')+1:]
		return nil, fmt.Errorf("%s: %w", op, e)
	}
	return answer, nil
}

func (c *Client) sign(req *http.Request, body []byte) error {
	if c.Sign != nil {
		return c.Sign(req, body)
	}
	req.Header["X-Amz-Date"] = []string{"20260101T000000Z"}
	req.Header["Authorization"] = []string{anySignature}
	return nil
}

// Message is a message in the inbox of dev.
type Message struct {
	ID      string `json:"id"`
	To      string `json:"to"`
	Code    string `json:"code"`
	Pool    string `json:"pool"`
	User    string `json:"user"`
	Purpose string `json:"purpose"`
}

// Inbox returns the messages that dev keeps, newest first: those to an
// address, or all if it is empty.
func (p *Process) Inbox(ctx context.Context, to string) ([]Message, error) {
	u := p.Admin + "/dev/inbox/messages"
	if to != "" {
		u += "?to=" + url.QueryEscape(to)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return nil, err
	}
	res, err := p.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var out []Message
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		return nil, fmt.Errorf("reading inbox: %s: %w", res.Status, err)
	}
	return out, nil
}

// Profile takes a CPU profile of the server for d and writes it to a file.
func (p *Process) Profile(ctx context.Context, d time.Duration, file string) error {
	u := fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", p.Admin, max(1, int(d.Seconds())))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req) // without the time limit of p.HTTP
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("profile: %s: %s", res.Status, text)
	}
	return os.WriteFile(file, text, 0o600)
}
