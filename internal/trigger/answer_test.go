package trigger_test

import (
	"encoding/json"
	"strings"
	"testing"

	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// What a function may leave out of, add to or change in the event it returns.
func TestAnswerShape(t *testing.T) {
	drop := func(path ...string) func(map[string]any) {
		return func(ev map[string]any) {
			for _, p := range path[:len(path)-1] {
				ev = ev[p].(map[string]any)
			}
			delete(ev, path[len(path)-1])
		}
	}
	set := func(v any, path ...string) func(map[string]any) {
		return func(ev map[string]any) {
			for _, p := range path[:len(path)-1] {
				ev = ev[p].(map[string]any)
			}
			ev[path[len(path)-1]] = v
		}
	}
	tests := []struct {
		name   string
		change func(map[string]any)
		ok     bool
	}{
		{"as it came", func(map[string]any) {}, true},
		{"another version", set("9", "version"), true},
		{"more members", set(1, "more"), true},
		{"no request", drop("request"), true},
		{"no client id", drop("callerContext", "clientId"), true},
		{"flag left out", drop("response", "autoConfirmUser"), true},
		{"flag null", set(nil, "response", "autoConfirmUser"), true},
		{"unknown flag", set("x", "response", "more"), true},
		{"no version", drop("version"), false},
		{"no region", drop("region"), false},
		{"no pool", drop("userPoolId"), false},
		{"no user", drop("userName"), false},
		{"no source", drop("triggerSource"), false},
		{"no caller", drop("callerContext"), false},
		{"no response", drop("response"), false},
		{"null client id", set(nil, "callerContext", "clientId"), false},
		{"null SDK", set(nil, "callerContext", "awsSdkVersion"), false},
		{"null response", set(nil, "response"), false},
		{"number version", set(1, "version"), false},
		{"list response", set([]any{}, "response"), false},
		{"text flag", set("true", "response", "autoConfirmUser"), false},
		{"number flag", set(1, "response", "autoVerifyEmail"), false},
		{"key in capitals", func(ev map[string]any) { ev["Response"] = ev["response"]; delete(ev, "response") }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSetup(t)
			s.srv.Handle("f", func(ev map[string]any) (any, error) { tt.change(ev); return ev, nil })
			_, err := s.preSignUp(t)
			if tt.ok && err != nil {
				t.Errorf("PreSignUp: got %v, want nil", err)
			}
			if !tt.ok {
				wantError(t, "PreSignUp", err, "InvalidLambdaResponseException", "Unrecognizable lambda output")
			}
		})
	}
}

func TestAnswerText(t *testing.T) {
	const event = `{"version":"1","region":"r","userPoolId":"p","userName":"u","callerContext":{},"triggerSource":"s","response":{}}`
	tests := []struct {
		name, body string
		ok         bool
	}{
		{"plain", event, true},
		{"blanks around it", "\n " + event + " \n", true},
		{"64 levels", strings.Replace(event, `{}}`, `{"x":`+strings.Repeat("[", 62)+strings.Repeat("]", 62)+`}}`, 1), true},
		{"65 levels", strings.Replace(event, `{}}`, `{"x":`+strings.Repeat("[", 63)+strings.Repeat("]", 63)+`}}`, 1), false},
		{"brackets in text", strings.Replace(event, `{}}`, `{"x":"\"`+strings.Repeat("[", 99)+`"}}`, 1), true},
		{"two values", event + event, false},
		{"cut off", event[:len(event)-1], false},
		{"a list", "[" + event + "]", false},
		{"a string", `"ok"`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSetup(t)
			s.srv.Set("f", lambdatest.Raw([]byte(tt.body)))
			err := s.PostConfirmation(t.Context(), call(trigger.PostConfirmationConfirmSignUp), trigger.PostConfirmationRequest{})
			if tt.ok && err != nil {
				t.Errorf("PostConfirmation: got %v, want nil", err)
			}
			if !tt.ok {
				wantError(t, "PostConfirmation", err, "InvalidLambdaResponseException", "Unrecognizable lambda output")
			}
		})
	}
}

func TestThrownMessage(t *testing.T) {
	tests := map[string]string{
		`{"errorMessage":"no"}`:                 "no",
		`{"errorMessage":"","errorType":"E"}`:   "",
		`{"errorType":"E"}`:                     "E",
		`{"errorMessage":null,"errorType":"E"}`: "E",
		`{}`:                                    "Unhandled",
		`[]`:                                    "Unhandled",
		`<html>`:                                "Unhandled",
		``:                                      "Unhandled",
		strings.Repeat("[", 100_000):            "Unhandled",
		`{"errorMessage":{"nested":"no sentence"}}`: "Unhandled",
	}
	for payload, want := range tests {
		if got := trigger.ThrownMessage([]byte(payload), "Unhandled"); got != want {
			t.Errorf("ThrownMessage(%.40s): got %q, want %q", payload, got, want)
		}
	}
}

// A message is cut between characters, however long a function makes it.
func TestLongThrownMessage(t *testing.T) {
	for _, pad := range []string{"", "a", "aa"} {
		s := newSetup(t)
		s.srv.Set("f", lambdatest.Throw("Error", pad+strings.Repeat("€", 5000)))
		_, err := s.preSignUp(t)
		text, jsonErr := json.Marshal(err.Error())
		if jsonErr != nil {
			t.Fatal(jsonErr)
		}
		if n := len(err.Error()); n > 4200 || n < 4000 || strings.Contains(string(text), "\uFFFD") {
			t.Errorf("PreSignUp: got a message of %d bytes ending in %.20q, want about 4096 whole characters", n, err.Error()[n-20:])
		}
	}
}
