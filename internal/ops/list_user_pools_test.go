package ops_test

import (
	"slices"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Pages together show each pool once, and the last has no token.
func TestListUserPools(t *testing.T) {
	a := newAPI(t)
	var want []string
	for range 6 {
		want = append(want, a.pool(t, "").ID)
	}
	slices.Sort(want)
	for _, size := range []int64{1, 2, 3, 4, 6, 60} {
		var got []string
		in := &cognito.ListUserPoolsRequest{MaxResults: size}
		for {
			out, err := a.ListUserPools(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if len(out.UserPools) == 0 || int64(len(out.UserPools)) > size {
				t.Errorf("ListUserPools(%d): got a page of %d", size, len(out.UserPools))
			}
			for _, p := range out.UserPools {
				got = append(got, p.ID)
			}
			if out.NextToken == "" {
				break
			}
			in.NextToken = out.NextToken
		}
		if !slices.Equal(got, want) {
			t.Errorf("ListUserPools(%d): got %v, want %v", size, got, want)
		}
	}
}

func TestListUserPoolsShows(t *testing.T) {
	a := newAPI(t)
	out, err := a.ListUserPools(t.Context(), &cognito.ListUserPoolsRequest{MaxResults: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := indented(t, out), "{\n  \"UserPools\": []\n}"; got != want {
		t.Errorf("ListUserPools without pools: got %s, want %s", got, want)
	}
	pool := a.pool(t, "")
	if out, err = a.ListUserPools(t.Context(), &cognito.ListUserPoolsRequest{MaxResults: 1}); err != nil {
		t.Fatal(err)
	}
	want := `{
  "UserPools": [
    {
      "Id": "` + pool.ID + `",
      "Name": "pool",
      "LambdaConfig": {},
      "LastModifiedDate": 1795435200.022,
      "CreationDate": 1795435200.022
    }
  ]
}`
	if got := indented(t, out); got != want {
		t.Errorf("ListUserPools: got %s, want %s", got, want)
	}
}

func TestListUserPoolsToken(t *testing.T) {
	a := newAPI(t)
	a.pool(t, "")
	a.pool(t, "")
	out, err := a.ListUserPools(t.Context(), &cognito.ListUserPoolsRequest{MaxResults: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.ListUserPools(t.Context(), &cognito.ListUserPoolsRequest{MaxResults: 1, NextToken: "garbage"})
	wantErr(t, "ListUserPools(garbage)", err, idp.ErrInvalidPaginationToken)
	a.now = a.now.Add(time.Hour)
	_, err = a.ListUserPools(t.Context(), &cognito.ListUserPoolsRequest{MaxResults: 1, NextToken: out.NextToken})
	wantErr(t, "ListUserPools(old token)", err, idp.ErrInvalidPaginationToken)
}
