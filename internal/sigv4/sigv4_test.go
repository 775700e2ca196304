package sigv4_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"rockpool/internal/sigv4"
)

var (
	now     = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ada     = aws.Credentials{AccessKeyID: "AKIAADA", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
	errDown = errors.New("store is down")
)

const body = `{"UserPoolId":"us-east-1_AbCdEfGhI"}`

func verifier() *sigv4.Verifier {
	return &sigv4.Verifier{
		Region:  "us-east-1",
		Service: "cognito-idp",
		Now:     func() time.Time { return now },
		Keys: func(_ context.Context, id string) (sigv4.Key, error) {
			switch id {
			case ada.AccessKeyID:
				return sigv4.Key{ID: id, Secret: ada.SecretAccessKey, Holder: "ada"}, nil
			case "AKIADOWN":
				return sigv4.Key{}, errDown
			case "AKIAEMPTY":
				return sigv4.Key{ID: id}, nil
			}
			return sigv4.Key{}, sigv4.ErrUnknownKey
		},
	}
}

// options are what a test changes about an honest request.
type options struct {
	creds   aws.Credentials
	region  string
	service string
	at      time.Time
	target  string // path and query
	prepare func(*http.Request)
	hash    string
}

// signed returns a request as a server gets it, signed by AWS's own SDK.
func signed(t testing.TB, o options) *http.Request {
	t.Helper()
	r := unsigned(t, &o)
	if err := v4.NewSigner().SignHTTP(t.Context(), o.creds, r, o.hash, o.service, o.region, o.at); err != nil {
		t.Fatalf("SignHTTP: %v", err)
	}
	return received(t, r)
}

// presigned is signed, with the signature in the query.
func presigned(t testing.TB, o options, expires string) *http.Request {
	t.Helper()
	r := unsigned(t, &o)
	q := r.URL.Query()
	q.Set("X-Amz-Expires", expires)
	r.URL.RawQuery = q.Encode()
	u, _, err := v4.NewSigner(func(so *v4.SignerOptions) { so.DisableHeaderHoisting = true }).
		PresignHTTP(t.Context(), o.creds, r, o.hash, o.service, o.region, o.at)
	if err != nil {
		t.Fatalf("PresignHTTP: %v", err)
	}
	if r.URL, err = url.Parse(u); err != nil {
		t.Fatal(err)
	}
	return received(t, r)
}

func unsigned(t testing.TB, o *options) *http.Request {
	t.Helper()
	if o.creds.AccessKeyID == "" {
		o.creds = ada
	}
	if o.region == "" {
		o.region = "us-east-1"
	}
	if o.service == "" {
		o.service = "cognito-idp"
	}
	if o.at.IsZero() {
		o.at = now
	}
	if o.target == "" {
		o.target = "/"
	}
	if o.hash == "" {
		o.hash = hashOf(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", "http://cognito-idp.us-east-1.amazonaws.com"+o.target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.DescribeUserPool")
	if o.prepare != nil {
		o.prepare(r)
	}
	return r
}

// received turns a client's request into the one a server sees.
func received(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	in := httptest.NewRequestWithContext(t.Context(), r.Method, r.URL.RequestURI(), r.Body)
	in.Host = r.Host
	in.Header = r.Header.Clone()
	in.ContentLength = r.ContentLength
	return in
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func wantCode(t *testing.T, err error, code, text string) {
	t.Helper()
	var e *sigv4.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message, text) {
		t.Errorf("Verify: got %v, want %s: ...%s...", err, code, text)
	}
}

func TestVerifyAcceptsWhatTheSDKSigns(t *testing.T) {
	tests := map[string]options{
		"plain":            {},
		"four minutes old": {at: now.Add(-4 * time.Minute)},
		"four minutes on":  {at: now.Add(4 * time.Minute)},
		"query":            {target: "/?b=2&a=1&a=0&empty=&space=a%20b&plus=a+b&slash=%2F&utf=%C3%A9"},
		"encoded path":     {target: "/a%20b/c%2Fd/%E2%98%83"},
		"spaces in header": {prepare: func(r *http.Request) { r.Header.Set("X-Note", "  a   b  ") }},
		"repeated header":  {prepare: func(r *http.Request) { r.Header["X-Note"] = []string{"b", "a"} }},
		"stated hash":      {prepare: func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", hashOf(body)) }},
		"port in host":     {prepare: func(r *http.Request) { r.Host = "localhost:9229" }},
	}
	for name, o := range tests {
		t.Run(name, func(t *testing.T) {
			key, err := verifier().Verify(t.Context(), signed(t, o), []byte(body))
			if err != nil || key.ID != ada.AccessKeyID || key.Holder != "ada" {
				t.Errorf("Verify: got %v, %v, want the key of ada", key.ID, err)
			}
			if _, err := verifier().Verify(t.Context(), presigned(t, o, "600"), []byte(body)); err != nil {
				t.Errorf("Verify(presigned): got %v, want nil", err)
			}
		})
	}
}

func TestVerifyOverTheWire(t *testing.T) {
	v := verifier()
	var got error
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, got = v.Verify(r.Context(), r, b)
	}))
	defer srv.Close()
	r, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+"/?x=1", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
	if err := v4.NewSigner().SignHTTP(t.Context(), ada, r, hashOf(body), "cognito-idp", "us-east-1", now); err != nil {
		t.Fatal(err)
	}
	res, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got != nil {
		t.Errorf("Verify: got %v, want nil", got)
	}
}

// Whatever a signature covers cannot be changed afterwards.
func TestVerifyRefusesTampering(t *testing.T) {
	tamper := map[string]func(r *http.Request, b *[]byte){
		"body":       func(_ *http.Request, b *[]byte) { *b = []byte(`{"UserPoolId":"us-east-1_other"}`) },
		"empty body": func(_ *http.Request, b *[]byte) { *b = nil },
		"method":     func(r *http.Request, _ *[]byte) { r.Method = "PUT" },
		"path":       func(r *http.Request, _ *[]byte) { r.URL.Path = "/other" },
		"query":      func(r *http.Request, _ *[]byte) { r.URL.RawQuery += "&x=2" },
		"host":       func(r *http.Request, _ *[]byte) { r.Host = "elsewhere.example" },
		"target": func(r *http.Request, _ *[]byte) {
			r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.DeleteUserPool")
		},
		"second target": func(r *http.Request, _ *[]byte) {
			r.Header.Add("X-Amz-Target", "AWSCognitoIdentityProviderService.DeleteUserPool")
		},
		"dropped target": func(r *http.Request, _ *[]byte) { r.Header.Del("X-Amz-Target") },
		"content type":   func(r *http.Request, _ *[]byte) { r.Header.Set("Content-Type", "text/plain") },
		"date": func(r *http.Request, _ *[]byte) {
			if r.Header.Get("X-Amz-Date") != "" {
				r.Header.Set("X-Amz-Date", now.Add(time.Second).Format("20060102T150405Z"))
			} else {
				r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "T120000Z", "T120001Z", 1)
			}
		},
		"signature": func(r *http.Request, _ *[]byte) {
			swap(r, "Signature=", func(c byte) byte {
				if c == '0' {
					return '1'
				}
				return '0'
			})
		},
		"signature cut": func(r *http.Request, _ *[]byte) {
			if h := r.Header.Get("Authorization"); h != "" {
				r.Header.Set("Authorization", h[:len(h)-1])
			} else {
				r.URL.RawQuery = r.URL.RawQuery[:len(r.URL.RawQuery)-1]
			}
		},
		"signature in upper case": func(r *http.Request, _ *[]byte) {
			upper := func(s string) string {
				i := strings.Index(s, "Signature=") + len("Signature=")
				return s[:i] + strings.ToUpper(s[i:])
			}
			if h := r.Header.Get("Authorization"); h != "" {
				r.Header.Set("Authorization", upper(h))
			} else {
				r.URL.RawQuery = upper(r.URL.RawQuery)
			}
		},
		"signed headers": func(r *http.Request, _ *[]byte) {
			if h := r.Header.Get("Authorization"); h != "" {
				r.Header.Set("Authorization", strings.Replace(h, "content-type;", "", 1))
			} else {
				r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "content-type%3B", "", 1)
			}
		},
	}
	forms := map[string]func(*testing.T) *http.Request{
		"header":    func(t *testing.T) *http.Request { return signed(t, options{target: "/?x=1"}) },
		"presigned": func(t *testing.T) *http.Request { return presigned(t, options{target: "/?x=1"}, "600") },
	}
	for form, request := range forms {
		for name, f := range tamper {
			t.Run(form+"/"+name, func(t *testing.T) {
				r, b := request(t), []byte(body)
				f(r, &b)
				_, err := verifier().Verify(t.Context(), r, b)
				wantCode(t, err, "InvalidSignatureException", "The request signature we calculated does not match")
			})
		}
	}
	t.Run("presigned/expires", func(t *testing.T) {
		r := presigned(t, options{}, "600")
		r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "X-Amz-Expires=600", "X-Amz-Expires=700", 1)
		_, err := verifier().Verify(t.Context(), r, []byte(body))
		wantCode(t, err, "InvalidSignatureException", "does not match")
	})
}

