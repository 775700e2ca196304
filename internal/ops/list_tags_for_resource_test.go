package ops_test

import (
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestListTagsForResource(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	out, err := a.ListTagsForResource(t.Context(), &cognito.ListTagsForResourceRequest{ResourceARN: pool.ARN})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := indented(t, out), "{\n  \"Tags\": {}\n}"; got != want {
		t.Errorf("ListTagsForResource without tags: got %s, want %s", got, want)
	}
	for arn, want := range map[string]error{
		strings.Replace(pool.ARN, pool.ID, gone, 1):                        errPoolGone,
		strings.Replace(pool.ARN, "000000000000", "000000000001", 1):       idp.ErrPoolNotFound(pool.ID),
		"arn:aws:cognito-idp:us-east-1:000000000000:identityprovider/none": idp.InvalidParameter("The resource ARN is not that of a user pool."),
	} {
		_, err := a.ListTagsForResource(t.Context(), &cognito.ListTagsForResourceRequest{ResourceARN: arn})
		wantErr(t, "ListTagsForResource("+arn+")", err, want)
	}
}
