package signin_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger/lambdatest"
)

// join puts a user into two groups: staff, which is stronger, and all.
func (f *fixture) join(username string) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		for _, g := range []*idp.Group{
			{Name: "all", RoleARN: "arn:aws:iam::123456789012:role/all"},
			{Name: "staff", RoleARN: "arn:aws:iam::123456789012:role/staff", Precedence: new(int64(3))},
		} {
			g.PoolID, g.Created, g.Modified = poolID, noon, noon
			if err := tx.CreateGroup(g); err != nil {
				return err
			}
			if err := tx.AddMember(poolID, username, g.Name); err != nil {
				return err
			}
		}
		return nil
	})
}

// groupClaims are the claims about groups of both tokens.
func groupClaims(t *testing.T, out *token.Issued) string {
	t.Helper()
	access, id := claims(t, out.AccessToken), claims(t, out.IDToken)
	return fmt.Sprintf("%v %v %v, %v %v %v", access["cognito:groups"], access["cognito:roles"], access["cognito:preferred_role"],
		id["cognito:groups"], id["cognito:roles"], id["cognito:preferred_role"])
}

const (
	noGroups   = "<nil> <nil> <nil>, <nil> <nil> <nil>"
	bothGroups = "[staff all] <nil> <nil>, [staff all] [arn:aws:iam::123456789012:role/staff arn:aws:iam::123456789012:role/all] arn:aws:iam::123456789012:role/staff"
)

func TestTokensTellGroups(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	f.invited(c, "grace")
	f.user(c, "alone")
	f.join("ada")
	f.update(func(tx store.Tx) error {
		for _, g := range []string{"all", "staff"} {
			if err := tx.AddMember(poolID, "grace", g); err != nil {
				return err
			}
		}
		return nil
	})
	first := f.signedIn(c, "ada", goodPassword)
	steps := []struct {
		name string
		take func() (*signin.Result, error)
		want string
	}{
		{"USER_PASSWORD_AUTH", func() (*signin.Result, error) { return f.password(c, "ada", goodPassword) }, bothGroups},
		{"USER_SRP_AUTH", func() (*signin.Result, error) { return f.srp(by(c), "ada", goodPassword) }, bothGroups},
		{"NEW_PASSWORD_REQUIRED", func() (*signin.Result, error) { return f.answer(f.challenged(c, "grace")) }, bothGroups},
		{"REFRESH_TOKEN_AUTH", func() (*signin.Result, error) {
			return f.initiate(by(c), cognito.AuthFlowRefreshTokenAuth, "REFRESH_TOKEN", first.RefreshToken)
		}, bothGroups},
		{"a user without groups", func() (*signin.Result, error) { return f.password(c, "alone", goodPassword) }, noGroups},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			r, err := step.take()
			if err != nil || r.Tokens == nil {
				t.Fatalf("got %+v, %v, want tokens", r, err)
			}
			if got := groupClaims(t, r.Tokens); got != step.want {
				t.Errorf("claims of groups: got %s, want %s", got, step.want)
			}
		})
	}
}

// The function gets the groups, and what it says of them is what tokens say.
func TestPreTokenGenerationGroups(t *testing.T) {
	const given = `{"groupsToOverride":["staff","all"],` +
		`"iamRolesToOverride":["arn:aws:iam::123456789012:role/staff","arn:aws:iam::123456789012:role/all"],` +
		`"preferredRole":"arn:aws:iam::123456789012:role/staff"}`
	const empty = `{"groupsToOverride":[],"iamRolesToOverride":[],"preferredRole":null}`
	f := newService(t, functions(cognito.LambdaConfigType{PreTokenGeneration: lambdatest.ARN("token")}))
	c := f.client()
	f.user(c, "ada")
	f.user(c, "alone")
	f.join("ada")
	tests := []struct {
		name, user, override, given, want string
	}{
		{"left out", "ada", ``, given, bothGroups},
		{"replaced", "ada", `{"groupsToOverride":["x"],"iamRolesToOverride":["arn:x"],"preferredRole":"arn:y"}`, given,
			"[x] <nil> <nil>, [x] [arn:x] arn:y"},
		{"copied", "ada", given, given, bothGroups},
		{"empty", "ada", `{}`, given, noGroups},
		{"null", "ada", `null`, given, noGroups},
		{"given to a user without any", "alone", `{"groupsToOverride":["x"]}`, empty, "[x] <nil> <nil>, [x] <nil> <nil>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			details := map[string]any{"claimsToAddOrOverride": map[string]any{"tier": "gold"}}
			if tt.override != "" {
				details["groupOverrideDetails"] = json.RawMessage(tt.override)
			}
			f.lambda.Set("token", lambdatest.Respond(map[string]any{"claimsOverrideDetails": details}))
			out := f.signedIn(c, tt.user, goodPassword)
			if got := f.member("token", "groupConfiguration"); got != tt.given {
				t.Errorf("groupConfiguration of the event: got %s, want %s", got, tt.given)
			}
			if got := groupClaims(t, out); got != tt.want {
				t.Errorf("claims of groups: got %s, want %s", got, tt.want)
			}
			if got := claims(t, out.IDToken)["tier"]; got != "gold" {
				t.Errorf("claim tier: got %v, want gold", got)
			}
		})
	}
}

// A function that runs after the password was right can still change what
// groups the tokens tell of.
func TestGroupsAfterPostAuthentication(t *testing.T) {
	f := newService(t, functions(cognito.LambdaConfigType{PostAuthentication: lambdatest.ARN("post")}))
	c := f.client()
	f.user(c, "ada")
	f.lambda.Handle("post", func(event map[string]any) (any, error) {
		f.join("ada")
		return event, nil
	})
	if got := groupClaims(t, f.signedIn(c, "ada", goodPassword)); got != bothGroups {
		t.Errorf("claims of groups: got %s, want %s", got, bothGroups)
	}
}
