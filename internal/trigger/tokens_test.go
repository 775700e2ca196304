package trigger_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambdatest"
)

// override runs PreTokenGeneration with a function that returns the details.
func override(t *testing.T, version cognito.PreTokenGenerationLambdaVersionType, source trigger.Source, details string) (trigger.TokenOverrides, error) {
	t.Helper()
	s := newSetup(t)
	key := "claimsAndScopeOverrideDetails"
	if version == "V1_0" {
		key = "claimsOverrideDetails"
	}
	s.srv.Set("f", lambdatest.Respond(map[string]any{key: json.RawMessage(details)}))
	c := call(source)
	c.Config.PreTokenGenerationConfig = &cognito.PreTokenGenerationVersionConfigType{LambdaVersion: version, LambdaARN: lambdatest.ARN("f")}
	return s.PreTokenGeneration(t.Context(), c, trigger.PreTokenGenerationRequest{})
}

func TestTokenOverrides(t *testing.T) {
	type claims = map[string]any
	tests := []struct {
		name, details string
		version       cognito.PreTokenGenerationLambdaVersionType
		want          trigger.TokenOverrides
	}{
		{"nothing", `null`, "V1_0", trigger.TokenOverrides{}},
		{"empty", `{}`, "V2_0", trigger.TokenOverrides{}},
		{"V1 claims", `{"claimsToAddOrOverride":{"k":"v"},"claimsToSuppress":["email"]}`, "V1_0",
			trigger.TokenOverrides{ID: trigger.ClaimOverrides{AddOrOverride: claims{"k": "v"}, Suppress: []string{"email"}}}},
		{"V1 takes nothing else", `{"accessTokenGeneration":{"scopesToAdd":["x"]}}`, "V1_0", trigger.TokenOverrides{}},
		{"V1 groups", `{"groupOverrideDetails":{"groupsToOverride":["a"],"iamRolesToOverride":["r"],"preferredRole":"r"}}`, "V1_0",
			trigger.TokenOverrides{Groups: &trigger.GroupConfiguration{Groups: []string{"a"}, Roles: []string{"r"}, PreferredRole: "r"}}},
		{"groups null", `{"groupOverrideDetails":null}`, "V1_0", trigger.TokenOverrides{Groups: &trigger.GroupConfiguration{}}},
		{"groups empty", `{"groupOverrideDetails":{}}`, "V2_0", trigger.TokenOverrides{Groups: &trigger.GroupConfiguration{}}},
		{"groups of nulls", `{"groupOverrideDetails":{"groupsToOverride":null,"iamRolesToOverride":null,"preferredRole":null}}`, "V3_0",
			trigger.TokenOverrides{Groups: &trigger.GroupConfiguration{}}},
		{"V2 values", `{"idTokenGeneration":{"claimsToAddOrOverride":{"s":"x","n":1.50,"b":false,"a":[1,null],"o":{"k":{}}}},
			"accessTokenGeneration":{"claimsToAddOrOverride":{"n":12345678901234567890,"address":{"city":"x"}}}}`, "V2_0",
			trigger.TokenOverrides{
				ID:     trigger.ClaimOverrides{AddOrOverride: claims{"s": "x", "n": json.Number("1.50"), "b": false, "a": []any{json.Number("1"), nil}, "o": claims{"k": claims{}}}},
				Access: trigger.ClaimOverrides{AddOrOverride: claims{"n": json.Number("12345678901234567890"), "address": claims{"city": "x"}}},
			}},
		{"scopes", `{"accessTokenGeneration":{"scopesToAdd":["api/a","api/b"],"scopesToSuppress":["api/b","aws.cognito.signin.user.admin"]}}`, "V2_0",
			trigger.TokenOverrides{ScopesToAdd: []string{"api/a"}, ScopesToSuppress: []string{"api/b", "aws.cognito.signin.user.admin"}}},
		{"suppressing wins", `{"idTokenGeneration":{"claimsToAddOrOverride":{"a":"1","b":"2"},"claimsToSuppress":["a"]}}`, "V2_0",
			trigger.TokenOverrides{ID: trigger.ClaimOverrides{AddOrOverride: claims{"b": "2"}, Suppress: []string{"a"}}}},
		{"reserved claims", `{"idTokenGeneration":{"claimsToAddOrOverride":{"sub":"x","aud":"client1","cognito:username":"x","cognito:groups":"x","dev:x":"x","":"x","custom:x":"1"},
				"claimsToSuppress":["iss","aud","cognito:groups","dev:x"]},
			"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"client1","scope":"all","client_id":"x","username":"x"},"claimsToSuppress":["aud","exp","scope"]}}`, "V2_0",
			trigger.TokenOverrides{
				ID:     trigger.ClaimOverrides{AddOrOverride: claims{"custom:x": "1"}, Suppress: []string{"cognito:groups", "dev:x"}},
				Access: trigger.ClaimOverrides{AddOrOverride: claims{"aud": "client1"}, Suppress: []string{}},
			}},
		{"audience of another client", `{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"client2"}}}`, "V2_0",
			trigger.TokenOverrides{Access: trigger.ClaimOverrides{AddOrOverride: claims{}}}},
		{"audience of two clients", `{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":["client1","client2"]}}}`, "V2_0",
			trigger.TokenOverrides{Access: trigger.ClaimOverrides{AddOrOverride: claims{}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := override(t, tt.version, trigger.TokenGenerationAuthentication, tt.details)
			if err != nil {
				t.Fatalf("PreTokenGeneration: %v", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("PreTokenGeneration: -want +got\n%s", diff)
			}
		})
	}
}

func TestUnusableTokenOverrides(t *testing.T) {
	many := map[string]string{}
	for i := range 5001 {
		many[fmt.Sprint("claim", i)] = "v"
	}
	tooMany, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, details string
		version       cognito.PreTokenGenerationLambdaVersionType
	}{
		{"V1 number", `{"claimsToAddOrOverride":{"k":1}}`, "V1_0"},
		{"V1 list", `{"claimsToAddOrOverride":{"k":["v"]}}`, "V1_0"},
		{"V1 object", `{"claimsToAddOrOverride":{"k":{}}}`, "V1_0"},
		{"V1 null", `{"claimsToAddOrOverride":{"k":null}}`, "V1_0"},
		{"V1 text to suppress", `{"claimsToSuppress":"email"}`, "V1_0"},
		{"V1 details", `[]`, "V1_0"},
		{"V2 null claim", `{"idTokenGeneration":{"claimsToAddOrOverride":{"k":null}}}`, "V2_0"},
		{"V2 number to suppress", `{"accessTokenGeneration":{"claimsToSuppress":[1]}}`, "V2_0"},
		{"V2 address object", `{"idTokenGeneration":{"claimsToAddOrOverride":{"address":{"city":"x"}}}}`, "V2_0"},
		{"V3 email_verified list", `{"idTokenGeneration":{"claimsToAddOrOverride":{"email_verified":[true]}}}`, "V3_0"},
		{"scope with a blank", `{"accessTokenGeneration":{"scopesToAdd":["a b"]}}`, "V2_0"},
		{"scope without text", `{"accessTokenGeneration":{"scopesToAdd":[""]}}`, "V2_0"},
		{"scope with a line break", `{"accessTokenGeneration":{"scopesToSuppress":["a\nb"]}}`, "V2_0"},
		{"group number", `{"groupOverrideDetails":{"groupsToOverride":[1]}}`, "V2_0"},
		{"groups a list", `{"groupOverrideDetails":["g"]}`, "V1_0"},
		{"too many", `{"claimsToAddOrOverride":` + string(tooMany) + `}`, "V1_0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := override(t, tt.version, trigger.TokenGenerationAuthentication, tt.details)
			wantError(t, "PreTokenGeneration", err, "InvalidLambdaResponseException", "Unrecognizable lambda output")
		})
	}
}

