package sigv4

import (
	"bufio"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

// The example of the signing documentation: ListUsers of IAM, 30 August 2015,
// whose every intermediate value is published.
func TestPublishedExample(t *testing.T) {
	r := read(t, "GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\r\n"+
		"Host: iam.amazonaws.com\r\n"+
		"Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"+
		"X-Amz-Date: 20150830T123600Z\r\n"+
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "+
		"SignedHeaders=content-type;host;x-amz-date, "+
		"Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7\r\n\r\n")
	sig, params, err := parse(r)
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	hash, err := payloadHash(r, sig, nil)
	if err != nil {
		t.Fatalf("payloadHash: %v", err)
	}
	want := "GET\n/\nAction=ListUsers&Version=2010-05-08\n" +
		"content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\n" +
		"content-type;host;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if got := string(canonicalRequest(nil, r, sig, params, hash)); got != want {
		t.Errorf("canonicalRequest:\ngot  %q\nwant %q", got, want)
	}
	got := string(expected("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", r, sig, params, "20150830T123600Z", hash))
	if got != sig.value {
		t.Errorf("expected: got %s, want %s", got, sig.value)
	}
}

// The published derivation of a signing key.
func TestPublishedKeyDerivation(t *testing.T) {
	k := mac([]byte("AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), []byte("20150830"))
	k = mac(mac(mac(k, []byte("us-east-1")), []byte("iam")), []byte(terminator))
	if got, want := hex.EncodeToString(k), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"; got != want {
		t.Errorf("signing key: got %s, want %s", got, want)
	}
}

func TestCanonicalPath(t *testing.T) {
	tests := map[string]string{
		"":                "/",
		"/":               "/",
		"/./":             "/",
		"//":              "/",
		"//example//":     "/example/",
		"/example/..":     "/",
		"/example/../":    "/",
		"/../../a":        "/a",
		"/a/./b":          "/a/b",
		"/a/b/":           "/a/b/",
		"/-._~09AZaz":     "/-._~09AZaz",
		"/example%20x":    "/example%2520x",
		"/%E1%88%B4":      "/%25E1%2588%25B4",
		"/a:b@c":          "/a%3Ab%40c",
		"/a+b*c'd(e)":     "/a%2Bb%2Ac%27d%28e%29",
		"/documents%2Fin": "/documents%252Fin",
	}
	for in, want := range tests {
		if got := string(appendCanonicalPath(nil, in)); got != want {
			t.Errorf("appendCanonicalPath(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestCanonicalQuery(t *testing.T) {
	tests := map[string]string{
		"":                            "",
		"Param2=value2&Param1=value1": "Param1=value1&Param2=value2",
		"Param1=value2&Param1=Value1": "Param1=Value1&Param1=value2",
		"foo=Zoo&foo=aha":             "foo=Zoo&foo=aha",
		"b&a=":                        "a=&b=",
		"&&a=1&":                      "a=1",
		"a=b=c":                       "a=b%3Dc",
		"%E1%88%B4=bar":               "%E1%88%B4=bar",
		"a=%e1%88%b4":                 "a=%E1%88%B4",
		"a=1+2":                       "a=1%202",
		"a=~-._&a!=x":                 "a=~-._&a%21=x",
		"X-Amz-Signature=12&a=1":      "X-Amz-Signature=12&a=1",
		"a-b=1&a=2":                   "a=2&a-b=1",
		"@x=1&Ax=2":                   "%40x=1&Ax=2",
	}
	for in, want := range tests {
		params, err := parseQuery(in)
		if err != nil {
			t.Errorf("parseQuery(%q): %v", in, err)
			continue
		}
		if got := string(appendCanonicalQuery(nil, params, false)); got != want {
			t.Errorf("appendCanonicalQuery(%q): got %q, want %q", in, got, want)
		}
	}
	params, err := parseQuery("X-Amz-Signature=12&a=1")
	if got := string(appendCanonicalQuery(nil, params, true)); err != nil || got != "a=1" {
		t.Errorf("appendCanonicalQuery(presigned): got %q, %v, want %q", got, err, "a=1")
	}
}

func TestCanonicalHeaders(t *testing.T) {
	r := read(t, "POST / HTTP/1.1\r\nHost: example.amazonaws.com:8443\r\nContent-Length: 2\r\n"+
		"My-Header1:  value1\r\nMy-Header2: \"a   b   c\"\r\nMy-Header3: value4\r\nMy-Header3: value1\r\nMy-Header4:\t x \t\r\n\r\n{}")
	tests := map[string]string{
		"host":           "example.amazonaws.com:8443",
		"content-length": "2",
		"my-header1":     "value1",
		"my-header2":     `"a b c"`,
		"my-header3":     "value4,value1",
		"my-header4":     "x",
		"absent":         "",
	}
	for name, want := range tests {
		if got := string(appendHeader(nil, r, name)); got != want {
			t.Errorf("appendHeader(%q): got %q, want %q", name, got, want)
		}
	}
}

// The Date header stands in for X-Amz-Date, in either of its two forms.
func TestHeaderTime(t *testing.T) {
	for _, date := range []string{"20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT"} {
		r := read(t, "POST / HTTP/1.1\r\nHost: a\r\nDate: "+date+"\r\n\r\n")
		at, err := headerTime(r)
		if got := at.Format(isoFormat); err != nil || got != "20150830T123600Z" {
			t.Errorf("headerTime(%q): got %s, %v, want 20150830T123600Z", date, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d67", "")
	f.Add("", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20150830%2Fr%2Fs%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=ab")
	f.Add("AWS4-HMAC-SHA256 Credential=,Credential=,", "a=%zz&;")
	f.Fuzz(func(t *testing.T, authorization, query string) {
		r := read(t, "POST / HTTP/1.1\r\nHost: a\r\n\r\n")
		r.URL.RawQuery = query
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		sig, params, err := parse(r)
		if err != nil {
			if _, ok := err.(*Error); !ok {
				t.Fatalf("parse: got %T, want *Error", err)
			}
			return
		}
		if sig.accessKeyID == "" || len(sig.accessKeyID) > maxAccessKeyID || len(sig.headers) == 0 || len(sig.headers) > maxSignedHeaders {
			t.Errorf("parse: got an incomplete signature %+v", sig)
		}
		if strings.Join(sig.headers, ";") != sig.headerList {
			t.Errorf("parse: got headers %q, want %q", sig.headers, sig.headerList)
		}
		// The canonical form of the query is a fixed point.
		once := appendCanonicalQuery(nil, params, sig.presigned)
		again, err := parseQuery(string(once))
		if err != nil && len(once) <= maxQuery {
			t.Fatalf("parseQuery(%q): %v", once, err)
		}
		if twice := appendCanonicalQuery(nil, again, sig.presigned); err == nil && string(twice) != string(once) {
			t.Errorf("appendCanonicalQuery: got %q, want %q", twice, once)
		}
	})
}

func read(t testing.TB, raw string) *http.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatalf("ReadRequest: %v", err)
	}
	return r
}
