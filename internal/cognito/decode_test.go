package cognito

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// decode decodes a body and fails the test if it is refused.
func decode[In any](t *testing.T, op, body string) *In {
	t.Helper()
	in, violations, err := Decode(Operations[op], []byte(body))
	if violations != nil {
		t.Fatalf("Decode(%s, %.200s): got %v, want no violation", op, body, violations)
	}
	if err != nil {
		t.Fatalf("Decode(%s, %.200s): got %v, want no error", op, body, err)
	}
	return in.(*In)
}

func ptr[T any](v T) *T { return &v }

func TestDecodeFillsEveryKind(t *testing.T) {
	got := decode[CreateUserPoolRequest](t, "CreateUserPool", `{
		"PoolName": "my \u0070ool",
		"Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": false}},
		"AutoVerifiedAttributes": ["email", "phone_number"],
		"AliasAttributes": [],
		"Schema": [{"Name": "team", "AttributeDataType": "String", "Mutable": true}],
		"UserPoolTags": {"env": "caf\u00e9 \ud83d\ude00 \n", "gone": null},
		"MfaConfiguration": null,
		"Unknown": {"a": [1, 2.5e3, true, null, {}]}
	}`)
	want := &CreateUserPoolRequest{
		PoolName: "my pool",
		Policies: &UserPoolPolicyType{PasswordPolicy: &PasswordPolicyType{
			MinimumLength: ptr[int64](12), RequireSymbols: ptr(false),
		}},
		AutoVerifiedAttributes: []VerifiedAttributeType{VerifiedAttributeEmail, VerifiedAttributePhoneNumber},
		AliasAttributes:        []AliasAttributeType{},
		Schema: []*SchemaAttributeType{{
			Name: "team", AttributeDataType: AttributeDataString, Mutable: ptr(true),
		}},
		UserPoolTags: map[string]string{"env": "café 😀 \n"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Decode(CreateUserPool): (-want +got)\n%s", diff)
	}
}

func TestDecodeBlobAndDocument(t *testing.T) {
	got := decode[CreateManagedLoginBrandingRequest](t, "CreateManagedLoginBranding", `{
		"UserPoolId": "us-east-1_abc", "ClientId": "client",
		"Settings": { "a" : [1.50, "\u0041"] },
		"Assets": [{"Category": "FAVICON_ICO", "ColorMode": "LIGHT", "Extension": "ICO", "Bytes": "aGVsbG8="}]
	}`)
	if want := `{ "a" : [1.50, "\u0041"] }`; string(got.Settings) != want {
		t.Errorf("Settings: got %s, want %s", got.Settings, want)
	}
	if want := "hello"; string(got.Assets[0].Bytes) != want {
		t.Errorf("Bytes: got %q, want %q", got.Assets[0].Bytes, want)
	}
}

func TestDecodeMapOfStructures(t *testing.T) {
	got := decode[CreateUserPoolRequest](t, "CreateUserPool",
		`{"PoolName":"p","AcrConfiguration":{"Level1":{"AcrValue":"low"},"Level2":{"AcrValue":"high"}}}`)
	want := map[string]*AcrLevelConfigType{"Level1": {AcrValue: "low"}, "Level2": {AcrValue: "high"}}
	if diff := cmp.Diff(want, got.AcrConfiguration); diff != "" {
		t.Errorf("AcrConfiguration: (-want +got)\n%s", diff)
	}
}

func TestDecodeEmptyBodyIsEmptyObject(t *testing.T) {
	for _, body := range []string{"", " \r\n\t"} {
		_, violations, err := Decode(Operations["GetUser"], []byte(body))
		const want = "1 validation error detected: Value null at 'accessToken' failed to satisfy constraint: Member must not be null"
		if err != nil || violations == nil || violations.Error() != want {
			t.Errorf("Decode(GetUser, %q): got %v, %v, want %s", body, violations, err, want)
		}
	}
}

func TestDecodePasswordWithInnerSpaces(t *testing.T) {
	got := decode[ConfirmForgotPasswordRequest](t, "ConfirmForgotPassword",
		`{"ClientId":"c","Username":"ada","ConfirmationCode":"123456","Password":"correct horse 1 battery"}`)
	if want := "correct horse 1 battery"; got.Password != want {
		t.Errorf("Password: got %q, want %q", got.Password, want)
	}
}

func TestDecodeRefusesBadJSON(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	var many strings.Builder
	for i := range maxElements + 5 {
		many.WriteString(`,"u` + time.Duration(i).String() + `":1`)
	}
	tests := []struct{ name, body, want string }{
		{"array", `[]`, ""},
		{"number", `1`, ""},
		{"null", `null`, ""},
		{"cut off", `{"AccessToken":"a`, ""},
		{"no end", `{"AccessToken":"a"`, ""},
		{"trailing", `{"AccessToken":"a"} {}`, ""},
		{"trailing comma", `{"AccessToken":"a",}`, ""},
		{"leading comma", `{,"AccessToken":"a"}`, ""},
		{"no comma", `{"AccessToken":"a" "x":1}`, ""},
		{"byte order mark", "\ufeff{}", ""},
		{"invalid UTF-8", "{\"AccessToken\":\"\xff\"}", ""},
		{"invalid UTF-8 in unknown", "{\"x\":\"\xc3\"}", ""},
		{"lone high surrogate", `{"AccessToken":"\ud83d"}`, ""},
		{"lone low surrogate", `{"AccessToken":"\ude00"}`, ""},
		{"two high surrogates", `{"AccessToken":"\ud83d\ud83d"}`, ""},
		{"lone surrogate in unknown", `{"x":"\ud83d!"}`, ""},
		{"NUL", `{"AccessToken":"a\u0000"}`, ""},
		{"raw control character", "{\"AccessToken\":\"a\nb\"}", ""},
		{"bad escape", `{"AccessToken":"\x41"}`, ""},
		{"duplicate", `{"AccessToken":"a","AccessToken":"b"}`, ""},
		{"duplicate by escape", `{"AccessToken":"a","\u0041ccessToken":"b"}`, ""},
		{"duplicate after null", `{"AccessToken":null,"AccessToken":"b"}`, ""},
		{"duplicate unknown", `{"x":1,"x":2}`, ""},
		{"duplicate inside unknown", `{"x":{"y":1,"y":1}}`, ""},
		{"leading zero", `{"x":01}`, ""},
		{"no fraction", `{"x":1.}`, ""},
		{"plus", `{"x":+1}`, ""},
		{"not a number", `{"x":NaN}`, ""},
		{"no exponent", `{"x":1e}`, ""},
		{"capital literal", `{"x":True}`, ""},
		{"too deep", `{"x":` + deep(maxDepth) + `}`, ""},
		{"far too deep", `{"x":` + deep(200_000) + `}`, ""},
		{"many unknown", `{"x":1` + many.String() + `}`, tooManyNames},
		{"number for string", `{"AccessToken":1}`, "NUMBER_VALUE can not be converted to a String"},
		{"true for string", `{"AccessToken":true}`, "TRUE_VALUE can not be converted to a String"},
		{"object for string", `{"AccessToken":{}}`, "Start of structure or map found where not expected."},
		{"list for string", `{"AccessToken":[]}`, "Start of list found where not expected."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, violations, err := Decode(Operations["GetUser"], []byte(tt.body))
			if in != nil || violations != nil || err == nil {
				t.Fatalf("Decode(GetUser, %.80s): got %v, %v, %v, want only an error", tt.body, in, violations, err)
			}
			if err.Message != tt.want {
				t.Errorf("Decode(GetUser, %.80s): got %q, want %q", tt.body, err.Message, tt.want)
			}
		})
	}
}

