package ops_test

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// listClients reads all pages and returns the ids, and how many pages there
// were.
func (a *testAPI) listClients(t *testing.T, in cognito.ListUserPoolClientsRequest) (ids []string, pages int) {
	t.Helper()
	for {
		out, err := a.ListUserPoolClients(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, c := range out.UserPoolClients {
			ids = append(ids, c.ClientID)
		}
		if out.NextToken == "" {
			return ids, pages
		}
		in.NextToken = out.NextToken
	}
}

func TestListUserPoolClients(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.client(t, other.ID, "")
	var want []string
	for range 5 {
		want = append(want, a.client(t, pool.ID, "").ClientID)
	}
	slices.Sort(want)
	for size, pages := range map[int64]int{1: 5, 2: 3, 5: 1, 60: 1} {
		got, n := a.listClients(t, cognito.ListUserPoolClientsRequest{UserPoolID: pool.ID, MaxResults: &size})
		if !slices.Equal(got, want) || n != pages {
			t.Errorf("ListUserPoolClients(%d): got %v on %d pages, want %v on %d", size, got, n, want, pages)
		}
	}
	if got, n := a.listClients(t, cognito.ListUserPoolClientsRequest{UserPoolID: pool.ID}); !slices.Equal(got, want) || n != 1 {
		t.Errorf("ListUserPoolClients: got %v on %d pages, want %v on 1", got, n, want)
	}
}

// The list shows three members only, never a secret.
func TestListUserPoolClientsShows(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	client := a.client(t, pool.ID, `"GenerateSecret":true`)
	out, err := a.ListUserPoolClients(t.Context(), &cognito.ListUserPoolClientsRequest{UserPoolID: pool.ID})
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "UserPoolClients": [
    {
      "ClientId": "` + client.ClientID + `",
      "UserPoolId": "` + pool.ID + `",
      "ClientName": "client"
    }
  ]
}`
	if got := indented(t, out); got != want {
		t.Errorf("ListUserPoolClients: got %s, want %s", got, want)
	}
}

// A filter leaves pages with fewer clients, but loses none.
func TestListUserPoolClientsOfType(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	var regular []string
	for range 2 {
		regular = append(regular, a.client(t, pool.ID, "").ClientID)
	}
	slices.Sort(regular)
	a.must(t, func(tx store.Tx) error {
		return tx.CreateClient(&idp.Client{ID: "0registered", PoolID: pool.ID, Settings: cognito.UserPoolClientType{ClientType: cognito.ClientTypeDcr}})
	})
	in := cognito.ListUserPoolClientsRequest{UserPoolID: pool.ID, MaxResults: new(int64(1)), ClientType: cognito.ClientTypeRegular}
	if got, pages := a.listClients(t, in); !slices.Equal(got, regular) || pages != 3 {
		t.Errorf("ListUserPoolClients(REGULAR): got %v on %d pages, want %v on 3", got, pages, regular)
	}
	in.ClientType = cognito.ClientTypeDcr
	if got, pages := a.listClients(t, in); !slices.Equal(got, []string{"0registered"}) || pages != 3 {
		t.Errorf("ListUserPoolClients(DCR): got %v on %d pages, want 0registered on 3", got, pages)
	}
}

func TestListUserPoolClientsRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.client(t, pool.ID, "")
	a.client(t, pool.ID, "")
	out, err := a.ListUserPoolClients(t.Context(), &cognito.ListUserPoolClientsRequest{UserPoolID: pool.ID, MaxResults: new(int64(1))})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		in   cognito.ListUserPoolClientsRequest
		want error
	}{
		{"pool gone", cognito.ListUserPoolClientsRequest{UserPoolID: gone}, errPoolGone},
		{"token of another pool", cognito.ListUserPoolClientsRequest{UserPoolID: other.ID, NextToken: out.NextToken}, idp.ErrInvalidPaginationToken},
		{"token of another filter", cognito.ListUserPoolClientsRequest{UserPoolID: pool.ID, ClientType: cognito.ClientTypeDcr, NextToken: out.NextToken}, idp.ErrInvalidPaginationToken},
		{"no token", cognito.ListUserPoolClientsRequest{UserPoolID: pool.ID, NextToken: "garbage"}, idp.ErrInvalidPaginationToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.ListUserPoolClients(t.Context(), &tt.in)
			wantErr(t, "ListUserPoolClients", err, tt.want)
		})
	}
}
