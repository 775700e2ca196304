package awsjson_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"rockpool/internal/awsjson"
	"rockpool/internal/policy"
	"rockpool/internal/sigv4"
)

var quiet = slog.New(slog.DiscardHandler)

const arns = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/"

// keys are two access keys: root may do everything, ci little.
func keys(t testing.TB) func(context.Context, string) (awsjson.AccessKey, error) {
	t.Helper()
	little, err := policy.Parse([]byte(`{"Statement":[{"Effect":"Allow",
		"Action":["cognito-idp:DescribeUserPool","cognito-idp:TagResource"],"Resource":"`+arns+`us-east-1_mine"}]}`),
		[]string{"DescribeUserPool", "TagResource"})
	if err != nil {
		t.Fatal(err)
	}
	return func(_ context.Context, id string) (awsjson.AccessKey, error) {
		switch id {
		case "AKIAROOT":
			return awsjson.AccessKey{ID: id, Secret: "root-secret", Name: "root", Policy: policy.AllowAll()}, nil
		case "AKIACI":
			return awsjson.AccessKey{ID: id, Secret: "ci-secret", Policy: little}, nil
		case "AKIANONE":
			return awsjson.AccessKey{ID: id, Secret: "none-secret"}, nil
		case "AKIADOWN":
			return awsjson.AccessKey{}, errors.New("store is down")
		}
		return awsjson.AccessKey{}, sigv4.ErrUnknownKey
	}
}

func strict(t *testing.T) *harness {
	t.Helper()
	return start(t, func(c *awsjson.Config) {
		c.Authorizer = awsjson.NewSignatures(c.Region, c.AccountID, c.Now, keys(t))
	})
}

// signedBy signs as an SDK does.
func signedBy(t *testing.T, id, secret, body string) func(*http.Request) {
	return func(r *http.Request) {
		sum := sha256.Sum256([]byte(body))
		err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: id, SecretAccessKey: secret}, r,
			hex.EncodeToString(sum[:]), "cognito-idp", "us-east-1", now)
		if err != nil {
			t.Fatalf("SignHTTP: %v", err)
		}
	}
}

const denied = "User: arn:aws:iam::000000000000:user/AKIACI is not authorized to perform: cognito-idp:OP on resource: RES because no identity-based policy allows the cognito-idp:OP action"

func TestSignatures(t *testing.T) {
	deny := func(op, resource string) string {
		return strings.NewReplacer("OP", op, "RES", resource).Replace(denied)
	}
	const mine, other = `{"UserPoolId":"us-east-1_mine"}`, `{"UserPoolId":"us-east-1_other"}`
	tests := []struct {
		name, op, body string
		id, secret     string
		code, message  string
	}{
		{"all allowed", "DescribeUserPool", other, "AKIAROOT", "root-secret", "", ""},
		{"no pool, all allowed", "ListUserPools", `{"MaxResults":1}`, "AKIAROOT", "root-secret", "", ""},
		{"own pool", "DescribeUserPool", mine, "AKIACI", "ci-secret", "", ""},
		{"other pool", "DescribeUserPool", other, "AKIACI", "ci-secret", "AccessDeniedException", deny("DescribeUserPool", arns+"us-east-1_other")},
		{"other action", "DeleteUserPool", mine, "AKIACI", "ci-secret", "AccessDeniedException", deny("DeleteUserPool", arns+"us-east-1_mine")},
		{"no pool", "ListUserPools", `{"MaxResults":1}`, "AKIACI", "ci-secret", "AccessDeniedException", deny("ListUserPools", "*")},
		{"own tags", "TagResource", `{"ResourceArn":"` + arns + `us-east-1_mine","Tags":{}}`, "AKIACI", "ci-secret", "", ""},
		{"other tags", "TagResource", `{"ResourceArn":"` + arns + `us-east-1_other","Tags":{}}`, "AKIACI", "ci-secret",
			"AccessDeniedException", deny("TagResource", arns+"us-east-1_other")},
		{"policy before constraints", "DescribeUserPool", `{"UserPoolId":"!"}`, "AKIACI", "ci-secret",
			"AccessDeniedException", deny("DescribeUserPool", arns+"!")},
		{"JSON before policy", "DescribeUserPool", `{`, "AKIACI", "ci-secret", "SerializationException", "*"},
		{"signature before JSON", "DescribeUserPool", `{`, "AKIACI", "wrong", "InvalidSignatureException", "*"},
		{"unknown key", "DescribeUserPool", mine, "AKIANOBODY", "x", "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"keys fail", "DescribeUserPool", mine, "AKIADOWN", "x", "InternalErrorException", "Internal error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := strict(t).call(tt.op, tt.body, signedBy(t, tt.id, tt.secret, tt.body))
			if a.code != tt.code || tt.message != "*" && a.message != tt.message {
				t.Errorf("got %d %s, want %s %q", a.status, a.body, tt.code, tt.message)
			}
		})
	}
}