// swap changes the first character after a mark in the header or the query.
func swap(r *http.Request, mark string, f func(byte) byte) {
	change := func(s string) string {
		i := strings.Index(s, mark) + len(mark)
		return s[:i] + string(f(s[i])) + s[i+1:]
	}
	if h := r.Header.Get("Authorization"); h != "" {
		r.Header.Set("Authorization", change(h))
	} else {
		r.URL.RawQuery = change(r.URL.RawQuery)
	}
}

func TestVerifyRefusals(t *testing.T) {
	const (
		missing      = "MissingAuthenticationTokenException"
		incomplete   = "IncompleteSignatureException"
		invalid      = "InvalidSignatureException"
		unrecognized = "UnrecognizedClientException"
	)
	edit := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		}
	}
	authorization := func(s string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", s) }
	}
	tests := []struct {
		name       string
		o          options
		after      func(*http.Request)
		code, text string
	}{
		{name: "none", after: func(r *http.Request) { r.Header.Del("Authorization") }, code: missing, text: "Missing Authentication Token"},
		{name: "empty", after: authorization(""), code: missing},
		{name: "bearer", after: authorization("Bearer abc"), code: incomplete, text: "algorithm"},
		{name: "version 2", after: authorization("AWS AKID:abc"), code: incomplete, text: "algorithm"},
		{name: "other algorithm", after: edit("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), code: incomplete, text: "algorithm"},
		{name: "only the algorithm", after: authorization("AWS4-HMAC-SHA256"), code: incomplete,
			text: "requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter."},
		{name: "no signature", after: edit("Signature=", "Signature=,x="), code: incomplete, text: "other than"},
		{name: "no equal sign", after: edit("SignedHeaders=", "SignedHeaders "), code: incomplete, text: "missing equal-sign"},
		{name: "two credentials", after: edit("SignedHeaders=", "Credential=a, SignedHeaders="), code: incomplete, text: "two 'Credential'"},
		{name: "two headers", after: func(r *http.Request) { r.Header.Add("Authorization", "x") }, code: incomplete, text: "one Authorization"},
		{name: "header and query", after: func(r *http.Request) { r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }, code: incomplete, text: "not in both"},
		{name: "too long", after: edit("SignedHeaders=", "SignedHeaders="+strings.Repeat("a", 9000)), code: incomplete, text: "too long"},
		{name: "many signed headers", after: edit("SignedHeaders=", "SignedHeaders="+strings.Repeat("a;", 200)), code: incomplete, text: "Too many"},
		{name: "unsorted headers", after: edit("content-length;content-type", "content-type;content-length"), code: incomplete, text: "ascending"},
		{name: "repeated headers", after: edit("host;", "host;host;"), code: incomplete, text: "ascending"},
		{name: "upper-case header", after: edit("host;", "Host;"), code: incomplete, text: "lower case"},
		{name: "short credential", after: edit("/aws4_request", ""), code: incomplete, text: "5 slash-delimited"},
		{name: "no key id", after: edit("Credential=AKIAADA", "Credential="), code: incomplete, text: "5 slash-delimited"},
		{name: "long key id", after: edit("AKIAADA", strings.Repeat("A", 200)), code: unrecognized},
		{name: "terminator", after: edit("aws4_request", "aws5_request"), code: invalid, text: "terminator"},
		{name: "region", o: options{region: "eu-west-1"}, code: invalid, text: "valid region, not 'eu-west-1'"},
		{name: "service", o: options{service: "s3"}, code: invalid, text: "correct service: 'cognito-idp'"},
		{name: "scope date", after: edit("20261123", "20261122"), code: invalid,
			text: "'20261122' != '20261123', from '20261123T120000Z'."},
		{name: "expired", o: options{at: now.Add(-6 * time.Minute)}, code: invalid,
			text: "Signature expired: 20261123T115400Z is now earlier than 20261123T115500Z (20261123T120000Z - 5 min.)"},
		{name: "early", o: options{at: now.Add(6 * time.Minute)}, code: invalid,
			text: "Signature not yet current: 20261123T120600Z is still later than 20261123T120500Z (20261123T120000Z + 5 min.)"},
		{name: "no date", after: func(r *http.Request) { r.Header.Del("X-Amz-Date") }, code: incomplete, text: "'X-Amz-Date' or a 'Date'"},
		{name: "two dates", after: func(r *http.Request) { r.Header.Add("X-Amz-Date", "20261123T120000Z") }, code: incomplete, text: "not several"},
		{name: "bad date", after: func(r *http.Request) { r.Header.Set("X-Amz-Date", "today") }, code: incomplete, text: "ISO-8601"},
		{name: "host not signed", after: edit("host;", ""), code: invalid, text: "'Host'"},
		{name: "amz header not signed", after: func(r *http.Request) { r.Header.Set("X-Amz-Extra", "1") }, code: invalid, text: "'x-amz-extra' must be"},
		{name: "target not signed", after: edit(";x-amz-target", ""), code: invalid, text: "'x-amz-target' must be"},
		{name: "false hash", o: options{prepare: func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", hashOf("other")) }}, code: invalid, text: "does not match"},
		{name: "unsigned payload", code: invalid, text: "does not match",
			o: options{hash: "UNSIGNED-PAYLOAD", prepare: func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") }}},
		{name: "unsigned payload unsaid", o: options{hash: "UNSIGNED-PAYLOAD"}, code: invalid, text: "does not match"},
		{name: "session token", o: options{creds: aws.Credentials{AccessKeyID: ada.AccessKeyID, SecretAccessKey: ada.SecretAccessKey, SessionToken: "t"}},
			code: unrecognized, text: "The security token included in the request is invalid."},
		{name: "unknown key", o: options{creds: aws.Credentials{AccessKeyID: "AKIANOBODY", SecretAccessKey: "x"}}, code: unrecognized},
		{name: "key without secret", o: options{creds: aws.Credentials{AccessKeyID: "AKIAEMPTY", SecretAccessKey: ""}}, code: unrecognized},
		{name: "wrong secret", o: options{creds: aws.Credentials{AccessKeyID: ada.AccessKeyID, SecretAccessKey: "x"}}, code: invalid, text: "does not match"},
		{name: "query that cannot be decoded", after: func(r *http.Request) { r.URL.RawQuery = "a=%zz" }, code: incomplete, text: "decoded"},
		{name: "long query", after: func(r *http.Request) { r.URL.RawQuery = strings.Repeat("a&", 200) }, code: incomplete, text: "too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := signed(t, tt.o)
			if tt.after != nil {
				tt.after(r)
			}
			_, err := verifier().Verify(t.Context(), r, []byte(body))
			wantCode(t, err, tt.code, tt.text)
		})
	}
}

func TestVerifyPresignedRefusals(t *testing.T) {
	edit := func(old, new string) func(*http.Request) {
		return func(r *http.Request) { r.URL.RawQuery = strings.Replace(r.URL.RawQuery, old, new, 1) }
	}
	week := "604800"
	tests := []struct {
		name       string
		o          options
		expires    string
		after      func(*http.Request)
		code, text string
	}{
		{name: "expired", o: options{at: now.Add(-2 * time.Hour)}, expires: "3600", code: "InvalidSignatureException",
			text: "Signature expired: 20261123T100000Z is now earlier than 20261123T110000Z (20261123T120000Z - 3600 sec.)"},
		{name: "not yet", o: options{at: now.Add(time.Hour)}, expires: week, code: "InvalidSignatureException", text: "not yet current"},
		{name: "over a week", expires: "604801", code: "IncompleteSignatureException", text: "604800"},
		{name: "never", expires: "0", code: "IncompleteSignatureException", text: "604800"},
		{name: "negative", expires: "-1", code: "IncompleteSignatureException", text: "604800"},
		{name: "overflow", expires: "99999999999999999999", code: "IncompleteSignatureException", text: "604800"},
		{name: "no expiry", expires: week, after: edit("X-Amz-Expires", "X-Other"), code: "IncompleteSignatureException", text: "'X-Amz-Expires'"},
		{name: "bad date", expires: week, after: edit("X-Amz-Date=2", "X-Amz-Date=x"), code: "IncompleteSignatureException", text: "ISO-8601"},
		{name: "repeated", expires: week, after: edit("X-Amz-Expires=", "X-Amz-Expires=1&X-Amz-Expires="), code: "IncompleteSignatureException", text: "repeated"},
		{name: "other algorithm", expires: week, after: edit("HMAC-SHA256", "HMAC-SHA1"), code: "IncompleteSignatureException", text: "'X-Amz-Algorithm'"},
		{name: "session token", expires: week, code: "UnrecognizedClientException",
			o: options{creds: aws.Credentials{AccessKeyID: ada.AccessKeyID, SecretAccessKey: ada.SecretAccessKey, SessionToken: "t"}}},
		{name: "unsigned payload unsaid", o: options{hash: "UNSIGNED-PAYLOAD"}, expires: week, code: "InvalidSignatureException", text: "does not match"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := presigned(t, tt.o, tt.expires)
			if tt.after != nil {
				tt.after(r)
			}
			_, err := verifier().Verify(t.Context(), r, []byte(body))
			wantCode(t, err, tt.code, tt.text)
		})
	}
}

func TestVerifyPresignedForAWeek(t *testing.T) {
	r := presigned(t, options{at: now.Add(-167 * time.Hour)}, "604800")
	if _, err := verifier().Verify(t.Context(), r, []byte(body)); err != nil {
		t.Errorf("Verify: got %v, want nil", err)
	}
}

// A presigned request may leave its body unsigned, if it says so.
func TestVerifyPresignedUnsignedPayload(t *testing.T) {
	o := options{hash: "UNSIGNED-PAYLOAD", prepare: func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") }}
	if _, err := verifier().Verify(t.Context(), presigned(t, o, "60"), []byte("anything")); err != nil {
		t.Errorf("Verify: got %v, want nil", err)
	}
	o.prepare, o.target = nil, "/?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD"
	if _, err := verifier().Verify(t.Context(), presigned(t, o, "60"), []byte("anything")); err != nil {
		t.Errorf("Verify(stated in the query): got %v, want nil", err)
	}
}

// A failure to look the key up is not a verdict about it.
func TestVerifyHandsOnFailures(t *testing.T) {
	r := signed(t, options{creds: aws.Credentials{AccessKeyID: "AKIADOWN", SecretAccessKey: "x"}})
	if _, err := verifier().Verify(t.Context(), r, []byte(body)); !errors.Is(err, errDown) {
		t.Errorf("Verify: got %v, want %v", err, errDown)
	}
}

func TestCloudFrontHeaderNeedsNoSignature(t *testing.T) {
	r := signed(t, options{})
	r.Header.Set("X-Amz-Cf-Id", "added-on-the-way")
	if _, err := verifier().Verify(t.Context(), r, []byte(body)); err != nil {
		t.Errorf("Verify: got %v, want nil", err)
	}
}

func TestRefusalsDoNotRepeatTheSignature(t *testing.T) {
	r := signed(t, options{})
	h := r.Header.Get("Authorization")
	value := h[strings.Index(h, "Signature=")+len("Signature="):]
	r.Header.Set("Authorization", h+" trailing")
	_, err := verifier().Verify(t.Context(), r, []byte(body))
	if err == nil || strings.Contains(err.Error(), value) {
		t.Errorf("Verify: got %v, want an error without the signature", err)
	}
}

func TestIdentify(t *testing.T) {
	tests := []struct {
		name    string
		r       *http.Request
		id      string
		present bool
	}{
		{"header", signed(t, options{}), "AKIAADA", true},
		{"presigned", presigned(t, options{}, "60"), "AKIAADA", true},
		{"any key", signed(t, options{creds: aws.Credentials{AccessKeyID: "local", SecretAccessKey: "x"}, region: "moon", at: now.Add(-1e6 * time.Second)}), "local", true},
		{"none", httptest.NewRequest("POST", "/", nil), "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, ok := sigv4.Identify(tt.r)
			if id != tt.id || ok != tt.present || sigv4.Present(tt.r) != tt.present {
				t.Errorf("Identify: got %q, %v, present %v, want %q, %v", id, ok, sigv4.Present(tt.r), tt.id, tt.present)
			}
		})
	}
	garbled := httptest.NewRequest("POST", "/", nil)
	garbled.Header.Set("Authorization", "AWS4-HMAC-SHA256 nothing")
	if _, ok := sigv4.Identify(garbled); ok || !sigv4.Present(garbled) {
		t.Errorf("Identify(garbled): got %v, present %v, want false, true", ok, sigv4.Present(garbled))
	}
}

func BenchmarkVerify(b *testing.B) {
	v, r := verifier(), signed(b, options{})
	for b.Loop() {
		if _, err := v.Verify(b.Context(), r, []byte(body)); err != nil {
			b.Fatal(err)
		}
	}
}
