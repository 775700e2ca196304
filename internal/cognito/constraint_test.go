package cognito

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// violations decodes a body that keeps the types and breaks constraints.
func violations(t *testing.T, op, body string) *ValidationError {
	t.Helper()
	in, v, err := Decode(Operations[op], []byte(body))
	if err != nil || in != nil || v == nil {
		t.Fatalf("Decode(%s, %.200s): got %v, %v, %v, want only violations", op, body, in, v, err)
	}
	return v
}

// The words of the live service.
func TestRecordedViolations(t *testing.T) {
	tests := []struct{ name, op, body, want string }{
		{
			"sensitive value is left out", "ConfirmForgotPassword",
			`{"ClientId":"","Username":"ada","ConfirmationCode":"1","Password":"Passw0rd!"}`,
			`2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+; Value at 'clientId' failed to satisfy constraint: Member must have length greater than or equal to 1`,
		}, {
			"pattern before length", "ConfirmForgotPassword",
			`{"ClientId":"c","Username":"ada","ConfirmationCode":"","Password":"Passw0rd!"}`,
			`2 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+; Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1`,
		}, {
			"absent MaxResults is 0", "ListResourceServers", `{"UserPoolId":"us-east-1_abc"}`,
			`1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1`,
		}, {
			"required", "GetUserAttributeVerificationCode", `{"AccessToken":"abc"}`,
			`1 validation error detected: Value null at 'attributeName' failed to satisfy constraint: Member must not be null`,
		}, {
			"null is absent", "GetUserAttributeVerificationCode", `{"AccessToken":"abc","AttributeName":null}`,
			`1 validation error detected: Value null at 'attributeName' failed to satisfy constraint: Member must not be null`,
		}, {
			"empty password", "ConfirmForgotPassword",
			`{"ClientId":"c","Username":"ada","ConfirmationCode":"1","Password":""}`,
			`1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`,
		}, {
			"password too long", "ConfirmForgotPassword",
			`{"ClientId":"c","Username":"ada","ConfirmationCode":"1","Password":"` + strings.Repeat("é", 257) + `"}`,
			`1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256`,
		}, {
			"enum", "InitiateAuth", `{"AuthFlow":"X","ClientId":"c"}`,
			`1 validation error detected: Value 'X' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]`,
		}, {
			"nested number", "CreateUserPool", `{"PoolName":"p","Policies":{"PasswordPolicy":{"MinimumLength":5}}}`,
			`1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6`,
		}, {
			"number too large", "ListUserPools", `{"MaxResults":61}`,
			`1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60`,
		}, {
			"structure in a list", "SignUp",
			`{"ClientId":"c","Username":"ada","Password":"Passw0rd!","UserAttributes":[{"Name":"aaaaaaaaaabbbbbbbbbbccccccccccddd","Value":"secret"},{"Value":"x"}]}`,
			`2 validation errors detected: Value 'aaaaaaaaaabbbbbbbbbbccccccccccddd' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 32; Value null at 'userAttributes.2.member.name' failed to satisfy constraint: Member must not be null`,
		}, {
			"structure in a map", "CreateUserPool",
			`{"PoolName":"p","AcrConfiguration":{"Level1":{}}}`,
			`1 validation error detected: Value null at 'acrConfiguration.Level1.member.acrValue' failed to satisfy constraint: Member must not be null`,
		}, {
			"null in a list", "SignUp",
			`{"ClientId":"c","Username":"ada","Password":"Passw0rd!","UserAttributes":[null]}`,
			`1 validation error detected: Value null at 'userAttributes.1.member' failed to satisfy constraint: Member must not be null`,
		}, {
			"strings in a list", "CreateUserPoolClient",
			`{"UserPoolId":"us-east-1_abc","ClientName":"c","CallbackURLs":["https://ok.example/","has space"]}`,
			`1 validation error detected: Value '[https://ok.example/, has space]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+]`,
		}, {
			"list too long", "CreateUserPoolClient",
			`{"UserPoolId":"us-east-1_abc","ClientName":"c","AllowedOAuthFlows":["code","implicit","code","code"]}`,
			`1 validation error detected: Value '[code, implicit, code]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must have length less than or equal to 3`,
		}, {
			"keys of a map", "TagResource",
			`{"ResourceArn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc","Tags":{"":"v"}}`,
			`1 validation error detected: Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`,
		}, {
			"values of a map", "TagResource",
			`{"ResourceArn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc","Tags":{"k":"` + strings.Repeat("v", 257) + `"}}`,
			`1 validation error detected: Value '{k=` + strings.Repeat("v", 257) + `}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := violations(t, tt.op, tt.body).Error(); got != tt.want {
				t.Errorf("Decode(%s, %.200s):\n got %s\nwant %s", tt.op, tt.body, got, tt.want)
			}
		})
	}
}

func TestViolationsNeverHoldSensitiveValues(t *testing.T) {
	secret := "hunter2" + strings.Repeat("x", 140_000)
	tests := []struct{ op, body string }{
		{"ChangePassword", `{"PreviousPassword":"S","ProposedPassword":"S","AccessToken":"S"}`},
		{"SignUp", `{"ClientId":"S","Username":"S","SecretHash":"S","Password":"S","UserAttributes":[{"Name":"a","Value":"S"}]}`},
		{"InitiateAuth", `{"ClientId":"c","AuthFlow":"USER_AUTH","Session":"S","AuthParameters":{"PASSWORD":"S","S":"x"},"UserContextData":{"EncodedData":"S"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"c","ChallengeName":"SMS_MFA","Session":"S","ChallengeResponses":{"SMS_MFA_CODE":"S"}}`},
		{"CreateIdentityProvider", `{"UserPoolId":"us-east-1_a","ProviderName":"p","ProviderType":"OIDC","ProviderDetails":{"client_secret":"S"}}`},
		{"VerifySoftwareToken", `{"UserCode":"S"}`},
		{"AddUserPoolClientSecret", `{"UserPoolId":"us-east-1_a","ClientId":"c","ClientSecret":"S"}`},
	}
	for _, tt := range tests {
		got := violations(t, tt.op, strings.ReplaceAll(tt.body, "S\"", secret+"\"")).Error()
		if strings.Contains(got, "hunter2") {
			t.Errorf("Decode(%s): %.300s holds a sensitive value", tt.op, got)
		}
	}
}

func TestViolationsAreBounded(t *testing.T) {
	item := `{"Name":"` + strings.Repeat("a", 5000) + `"},`
	body := `{"UserAttributes":[` + strings.Repeat(item, 150) + `{"Name":""}]}`
	v := violations(t, "SignUp", body)
	if got := len(v.Violations); got != maxViolations {
		t.Errorf("Decode: got %d violations, want %d", got, maxViolations)
	}
	for _, text := range v.Violations {
		if n := utf8.RuneCountInString(text); n > maxEcho+200 {
			t.Errorf("Decode: a violation has %d characters", n)
		}
	}
}

func TestUnboundedCollectionsAreBounded(t *testing.T) {
	body := `{"ClientId":"c","Username":"ada","Password":"Passw0rd!","UserAttributes":[` + strings.Repeat(`{"Name":"a"},`, maxElements) + `{"Name":"a"}]}`
	const want = "Value at 'userAttributes' failed to satisfy constraint: Member must have length less than or equal to 1000"
	if got := violations(t, "SignUp", body).Violations; !slices.Equal(got, []string{want}) {
		t.Errorf("Decode(SignUp): got %.300v, want %s", got, want)
	}
}

func TestLengthCountsCharacters(t *testing.T) {
	fits := `{"AccessToken":"abc","AttributeName":"` + strings.Repeat("😀", 32) + `"}`
	decode[GetUserAttributeVerificationCodeRequest](t, "GetUserAttributeVerificationCode", fits)
	long := `{"AccessToken":"abc","AttributeName":"` + strings.Repeat("😀", 33) + `"}`
	if got := violations(t, "GetUserAttributeVerificationCode", long).Error(); !strings.HasSuffix(got, "length less than or equal to 32") {
		t.Errorf("Decode: got %s, want a violation of the length", got)
	}
}

// Pathologically long input must be refused by its length, not by the pattern.
func TestTooLongSkipsThePattern(t *testing.T) {
	body := `{"ClientId":"c","Username":"` + strings.Repeat(" ", 100_000) + `","ConfirmationCode":"1","Password":"Passw0rd!"}`
	const want = "Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128"
	if got := violations(t, "ConfirmForgotPassword", body).Violations; !slices.Equal(got, []string{want}) {
		t.Errorf("Decode: got %v, want %s", got, want)
	}
}
