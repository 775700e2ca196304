package ops_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func (a *testAPI) tags(t *testing.T, arn string) map[string]string {
	t.Helper()
	out, err := a.ListTagsForResource(t.Context(), &cognito.ListTagsForResourceRequest{ResourceARN: arn})
	if err != nil {
		t.Fatalf("ListTagsForResource: %v", err)
	}
	return out.Tags
}

func TestTagResource(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, `"UserPoolTags":{"a":"1","b":"2"}`)
	_, err := a.TagResource(t.Context(), &cognito.TagResourceRequest{ResourceARN: pool.ARN, Tags: map[string]string{"b": "3", "c": ""}})
	wantErr(t, "TagResource", err, nil)
	want := map[string]string{"a": "1", "b": "3", "c": ""}
	if diff := cmp.Diff(want, a.tags(t, pool.ARN)); diff != "" {
		t.Errorf("TagResource (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, a.describePool(t, pool.ID).UserPoolTags); diff != "" {
		t.Errorf("DescribeUserPool after TagResource (-want +got):\n%s", diff)
	}
}

func TestTagResourceRefuses(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	many := map[string]string{}
	for i := range idp.MaxTags + 1 {
		many[fmt.Sprint(i)] = ""
	}
	tests := []struct {
		name, arn string
		tags      map[string]string
		want      error
	}{
		{"too many", pool.ARN, many, idp.InvalidParameter("A user pool can have at most 50 tags.")},
		{"reserved", pool.ARN, map[string]string{"aws:x": ""}, idp.InvalidParameter("Tag keys that begin with aws: are reserved.")},
		{"gone", strings.Replace(pool.ARN, pool.ID, gone, 1), nil, errPoolGone},
		{"other account", strings.Replace(pool.ARN, "000000000000", "000000000001", 1), nil, idp.ErrPoolNotFound(pool.ID)},
		{"no ARN", pool.ID, nil, idp.InvalidParameter("The resource ARN is not that of a user pool.")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.TagResource(t.Context(), &cognito.TagResourceRequest{ResourceARN: tt.arn, Tags: tt.tags})
			wantErr(t, "TagResource", err, tt.want)
		})
	}
	if got := a.tags(t, pool.ARN); len(got) != 0 {
		t.Errorf("ListTagsForResource after refusals: got %v, want none", got)
	}
}

// Of tags put on a pool at the same time none is lost.
func TestTagResourceAtOnce(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := a.TagResource(t.Context(), &cognito.TagResourceRequest{ResourceARN: pool.ARN, Tags: map[string]string{fmt.Sprint(i): ""}})
			wantErr(t, "TagResource", err, nil)
		})
	}
	wg.Wait()
	if got := len(a.tags(t, pool.ARN)); got != 8 {
		t.Errorf("ListTagsForResource: got %d tags, want 8", got)
	}
}
