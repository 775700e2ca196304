package awsjson_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rockpool/internal/awsjson"
	"rockpool/internal/cognito"
)

func set(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestUnknownOperation(t *testing.T) {
	h := start(t, nil)
	tests := []struct {
		name, op, message string
		change            func(*http.Request)
	}{
		{"unknown name", "InitiateAuht", "", set("X-Note", "")},
		{"empty name", "", "", set("X-Note", "")},
		{"newer than the model", "GetDerivedToken", "", set("X-Note", "")},
		{"lower case", "initiateauth", "", set("X-Note", "")},
		{"other service", "", "", set("X-Amz-Target", "DynamoDB_20120810.ListTables")},
		{"without prefix", "", "", set("X-Amz-Target", "InitiateAuth")},
		{"no target", "", "", func(r *http.Request) { r.Header.Del("X-Amz-Target") }},
		{"two targets", "InitiateAuth", "", func(r *http.Request) { r.Header.Add("X-Amz-Target", prefix+"DeleteUser") }},
		{"GET", "InitiateAuth", "Operations are called by POST.", func(r *http.Request) { r.Method = "GET" }},
		{"PUT", "InitiateAuth", "Operations are called by POST.", func(r *http.Request) { r.Method = "PUT" }},
		{"other path", "InitiateAuth", "Operations are called at the path /.", func(r *http.Request) { r.URL.Path = "/api" }},
		{"form", "InitiateAuth", "The Content-Type of a request is application/x-amz-json-1.1.", set("Content-Type", "application/x-www-form-urlencoded")},
		{"plain JSON", "InitiateAuth", "The Content-Type of a request is application/x-amz-json-1.1.", set("Content-Type", "application/json")},
		{"no type", "InitiateAuth", "The Content-Type of a request is application/x-amz-json-1.1.", func(r *http.Request) { r.Header.Del("Content-Type") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h.want(h.call(tt.op, auth("fine"), tt.change), 400, "UnknownOperationException", tt.message)
		})
	}
}

func TestContentTypes(t *testing.T) {
	h := start(t, nil)
	for _, ct := range []string{"application/x-amz-json-1.0", "application/x-amz-json-1.1; charset=UTF-8", "Application/X-Amz-Json-1.1;charset=utf-8"} {
		if a := h.call("InitiateAuth", auth("fine"), set("Content-Type", ct)); a.status != 200 {
			t.Errorf("%s: got %d %s, want 200", ct, a.status, a.body)
		}
	}
}

func TestBodySizes(t *testing.T) {
	h := start(t, nil)
	body := func(n int) string {
		const frame = len(`{"ClientId":"fine","AuthFlow":"USER_AUTH","Unknown":""}`)
		return `{"ClientId":"fine","AuthFlow":"USER_AUTH","Unknown":"` + strings.Repeat("x", n-frame) + `"}`
	}
	limit := int(cognito.Operations["InitiateAuth"].MaxBody)
	const message = "The body of a request to InitiateAuth is at most 1048576 bytes."
	// Without a length the client sends chunks, of which the end is not known.
	chunked := func(r *http.Request) { r.ContentLength = -1; r.Body = io.NopCloser(r.Body) }

	for _, change := range []func(*http.Request){set("X-Note", "length"), chunked} {
		if a := h.call("InitiateAuth", body(limit), change); a.status != 200 {
			t.Errorf("%d bytes: got %d %s, want 200", limit, a.status, a.body)
		}
		h.want(h.call("InitiateAuth", body(limit+1), change), 413, "RequestEntityTooLargeException", message)
	}
	// The branding operations carry images.
	a := h.call("CreateManagedLoginBranding", `{"UserPoolId":"us-east-1_abc","ClientId":"abc","Unknown":"`+strings.Repeat("x", 3<<20)+`"}`, sign)
	h.want(a, 501, "NotImplementedException", "Operation CreateManagedLoginBranding is not built yet.")
}

func TestContentEncoding(t *testing.T) {
	h := start(t, nil)
	h.want(h.call("InitiateAuth", "\x1f\x8b", set("Content-Encoding", "gzip")), 400,
		"SerializationException", "Content-Encoding is not supported, send the body as it is.")
	if a := h.call("InitiateAuth", auth("fine"), set("Content-Encoding", "identity")); a.status != 200 {
		t.Errorf("identity: got %d, want 200", a.status)
	}
}

// A body that ends before its length is no request.
func TestTruncatedBody(t *testing.T) {
	handler := bare(t)
	r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader(`{"ClientId":`), failing{}))
	r.Header.Set("X-Amz-Target", prefix+"InitiateAuth")
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if got := w.Header().Get("X-Amzn-ErrorType"); w.Code != 400 || got != "SerializationException" {
		t.Errorf("got %d %s, want 400 SerializationException", w.Code, got)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestHostileJSON(t *testing.T) {
	h := start(t, nil)
	deep := strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000)
	tests := map[string]string{
		"not JSON":            `hello`,
		"cut off":             `{"ClientId":"fine"`,
		"two values":          `{} {}`,
		"list":                `[]`,
		"text":                `"x"`,
		"number":              `1`,
		"null":                `null`,
		"number for text":     `{"ClientId":5}`,
		"object for text":     `{"ClientId":{}}`,
		"list for map":        `{"AuthParameters":[]}`,
		"number in map":       `{"AuthParameters":{"USERNAME":1}}`,
		"text for object":     `{"AnalyticsMetadata":"x"}`,
		"deep":                `{"Unknown":` + deep + `}`,
		"deep and known":      `{"AnalyticsMetadata":` + deep + `}`,
		"invalid UTF-8":       "{\"ClientId\":\"\xff\"}",
		"control character":   "{\"ClientId\":\"\x01\"}",
		"comment":             `{/* */"ClientId":"fine"}`,
		"single quotes":       `{'ClientId':'fine'}`,
		"trailing comma":      `{"ClientId":"fine",}`,
		"NaN":                 `{"ClientId":NaN}`,
		"byte order mark":     "\ufeff{}",
		"member given twice":  `{"ClientId":"fine","ClientId":"refused"}`,
		"broken escape":       `{"ClientId":"\x"}`,
		"only opening braces": strings.Repeat("{", 100000),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			a := h.call("InitiateAuth", body)
			if a.status != 400 || a.code != "SerializationException" {
				t.Errorf("got %d %s, want 400 SerializationException", a.status, a.body)
			}
		})
	}
}

