package rockpooltest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"rockpool/rockpooltest"
)

// call is a client that knows nothing of Rockpool's packages.
func call(t *testing.T, s *rockpooltest.Server, op string, in map[string]any) (status int, out map[string]any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Endpoint+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", op, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", op, err)
	}
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &out); err != nil {
			t.Fatalf("%s answered %d %q", op, res.StatusCode, answer)
		}
	}
	return res.StatusCode, out
}

func TestStart(t *testing.T) {
	s := rockpooltest.Start(t)
	ada := map[string]any{"ClientId": s.ClientID, "Username": "ada"}
	with := func(more ...any) map[string]any {
		out := map[string]any{}
		for k, v := range ada {
			out[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			out[more[i].(string)] = more[i+1]
		}
		return out
	}
	mail := []map[string]string{{"Name": "email", "Value": "ada@example.com"}}
	if status, out := call(t, s, "SignUp", with("Password", "Sunny-day-42", "UserAttributes", mail)); status != 200 {
		t.Fatalf("SignUp: got %d %v", status, out)
	}
	if status, out := call(t, s, "ConfirmSignUp", with("ConfirmationCode", s.LastCode("ada@example.com"))); status != 200 {
		t.Fatalf("ConfirmSignUp: got %d %v", status, out)
	}
	if status, out := call(t, s, "ForgotPassword", with()); status != 200 {
		t.Fatalf("ForgotPassword: got %d %v", status, out)
	}
	code := s.LastCode("ada@example.com")
	before := s.Now()
	s.Advance(2 * time.Hour)
	if d := s.Now().Sub(before); d < 2*time.Hour {
		t.Errorf("Advance(2h): the clock moved by %v", d)
	}
	status, out := call(t, s, "ConfirmForgotPassword", with("ConfirmationCode", code, "Password", "Sunny-day-43"))
	if status != 400 || out["__type"] != "ExpiredCodeException" {
		t.Errorf("ConfirmForgotPassword two hours later: got %d %v, want ExpiredCodeException", status, out)
	}
}

func TestServersAreApart(t *testing.T) {
	one, two := rockpooltest.Start(t), rockpooltest.Start(t)
	if one.Endpoint == two.Endpoint || one.Secret == two.Secret {
		t.Errorf("two servers share %s or a secret", one.Endpoint)
	}
	if one.PoolID != two.PoolID || !strings.HasPrefix(one.PoolID, one.Region+"_") || one.ClientID != two.ClientID {
		t.Errorf("ids: got %s %s and %s %s, want the same", one.PoolID, one.ClientID, two.PoolID, two.ClientID)
	}
}
