package trigger

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// fixed is an Invoker that answers the same to everything.
type fixed []byte

func (f fixed) Invoke(context.Context, string, []byte) ([]byte, error) { return f, nil }

// FuzzAnswer holds that whatever a function answers, every trigger returns
// either a usable response or a declared error, and never changes a reserved claim.
func FuzzAnswer(f *testing.F) {
	const head = `{"version":"1","region":"r","userPoolId":"p","userName":"u","callerContext":{"clientId":"c"},"triggerSource":"s","response":`
	for _, response := range []string{
		`{}`, `null`, `[]`, `{"autoConfirmUser":true}`, `{"autoConfirmUser":"x"}`,
		`{"claimsOverrideDetails":{"claimsToAddOrOverride":{"k":"v","sub":"x"},"claimsToSuppress":["email"],"groupOverrideDetails":{}}}`,
		`{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"k":{"a":[1,2]},"iss":"x"}},"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"c"},"scopesToAdd":["a b"]},"groupOverrideDetails":null}}`,
		`{"smsMessage":"{####} {username}","emailMessage":null}`,
		`{"challengeName":"CUSTOM_CHALLENGE","issueTokens":null,"failAuthentication":false}`,
		`{"publicChallengeParameters":{"k":"v"},"privateChallengeParameters":{"answer":"5"},"challengeMetadata":"m","answerCorrect":true}`,
		`{"userAttributes":{"email":"x"},"finalUserStatus":"CONFIRMED","desiredDeliveryMediums":["EMAIL"]}`,
	} {
		f.Add([]byte(head + response + "}"))
	}
	f.Add([]byte(`null`))
	f.Add([]byte(`{"version":`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		ctx := t.Context()
		e := &Engine{Invoker: fixed(answer)}
		c := Call{ClientID: "c", Source: CustomMessageAdminCreateUser, Config: &cognito.LambdaConfigType{
			PreSignUp: "f", PostConfirmation: "f", CustomMessage: "f", UserMigration: "f",
			DefineAuthChallenge: "f", CreateAuthChallenge: "f", VerifyAuthChallengeResponse: "f",
		}}
		check := func(err error) {
			var declared *idp.Error
			var migration *MigrationError
			if err != nil && !errors.As(err, &declared) && !errors.As(err, &migration) {
				t.Errorf("got %v, want a declared error", err)
			}
		}
		_, err := e.PreSignUp(ctx, c, PreSignUpRequest{})
		check(err)
		check(e.PostConfirmation(ctx, c, PostConfirmationRequest{}))
		_, err = e.CustomMessage(ctx, c, CustomMessageRequest{DeveloperEmail: true})
		check(err)
		user, err := e.UserMigration(ctx, c, UserMigrationRequest{})
		check(err)
		if err == nil && len(user.UserAttributes) == 0 {
			t.Errorf("UserMigration: got a user without attributes")
		}
		next, err := e.DefineAuthChallenge(ctx, c, DefineAuthChallengeRequest{})
		check(err)
		decisions := 0
		for _, said := range []bool{next.ChallengeName != "", next.IssueTokens, next.FailAuthentication} {
			if said {
				decisions++
			}
		}
		if err == nil && decisions != 1 || err != nil && decisions != 0 {
			t.Errorf("DefineAuthChallenge: got %+v, %v, want one decision or an error", next, err)
		}
		_, err = e.CreateAuthChallenge(ctx, c, CreateAuthChallengeRequest{})
		check(err)
		correct, err := e.VerifyAuthChallengeResponse(ctx, c, VerifyAuthChallengeResponseRequest{})
		check(err)
		if correct && err != nil {
			t.Errorf("VerifyAuthChallengeResponse: got a right answer and %v", err)
		}
		for _, version := range []cognito.PreTokenGenerationLambdaVersionType{"V1_0", "V2_0", "V3_0"} {
			c.Config.PreTokenGenerationConfig = &cognito.PreTokenGenerationVersionConfigType{LambdaVersion: version, LambdaARN: "f"}
			out, err := e.PreTokenGeneration(ctx, c, PreTokenGenerationRequest{})
			check(err)
			for access, claims := range map[bool]ClaimOverrides{false: out.ID, true: out.Access} {
				for name := range claims.AddOrOverride {
					if Reserved(name, access) {
						t.Errorf("PreTokenGeneration: changes %q", name)
					}
				}
				if _, err := json.Marshal(claims.AddOrOverride); err != nil {
					t.Errorf("PreTokenGeneration: claims cannot be written: %v", err)
				}
			}
		}
	})
}
