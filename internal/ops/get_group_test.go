package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// What GetGroup shows is tested beside CreateGroup, whose answer is the same.
func TestGetGroupRefuses(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	a.group(t, pool.ID, "Admins", "")
	tests := []struct {
		name, pool, group string
		want              error
	}{
		{"pool gone", gone, "Admins", errPoolGone},
		{"no such group", pool.ID, "Users", idp.ErrGroupNotFound},
		{"other letters", pool.ID, "admins", idp.ErrGroupNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.GetGroup(t.Context(), &cognito.GetGroupRequest{UserPoolID: tt.pool, GroupName: tt.group})
			wantErr(t, "GetGroup", err, tt.want)
		})
	}
}