func TestKeyWithoutPolicyMayDoNothing(t *testing.T) {
	const body = `{"MaxResults":1}`
	if a := strict(t).call("ListUserPools", body, signedBy(t, "AKIANONE", "none-secret", body)); a.code != "AccessDeniedException" {
		t.Errorf("got %s, want AccessDeniedException", a.body)
	}
}

// What a refusal repeats of a request is bounded.
func TestAccessDeniedIsBounded(t *testing.T) {
	body := `{"UserPoolId":"` + strings.Repeat("ü", 100000) + `"}`
	a := strict(t).call("DescribeUserPool", body, signedBy(t, "AKIACI", "ci-secret", body))
	if a.code != "AccessDeniedException" || len(a.message) > 1000 || strings.Contains(a.message, "\ufffd") {
		t.Errorf("got %s with %d bytes, want AccessDeniedException, bounded", a.code, len(a.message))
	}
}

func TestMissingSignature(t *testing.T) {
	for name, h := range map[string]*harness{"strict": strict(t), "dev": start(t, nil)} {
		t.Run(name, func(t *testing.T) {
			h.want(h.call("DescribeUserPool", `{"UserPoolId":"us-east-1_abc"}`), 400,
				"MissingAuthenticationTokenException", "Missing Authentication Token")
		})
	}
}

func TestAnySignatureWillDo(t *testing.T) {
	h := start(t, nil)
	const body = `{"UserPoolId":"us-east-1_abc"}`
	if a := h.call("DescribeUserPool", body, signedBy(t, "whoever", "whatever", "another body")); a.status != 200 {
		t.Errorf("got %s, want 200", a.body)
	}
	if got := h.lines()[0]["access_key"]; got != "whoever" {
		t.Errorf("log: got access key %v, want whoever", got)
	}
}

// Operations that want no signature do not look at one.
func TestNeedlessSignatureIsIgnored(t *testing.T) {
	h := strict(t)
	if a := h.call("InitiateAuth", auth("fine"), set("Authorization", "Bearer nonsense")); a.status != 200 {
		t.Errorf("got %s, want 200", a.body)
	}
}

func BenchmarkServeHTTP(b *testing.B) {
	body := auth("fine")
	b.Run("unsigned", func(b *testing.B) { bench(b, bare(b), "InitiateAuth", body) })
	h, err := awsjson.New(awsjson.Config{
		Service: &service{}, Region: "us-east-1", AccountID: "000000000000",
		Authorizer: awsjson.NewSignatures("us-east-1", "000000000000", func() time.Time { return now }, keys(b)),
		Logger:     slog.New(slog.NewJSONHandler(discard{}, nil)),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("signed", func(b *testing.B) { bench(b, h, "DescribeUserPool", `{"UserPoolId":"us-east-1_AbCdEfGhI"}`) })
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func bench(b *testing.B, h http.Handler, op, body string) {
	r := httptest.NewRequestWithContext(b.Context(), "POST", "/", nil)
	r.Header.Set("X-Amz-Target", prefix+op)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	sum := sha256.Sum256([]byte(body))
	r.URL.Host = r.Host
	err := v4.NewSigner().SignHTTP(b.Context(), aws.Credentials{AccessKeyID: "AKIAROOT", SecretAccessKey: "root-secret"}, r,
		hex.EncodeToString(sum[:]), "cognito-idp", "us-east-1", now)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Body = http.NoBody
		r.ContentLength = int64(len(body))
		r.Body = readCloser{strings.NewReader(body)}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code, w.Body)
		}
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
