package ops_test

import (
	"fmt"
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func TestDeleteGroup(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada")
	a.group(t, a.poolID, "g", "")
	a.group(t, a.poolID, "stays", "")
	a.join(t, a.poolID, "g", "ada")
	a.join(t, a.poolID, "stays", "ada")
	del := func(pool string) error {
		return a.DeleteGroup(t.Context(), &cognito.DeleteGroupRequest{UserPoolID: pool, GroupName: "g"})
	}
	wantErr(t, "DeleteGroup in a pool that is gone", del(gone), errPoolGone)
	wantErr(t, "DeleteGroup", del(a.poolID), nil)
	wantErr(t, "DeleteGroup again", del(a.poolID), idp.ErrGroupNotFound)
	if got, _ := a.groupsOf(t, a.poolID, "ada", 10); !slices.Equal(got, []string{"stays"}) {
		t.Errorf("groups after DeleteGroup: got %v, want [stays]", got)
	}
	a.group(t, a.poolID, "g", "")
	if got, _ := a.membersOf(t, a.poolID, "g", 10); len(got) != 0 {
		t.Errorf("members of a new group with an old name: got %v, want none", got)
	}
}

// A group of thousands takes several transactions, and is gone after one call.
func TestDeleteLargeGroup(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	a.group(t, pool.ID, "g", "")
	a.must(t, func(tx store.Tx) error {
		for i := range 3000 {
			if err := tx.AddMember(pool.ID, fmt.Sprint("user", i), "g"); err != nil {
				return err
			}
		}
		return nil
	})
	if err := a.DeleteGroup(t.Context(), &cognito.DeleteGroupRequest{UserPoolID: pool.ID, GroupName: "g"}); err != nil {
		t.Fatal(err)
	}
	a.must(t, func(tx store.Tx) error {
		for _, name := range []string{"user0", "user1500", "user2999"} {
			n, err := tx.CountGroupsOf(pool.ID, name, 1)
			if err != nil {
				return err
			}
			if n != 0 {
				t.Errorf("%s is still a member of the deleted group", name)
			}
		}
		return nil
	})
}
