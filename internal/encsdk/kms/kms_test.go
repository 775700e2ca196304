package kms_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rockpool/internal/encsdk/kms"
	"rockpool/internal/encsdk/localkms"
	"rockpool/internal/netguard"
)

const keyARN = "arn:aws:kms:eu-west-1:000000000000:key/k"

// keyring is one whose service is h.
func keyring(t *testing.T, h http.Handler) *kms.Keyring {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	k, err := kms.New(t.Context(), kms.Config{
		Endpoint: srv.URL, Region: "us-east-1", DummyCredentials: true, Dialer: netguard.Dialer{LoopbackOnly: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

func TestGenerateDataKey(t *testing.T) {
	service, err := localkms.New(make([]byte, localkms.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	var signed string
	k := keyring(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signed = r.Header.Get("Authorization")
		service.ServeHTTP(w, r)
	}))
	about := map[string]string{"userpool-id": "p1"}
	key, err := k.GenerateDataKey(t.Context(), keyARN, about)
	if err != nil {
		t.Fatal(err)
	}
	id, plaintext, err := service.Decrypt(key.Encrypted, about)
	if err != nil || id != keyARN || key.KeyARN != keyARN || !bytes.Equal(plaintext, key.Plaintext) || len(plaintext) != 32 {
		t.Errorf("GenerateDataKey: got a key of %d bytes under %q, %v, want 32 under %q", len(plaintext), key.KeyARN, err, keyARN)
	}
	if !strings.Contains(signed, "/eu-west-1/kms/aws4_request") {
		t.Errorf("GenerateDataKey: signed with %q, want the key's region", signed)
	}
}

// What goes wrong is told in words that can be logged, and whether it is worth
// another try.
func TestErrors(t *testing.T) {
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	for _, tt := range []struct {
		name      string
		h         http.HandlerFunc
		says      string
		temporary bool
	}{
		{"no permission", answer(400, `{"__type":"AccessDeniedException","message":"User hush may not"}`), "the key service answered AccessDeniedException", false},
		{"no key", answer(400, `{"__type":"NotFoundException","message":"hush"}`), "the key service answered NotFoundException", false},
		{"throttled", answer(400, `{"__type":"ThrottlingException","message":"hush"}`), "the key service answered ThrottlingException", true},
		{"broken", answer(500, `{"__type":"KMSInternalException"}`), "the key service answered KMSInternalException", true},
		{"a sentence", answer(400, `{"__type":"hush hush: call me"}`), "the key service answered ", true},
		{"drops the connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "the key service did not answer", true},
	} {
		_, err := keyring(t, tt.h).GenerateDataKey(t.Context(), keyARN, nil)
		e, ok := errors.AsType[*kms.Error](err)
		if !ok || !strings.HasPrefix(e.Error(), tt.says) || strings.Contains(e.Error(), "hush") || e.Temporary() != tt.temporary {
			t.Errorf("GenerateDataKey, %s: got %v, want %q, temporary %t", tt.name, err, tt.says, tt.temporary)
		}
	}
}

func TestEndpoint(t *testing.T) {
	for endpoint, ok := range map[string]bool{
		"": true, "https://kms.example.com": true, "http://localhost:4599": true, "http://127.0.0.1": true,
		"http://kms.example.com": false, "kms.example.com": false, "ftp://localhost": false, "http://u:p@localhost": false,
	} {
		_, err := kms.New(t.Context(), kms.Config{Endpoint: endpoint, Region: "us-east-1"})
		if (err == nil) != ok {
			t.Errorf("New(%q): got %v, want ok %t", endpoint, err, ok)
		}
	}
}