func TestDecodeAllowsDepthUpToTheLimit(t *testing.T) {
	body := `{"AccessToken":"abc","x":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + `}`
	decode[GetUserRequest](t, "GetUser", body)
}

func TestDecodeRefusesWrongTypes(t *testing.T) {
	tests := []struct{ op, body, want string }{
		{"ListUserPools", `{"MaxResults":"10"}`, "STRING_VALUE can not be converted to an Integer"},
		{"ListUserPools", `{"MaxResults":1.5}`, "NUMBER_VALUE can not be converted to an Integer"},
		{"ListUserPools", `{"MaxResults":1e1}`, "NUMBER_VALUE can not be converted to an Integer"},
		{"ListUserPools", `{"MaxResults":2147483648}`, "NUMBER_VALUE can not be converted to an Integer"},
		{"ListUserPools", `{"MaxResults":99999999999999999999}`, "NUMBER_VALUE can not be converted to an Integer"},
		{"ListUserPools", `{"MaxResults":false}`, "FALSE_VALUE can not be converted to an Integer"},
		{"ConfirmSignUp", `{"ForceAliasCreation":"true"}`, "STRING_VALUE can not be converted to a Boolean"},
		{"ConfirmSignUp", `{"ForceAliasCreation":1}`, "NUMBER_VALUE can not be converted to a Boolean"},
		{"SignUp", `{"UserAttributes":"x"}`, "Unexpected field type"},
		{"SignUp", `{"UserAttributes":{}}`, "Start of structure or map found where not expected."},
		{"SignUp", `{"UserAttributes":["x"]}`, "Unexpected field type"},
		{"SignUp", `{"ClientMetadata":[]}`, "Start of list found where not expected."},
		{"SignUp", `{"ClientMetadata":{"a":1}}`, "NUMBER_VALUE can not be converted to a String"},
		{"SignUp", `{"ClientMetadata":{"a":"1","a":"2"}}`, ""},
		{"SetUICustomization", `{"ImageFile":"***"}`, "Invalid base64 in a blob"},
		{"SetUICustomization", `{"ImageFile":"aGk"}`, "Invalid base64 in a blob"},
		{"SetUICustomization", `{"ImageFile":7}`, "NUMBER_VALUE can not be converted to a Blob"},
	}
	for _, tt := range tests {
		_, _, err := Decode(Operations[tt.op], []byte(tt.body))
		if err == nil || err.Message != tt.want {
			t.Errorf("Decode(%s, %s): got %v, want %q", tt.op, tt.body, err, tt.want)
		}
	}
}

// A secret of the wrong type must not come back in the error.
func TestSerializationErrorHoldsNothingFromTheBody(t *testing.T) {
	_, _, err := Decode(Operations["ChangePassword"], []byte(`{"ProposedPassword":{"hunter2":"hunter2"}}`))
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Decode(ChangePassword): got %v, want an error without the value", err)
	}
}

func TestEveryOperationDecodesTheEmptyObject(t *testing.T) {
	for name, op := range Operations {
		in, violations, err := Decode(op, []byte(`{}`))
		if err != nil {
			t.Errorf("Decode(%s, {}): got %v, want no error", name, err)
		}
		if (in == nil) == (violations == nil) {
			t.Errorf("Decode(%s, {}): got %v and %v, want exactly one", name, in, violations)
		}
	}
}

// What Decode accepts, it writes and reads again without loss.
func TestRequestsMarshalToWhatTheyCameFrom(t *testing.T) {
	const body = `{"UserPoolId":"us-east-1_abc","Username":"ada","UserAttributes":[{"Name":"email","Value":"a@b.c"}],"ClientMetadata":{"k":"v"},"DesiredDeliveryMediums":["EMAIL"]}`
	got, err := json.Marshal(decode[AdminCreateUserRequest](t, "AdminCreateUser", body))
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("Marshal(AdminCreateUserRequest): (-want +got)\n%s", diff)
	}
}

func BenchmarkDecodeConfirmForgotPassword(b *testing.B) {
	body := []byte(`{"ClientId":"1example23456789abcdefghij","SecretHash":"HY+w6ECMoptugRTrnwtSH5jZ3pme8yF0WE4ly9GOoJ8=","Username":"ada@example.com","ConfirmationCode":"123456","Password":"N3w-password","ClientMetadata":{"source":"app"},"UserContextData":{"IpAddress":"192.0.2.1","EncodedData":"x"}}`)
	op := Operations["ConfirmForgotPassword"]
	b.ReportAllocs()
	for b.Loop() {
		if _, violations, err := Decode(op, body); violations != nil || err != nil {
			b.Fatal(violations, err)
		}
	}
}
