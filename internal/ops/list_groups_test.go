package ops_test

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestListGroups(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.group(t, other.ID, "elsewhere", "")
	want := []string{"Admins", "admins", "b", "c", "ä"}
	for _, name := range []string{"c", "ä", "admins", "b", "Admins"} {
		a.group(t, pool.ID, name, `"Precedence":3`)
	}
	for size, pages := range map[int64]int{0: 1, 1: 5, 2: 3, 5: 1, 60: 1} {
		in := &cognito.ListGroupsRequest{UserPoolID: pool.ID, Limit: &size}
		var got []string
		n := 0
		for n == 0 || in.NextToken != "" {
			out, err := a.ListGroups(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			n++
			got = append(got, groupNames(out.Groups)...)
			in.NextToken = out.NextToken
		}
		if !slices.Equal(got, want) || n != pages {
			t.Errorf("ListGroups(%d): got %v on %d pages, want %v on %d", size, got, n, want, pages)
		}
	}
}

// A list shows of a group what GetGroup shows; an empty one is a list.
func TestListGroupsShows(t *testing.T) {
	a := newAPI(t)
	pool, empty := a.pool(t, ""), a.pool(t, "")
	g := a.group(t, pool.ID, "g", `"Description":"d","RoleArn":"arn:aws:iam::123456789012:role/a","Precedence":0`)
	for id, want := range map[string]*cognito.ListGroupsResponse{
		pool.ID: {Groups: []*cognito.GroupType{g}}, empty.ID: {Groups: []*cognito.GroupType{}},
	} {
		out, err := a.ListGroups(t.Context(), &cognito.ListGroupsRequest{UserPoolID: id})
		if err != nil {
			t.Fatal(err)
		}
		if got := indented(t, out); got != indented(t, want) {
			t.Errorf("ListGroups: got %s, want %s", got, indented(t, want))
		}
	}
}

func TestListGroupsRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.group(t, pool.ID, "a", "")
	a.group(t, pool.ID, "b", "")
	out, err := a.ListGroups(t.Context(), &cognito.ListGroupsRequest{UserPoolID: pool.ID, Limit: new(int64(1))})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		in   cognito.ListGroupsRequest
		want error
	}{
		{"pool gone", cognito.ListGroupsRequest{UserPoolID: gone}, errPoolGone},
		{"token of another pool", cognito.ListGroupsRequest{UserPoolID: other.ID, NextToken: out.NextToken}, idp.ErrInvalidPaginationToken},
		{"no token", cognito.ListGroupsRequest{UserPoolID: pool.ID, NextToken: "garbage"}, idp.ErrInvalidPaginationToken},
		{"its own token", cognito.ListGroupsRequest{UserPoolID: pool.ID, NextToken: out.NextToken}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.ListGroups(t.Context(), &tt.in)
			wantErr(t, "ListGroups", err, tt.want)
		})
	}
}
