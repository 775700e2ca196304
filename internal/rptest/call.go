package rptest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/server"
)

const targetPrefix = "AWSCognitoIdentityProviderService."

// Credentials are an access key.
type Credentials struct{ ID, Secret string }

// Call calls an operation over the wire and decodes its answer into out, which
// may be nil. An error that the server answers with is an *idp.Error. Requests
// of operations that want a signature are signed.
func (s *Server) Call(op string, in, out any) error {
	return s.CallAs(s.Credentials, op, in, out)
}

// CallAs is Call with other credentials. Empty ones do not sign.
func (s *Server) CallAs(c Credentials, op string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", op, err)
	}
	ctx := s.t.Context()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Endpoint+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", targetPrefix+op)
	if o := cognito.Operations[op]; o != nil && o.Auth == cognito.AuthSigV4 && c.ID != "" {
		if err := s.sign(ctx, c, req, body); err != nil {
			return fmt.Errorf("signing %s: %w", op, err)
		}
	}
	res, err := s.http.Do(req)
	if err != nil {
		return fmt.Errorf("calling %s: %w", op, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("reading the answer of %s: %w", op, err)
	}
	if res.StatusCode != http.StatusOK {
		return refusal(op, res.StatusCode, answer)
	}
	if out == nil || len(answer) == 0 {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("decoding the answer of %s: %w", op, err)
	}
	return nil
}

// refusal is the error in an answer.
func refusal(op string, status int, answer []byte) error {
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(answer, &e); err != nil || e.Type == "" {
		return fmt.Errorf("%s answered %d without an error: %.200q", op, status, answer)
	}
	return &idp.Error{Code: e.Type, Message: e.Message}
}

// sign signs a request by the server's clock, as a client whose clock is right
// would.
func (s *Server) sign(ctx context.Context, c Credentials, req *http.Request, body []byte) error {
	hash := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(ctx, aws.Credentials{AccessKeyID: c.ID, SecretAccessKey: c.Secret},
		req, hex.EncodeToString(hash[:]), "cognito-idp", Region, s.Clock.Now())
}

// Must calls an operation that has to succeed.
func (s *Server) Must(op string, in, out any) {
	s.t.Helper()
	if err := s.Call(op, in, out); err != nil {
		s.t.Fatalf("%s: got %v, want success", op, err)
	}
}

// AddAccessKey makes an access key with a policy (JSON; empty allows
// everything).
func (s *Server) AddAccessKey(policy string) Credentials {
	s.t.Helper()
	id, secret, err := server.CreateAccessKey(s.t.Context(), s.Store, s.Master, idp.AccessKey{Policy: []byte(policy), Created: s.Clock.Now()})
	if err != nil {
		s.t.Fatalf("making an access key: %v", err)
	}
	return Credentials{id, secret}
}

// WantError fails the test unless err is want: the same code and the same
// message, or nil.
func WantError(t testing.TB, err error, want *idp.Error) {
	t.Helper()
	switch {
	case want == nil && err != nil:
		t.Errorf("got %v, want success", err)
	case want != nil && !errors.Is(err, want):
		t.Errorf("got %v, want %v", err, want)
	}
}