// null is absent, and so is what is not there; unknown members do not matter.
func TestNullAndAbsent(t *testing.T) {
	h := start(t, nil)
	for _, body := range []string{
		`{"AuthFlow":"USER_AUTH","ClientId":"fine"}`,
		`{"AuthFlow":"USER_AUTH","ClientId":"fine","AuthParameters":null,"AnalyticsMetadata":null,"Session":null}`,
		`{"AuthFlow":"USER_AUTH","ClientId":"fine","Unknown":{"deeply":[1,null,{"x":true}]}}`,
		" {\n\t\"AuthFlow\" : \"USER_AUTH\" , \"ClientId\":\"\\u0066ine\" }\r\n",
	} {
		if a := h.call("InitiateAuth", body); a.status != 200 || a.body != `{"Session":"<&>fine"}` {
			t.Errorf("%s: got %d %s, want 200", body, a.status, a.body)
		}
	}
	for _, body := range []string{`{"AuthFlow":"USER_AUTH","ClientId":null}`, `{"AuthFlow":"USER_AUTH"}`} {
		h.want(h.call("InitiateAuth", body), 400, "InvalidParameterException",
			"1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null")
	}
	if a := h.call("InitiateAuth", ""); a.code != "InvalidParameterException" || !strings.HasPrefix(a.message, "2 validation errors") {
		t.Errorf("empty body: got %s, want two violations", a.body)
	}
}

func TestPreflight(t *testing.T) {
	h := start(t, nil)
	const usual = "authorization,cache-control,content-type,amz-sdk-invocation-id,amz-sdk-request,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-target,x-amz-user-agent"
	tests := map[string]string{
		"":                                usual,
		"content-type,x-amz-target,x-new": "content-type,x-amz-target,x-new",
		"x-a, X-B":                        "x-a, X-B",
		"x-a<script>":                     usual,
		strings.Repeat("x", 3000):         usual,
	}
	for asked, want := range tests {
		r, err := http.NewRequestWithContext(t.Context(), "OPTIONS", h.url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://app.example.com")
		r.Header.Set("Access-Control-Request-Method", "POST")
		if asked != "" {
			r.Header.Set("Access-Control-Request-Headers", asked)
		}
		a := h.do(r)
		if got := a.header.Get("Access-Control-Allow-Headers"); a.status != 200 || got != want || a.body != "" {
			t.Errorf("asked for %.40q: got %d %q, want %q", asked, a.status, got, want)
		}
		if a.header.Get("Access-Control-Max-Age") != "172800" || !strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "POST") ||
			a.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("preflight: got %v", a.header)
		}
	}
	if len(h.observed) != 0 {
		t.Errorf("Observe: got %q, want preflights left out", h.observed)
	}
}

// bare is a handler without a server and without a log.
func bare(t testing.TB) *awsjson.Handler {
	t.Helper()
	h, err := awsjson.New(awsjson.Config{
		Service:    &service{},
		Authorizer: awsjson.AnySignature{AccountID: "000000000000"},
		Region:     "us-east-1",
		AccountID:  "000000000000",
		Logger:     quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Whatever is sent, the answer is one that clients understand.
func FuzzServeHTTP(f *testing.F) {
	for _, op := range []string{"InitiateAuth", "DescribeUserPool", "TagResource", "SignUp", "CreateUserPool", "UpdateUserPool"} {
		f.Add(prefix+op, "application/x-amz-json-1.1", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=0", []byte(auth("fine")))
		f.Add(prefix+op, "", "", []byte(`{"UserPoolId":"us-east-1_abc"}`))
	}
	f.Add("", "", "", []byte{})
	handler := bare(f)
	f.Fuzz(func(t *testing.T, target, contentType, authorization string, body []byte) {
		r := httptest.NewRequestWithContext(context.Background(), "POST", "/", strings.NewReader(string(body)))
		r.Header.Set("X-Amz-Target", target)
		r.Header.Set("Content-Type", contentType)
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != 501 && !provoked(body) {
			t.Errorf("%s %q: got %d %s", target, body, w.Code, w.Body)
		}
		if w.Header().Get("X-Amzn-Errortype") == "" && w.Code != 200 {
			t.Errorf("%s: got %d without an error type", target, w.Code)
		}
	})
}

// provoked tells whether a body asks the test's service for a failure.
func provoked(body []byte) bool {
	for _, s := range []string{"broken", "fault", "panic", "slow", "abort", `\u`, "AccessToken"} {
		if strings.Contains(string(body), s) {
			return true
		}
	}
	return false
}
