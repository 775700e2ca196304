package ops_test

import (
	"fmt"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func TestCreateGroup(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	tests := []struct{ name, members, want string }{
		{"plain", ``, `{
  "GroupName": "plain",
  "UserPoolId": "` + pool.ID + `",
  "LastModifiedDate": 1795435200.022,
  "CreationDate": 1795435200.022
}`},
		{"full", `"Description":"All of them","RoleArn":"arn:aws:iam::123456789012:role/full","Precedence":0`, `{
  "GroupName": "full",
  "UserPoolId": "` + pool.ID + `",
  "Description": "All of them",
  "RoleArn": "arn:aws:iam::123456789012:role/full",
  "Precedence": 0,
  "LastModifiedDate": 1795435200.022,
  "CreationDate": 1795435200.022
}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := indented(t, a.group(t, pool.ID, tt.name, tt.members)); got != tt.want {
				t.Errorf("CreateGroup: got %s, want %s", got, tt.want)
			}
			if got := indented(t, a.getGroup(t, pool.ID, tt.name)); got != tt.want {
				t.Errorf("GetGroup: got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCreateGroupRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.group(t, pool.ID, "Admins", `"Description":"first"`)
	deleted := a.pool(t, "")
	a.deletePool(t, deleted.ID)
	tests := []struct {
		name, pool, group string
		want              error
	}{
		{"pool gone", gone, "g", errPoolGone},
		{"pool deleted elsewhere", deleted.ID, "g", idp.ErrPoolNotFound(deleted.ID)},
		{"name taken", pool.ID, "Admins", idp.ErrGroupExists},
		{"name in other letters", pool.ID, "admins", nil},
		{"name of another pool's group", other.ID, "Admins", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.CreateGroup(t.Context(), &cognito.CreateGroupRequest{UserPoolID: tt.pool, GroupName: tt.group, Description: "second"})
			wantErr(t, "CreateGroup", err, tt.want)
		})
	}
	if got := a.getGroup(t, pool.ID, "Admins").Description; got != "first" {
		t.Errorf("after a refused CreateGroup: got description %q, want first", got)
	}
}

func TestCreateGroupLimit(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	a.must(t, func(tx store.Tx) error {
		for i := range idp.MaxGroupsPerPool - 1 {
			g := &idp.Group{PoolID: pool.ID, Name: fmt.Sprintf("g%05d", i), Created: start, Modified: start}
			if err := tx.CreateGroup(g); err != nil {
				return err
			}
		}
		return nil
	})
	a.group(t, pool.ID, "last", "")
	create := func(name string) error {
		_, err := a.CreateGroup(t.Context(), &cognito.CreateGroupRequest{UserPoolID: pool.ID, GroupName: name})
		return err
	}
	wantErr(t, "CreateGroup beyond the limit", create("more"), idp.ErrTooManyGroups)
	_, err := a.GetGroup(t.Context(), &cognito.GetGroupRequest{UserPoolID: pool.ID, GroupName: "more"})
	wantErr(t, "GetGroup of a refused group", err, idp.ErrGroupNotFound)
	wantErr(t, "CreateGroup with a name that is taken, beyond the limit", create("last"), idp.ErrGroupExists)
	if err := a.DeleteGroup(t.Context(), &cognito.DeleteGroupRequest{UserPoolID: pool.ID, GroupName: "g00000"}); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "CreateGroup after one was deleted", create("more"), nil)
}
