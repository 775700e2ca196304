package ops_test

import (
	"fmt"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func TestDescribeUserPoolGone(t *testing.T) {
	_, err := newAPI(t).DescribeUserPool(t.Context(), &cognito.DescribeUserPoolRequest{UserPoolID: gone})
	wantErr(t, "DescribeUserPool", err, errPoolGone)
}

func TestDescribeUserPoolCountsUsers(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.must(t, func(tx store.Tx) error {
		for i := range 3 {
			name := fmt.Sprint("user", i)
			u := &idp.User{PoolID: pool.ID, Username: name, Sub: name, Status: cognito.UserStatusConfirmed, Enabled: true, Created: start, Modified: start, Attributes: map[string]string{}}
			if err := tx.CreateUser(u, []idp.Identifier{{Kind: idp.IdentifierUsername, Value: name}}); err != nil {
				return err
			}
		}
		return nil
	})
	if got := *a.describePool(t, pool.ID).EstimatedNumberOfUsers; got != 3 {
		t.Errorf("EstimatedNumberOfUsers: got %d, want 3", got)
	}
	if got := *a.describePool(t, other.ID).EstimatedNumberOfUsers; got != 0 {
		t.Errorf("EstimatedNumberOfUsers of another pool: got %d, want 0", got)
	}
}

// The names of all levels are shown, the pool's own over the defaults.
func TestDescribeUserPoolMergesLevels(t *testing.T) {
	a := newAPI(t)
	pool := a.describePool(t, a.pool(t, `"AcrConfiguration":{"Level2":{"AcrValue":"middle"}}`).ID)
	for level, want := range map[string]string{"Level1": "urn:cognito:loa:1", "Level2": "middle", "Level3": "urn:cognito:loa:3", "Level4": "urn:cognito:loa:4"} {
		if got := pool.AcrConfiguration[level]; got == nil || got.AcrValue != want {
			t.Errorf("AcrConfiguration[%s]: got %v, want %q", level, got, want)
		}
	}
}
