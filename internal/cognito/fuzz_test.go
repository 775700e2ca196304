package cognito

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever the body, Decode gives exactly one of its three results; what it
// accepts, encoding/json accepts too.
func FuzzDecode(f *testing.F) {
	names := slices.Sorted(maps.Keys(Operations))
	seeds := []string{
		``, `{}`, `null`, `[]`, `{"ClientId":"c","Username":"ada","ConfirmationCode":"1","Password":"p w"}`,
		`{"UserPoolId":"us-east-1_a","UserAttributes":[{"Name":"a","Value":"b"},null,{}]}`,
		`{"UserPoolTags":{"a":"b","a":null},"Policies":{"PasswordPolicy":{"MinimumLength":-0}}}`,
		`{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`,
		`{"x":` + strings.Repeat(`{"a":`, 70) + `1` + strings.Repeat("}", 70) + `}`,
		`{"a":1,"a":2}`, `{"\u0061":1,"a":2}`, "{\"Username\":\"\xff\xfe\"}", `{"Username":"\ud800"}`, `{"Username":"\ud83d\ude00"}`,
		`{"MaxResults":1e308}`, `{"MaxResults":-9223372036854775809}`, `{"MaxResults":0.0000000001}`, `{"Limit":` + strings.Repeat("9", 400) + `}`,
		`{"ImageFile":"////"}`, `{"Settings":{"a":[1,2,{"b":null}]},"Assets":[{"Bytes":"!"}]}`, `{"AccessToken":"\`, `{"AccessToken":"\u12`,
	}
	for i, seed := range seeds {
		f.Add(uint8(i*7), []byte(seed))
		f.Add(uint8(slices.Index(names, "CreateUserPool")), []byte(seed))
		f.Add(uint8(slices.Index(names, "CreateManagedLoginBranding")), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		op := Operations[names[int(n)%len(names)]]
		in, violations, err := Decode(op, body)
		results := 0
		for _, got := range []bool{in != nil, violations != nil, err != nil} {
			if got {
				results++
			}
		}
		if results != 1 {
			t.Fatalf("Decode(%s, %q): got %v, %v, %v, want exactly one", op.Name, body, in, violations, err)
		}
		switch {
		case err == nil && strings.TrimSpace(string(body)) != "" && !json.Valid(body):
			t.Errorf("Decode(%s, %q): took for JSON what is not", op.Name, body)
		case violations != nil:
			if len(violations.Violations) == 0 || len(violations.Violations) > maxViolations || !utf8.ValidString(violations.Error()) {
				t.Errorf("Decode(%s, %q): got bad violations %q", op.Name, body, violations.Violations)
			}
		case in != nil:
			if _, err := json.Marshal(in); err != nil {
				t.Errorf("Marshal of what Decode(%s, %q) gave: %v", op.Name, body, err)
			}
		}
	})
}
