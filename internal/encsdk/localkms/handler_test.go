package localkms_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHandler(t *testing.T) {
	k := newKMS(t, 1)
	key, err := k.GenerateDataKey(t.Context(), keyARN, nil)
	if err != nil {
		t.Fatal(err)
	}
	sealed := base64.StdEncoding.EncodeToString(key.Encrypted)
	for _, tt := range []struct {
		name, target, body string
		status             int
		says               string
	}{
		{"make", "TrentService.GenerateDataKey", `{"KeyId":"` + keyARN + `","KeySpec":"AES_256"}`, 200, keyARN},
		{"make by size", "TrentService.GenerateDataKey", `{"KeyId":"` + keyARN + `","NumberOfBytes":7}`, 200, keyARN},
		{"make none", "TrentService.GenerateDataKey", `{"KeyId":"` + keyARN + `"}`, 400, "ValidationException"},
		{"make too long", "TrentService.GenerateDataKey", `{"KeyId":"` + keyARN + `","NumberOfBytes":1025}`, 400, "ValidationException"},
		{"make without key", "TrentService.GenerateDataKey", `{"KeySpec":"AES_256"}`, 400, "ValidationException"},
		{"open", "TrentService.Decrypt", `{"CiphertextBlob":"` + sealed + `"}`, 200, base64.StdEncoding.EncodeToString(key.Plaintext)},
		{"open with key", "TrentService.Decrypt", `{"KeyId":"` + keyARN + `","CiphertextBlob":"` + sealed + `"}`, 200, keyARN},
		{"open with another key", "TrentService.Decrypt", `{"KeyId":"other","CiphertextBlob":"` + sealed + `"}`, 400, "IncorrectKeyException"},
		{"open with a context", "TrentService.Decrypt", `{"CiphertextBlob":"` + sealed + `","EncryptionContext":{"a":"b"}}`, 400, "InvalidCiphertextException"},
		{"open something", "TrentService.Decrypt", `{"CiphertextBlob":"AAAA"}`, 400, "InvalidCiphertextException"},
		{"another operation", "TrentService.CreateKey", `{}`, 400, "UnknownOperationException"},
		{"no JSON", "TrentService.Decrypt", `<`, 400, "SerializationException"},
		{"too long", "TrentService.Decrypt", `{"CiphertextBlob":"` + strings.Repeat("A", 70_000) + `"}`, 400, "SerializationException"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(tt.body))
		r.Header.Set("X-Amz-Target", tt.target)
		w := httptest.NewRecorder()
		k.ServeHTTP(w, r)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: got %d %s, want %d with %q", tt.name, w.Code, w.Body, tt.status, tt.says)
		}
	}
}