// An app client on its own gets an access token and has no groups.
func TestClientCredentialsOverrides(t *testing.T) {
	got, err := override(t, "V3_0", trigger.TokenGenerationClientCredentials, `{
		"idTokenGeneration":{"claimsToAddOrOverride":{"k":"v"}},
		"accessTokenGeneration":{"claimsToAddOrOverride":{"k":"v"},"scopesToAdd":["api/x"]},
		"groupOverrideDetails":{"groupsToOverride":["admin"]}}`)
	if err != nil {
		t.Fatal(err)
	}
	want := trigger.TokenOverrides{
		Access:      trigger.ClaimOverrides{AddOrOverride: map[string]any{"k": "v"}},
		ScopesToAdd: []string{"api/x"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("PreTokenGeneration: -want +got\n%s", diff)
	}
}

func TestReserved(t *testing.T) {
	tests := []struct {
		claim      string
		id, access bool
	}{
		{"sub", true, true}, {"iss", true, true}, {"exp", true, true}, {"iat", true, true}, {"token_use", true, true},
		{"origin_jti", true, true}, {"event_id", true, true}, {"identities", true, true}, {"version", true, true},
		{"cognito:username", true, true}, {"cognito:anything", true, true},
		{"cognito:groups", false, false}, {"cognito:roles", false, false}, {"cognito:preferred_role", false, false},
		{"aud", true, false}, {"scope", false, true},
		{"email", false, false}, {"custom:x", false, false}, {"Sub", false, false},
	}
	for _, tt := range tests {
		if got := trigger.Reserved(tt.claim, false); got != tt.id {
			t.Errorf("Reserved(%s, ID token): got %t, want %t", tt.claim, got, tt.id)
		}
		if got := trigger.Reserved(tt.claim, true); got != tt.access {
			t.Errorf("Reserved(%s, access token): got %t, want %t", tt.claim, got, tt.access)
		}
	}
}
