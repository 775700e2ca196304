package ops_test

import (
	"fmt"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestUpdateGroup(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	const role = "arn:aws:iam::123456789012:role/a"
	a.group(t, pool.ID, "g", `"Description":"first","RoleArn":"`+role+`","Precedence":7`)
	a.now = a.now.Add(time.Minute)
	steps := []struct {
		members                 string
		description, role, rank string
	}{
		{`"Precedence":0`, "first", role, "0"},
		{`"Description":"second"`, "second", role, "0"},
		{`"RoleArn":"` + role + `/b"`, "second", role + "/b", "0"},
		{`"Description":"third","RoleArn":"` + role + `","Precedence":2147483647`, "third", role, "2147483647"},
	}
	for _, step := range steps {
		out, err := a.UpdateGroup(t.Context(), fromJSON[cognito.UpdateGroupRequest](t,
			`{"UserPoolId":"`+pool.ID+`","GroupName":"g",`+step.members+`}`))
		if err != nil {
			t.Fatalf("UpdateGroup(%s): %v", step.members, err)
		}
		g := out.Group
		if g.Description != step.description || g.RoleARN != step.role || fmt.Sprint(*g.Precedence) != step.rank {
			t.Errorf("UpdateGroup(%s): got %s", step.members, indented(t, g))
		}
		if g.CreationDate != cognito.At(start) || g.LastModifiedDate != cognito.At(a.now) {
			t.Errorf("UpdateGroup: got dates %v, %v, want %v, %v", g.CreationDate.Time(), g.LastModifiedDate.Time(), start, a.now)
		}
		if got := indented(t, a.getGroup(t, pool.ID, "g")); got != indented(t, g) {
			t.Errorf("GetGroup after UpdateGroup: got %s, want %s", got, indented(t, g))
		}
	}
}

func TestUpdateGroupRefuses(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	for id, want := range map[string]error{gone: errPoolGone, pool.ID: idp.ErrGroupNotFound} {
		_, err := a.UpdateGroup(t.Context(), &cognito.UpdateGroupRequest{UserPoolID: id, GroupName: "g", Description: "x"})
		wantErr(t, "UpdateGroup", err, want)
	}
}
