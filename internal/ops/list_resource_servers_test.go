package ops_test

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestListResourceServers(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.resourceServer(t, other.ID, "elsewhere")
	want := []string{"Shop", "a", "b", "https://shop.example.com", "shop"}
	for _, id := range []string{"shop", "b", "https://shop.example.com", "Shop", "a"} {
		a.resourceServer(t, pool.ID, id)
	}
	for size, pages := range map[int64]int{1: 5, 2: 3, 5: 1, 50: 1} {
		in := &cognito.ListResourceServersRequest{UserPoolID: pool.ID, MaxResults: &size}
		var got []string
		n := 0
		for n == 0 || in.NextToken != "" {
			out, err := a.ListResourceServers(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			n++
			for _, r := range out.ResourceServers {
				got = append(got, r.Identifier)
			}
			in.NextToken = out.NextToken
		}
		if !slices.Equal(got, want) || n != pages {
			t.Errorf("ListResourceServers(%d): got %v on %d pages, want %v on %d", size, got, n, want, pages)
		}
	}
}

// A list shows of a server what DescribeResourceServer shows; an empty one is
// a list.
func TestListResourceServersShows(t *testing.T) {
	a := newAPI(t)
	pool, empty := a.pool(t, ""), a.pool(t, "")
	r := a.resourceServer(t, pool.ID, "shop", "read", "write")
	for id, want := range map[string]*cognito.ListResourceServersResponse{
		pool.ID: {ResourceServers: []*cognito.ResourceServerType{r}}, empty.ID: {ResourceServers: []*cognito.ResourceServerType{}},
	} {
		out, err := a.ListResourceServers(t.Context(), &cognito.ListResourceServersRequest{UserPoolID: id, MaxResults: new(int64(50))})
		if err != nil {
			t.Fatal(err)
		}
		if got := indented(t, out); got != indented(t, want) {
			t.Errorf("ListResourceServers: got %s, want %s", got, indented(t, want))
		}
	}
}

func TestListResourceServersRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.resourceServer(t, pool.ID, "a")
	a.resourceServer(t, pool.ID, "b")
	out, err := a.ListResourceServers(t.Context(), &cognito.ListResourceServersRequest{UserPoolID: pool.ID, MaxResults: new(int64(1))})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		pool, token string
		want        *idp.Error
	}{
		"pool gone":             {gone, "", errPoolGone},
		"token of another pool": {other.ID, out.NextToken, idp.ErrInvalidPaginationToken},
		"no token":              {pool.ID, "garbage", idp.ErrInvalidPaginationToken},
	} {
		_, err := a.ListResourceServers(t.Context(), &cognito.ListResourceServersRequest{UserPoolID: tt.pool, NextToken: tt.token})
		refuses(t, "ListResourceServers", name, err, tt.want)
	}
}
