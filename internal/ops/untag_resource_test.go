package ops_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestUntagResource(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, `"UserPoolTags":{"a":"1","b":"2"}`)
	_, err := a.UntagResource(t.Context(), &cognito.UntagResourceRequest{ResourceARN: pool.ARN, TagKeys: []string{"a", "absent"}})
	wantErr(t, "UntagResource", err, nil)
	if diff := cmp.Diff(map[string]string{"b": "2"}, a.tags(t, pool.ARN)); diff != "" {
		t.Errorf("UntagResource (-want +got):\n%s", diff)
	}
}

func TestUntagResourceRefuses(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	tests := []struct {
		name, arn string
		want      error
	}{
		{"gone", strings.Replace(pool.ARN, pool.ID, gone, 1), errPoolGone},
		{"other Region", strings.Replace(pool.ARN, ":us-east-1:", ":eu-west-1:", 1), idp.ErrPoolNotFound(pool.ID)},
		{"no ARN", pool.ID, idp.InvalidParameter("The resource ARN is not that of a user pool.")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.UntagResource(t.Context(), &cognito.UntagResourceRequest{ResourceARN: tt.arn, TagKeys: []string{"a"}})
			wantErr(t, "UntagResource", err, tt.want)
		})
	}
}
