package server_test

import (
	"context"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/rptest"
	"rockpool/internal/server"
)

// emptied is a server that gives a way to empty it.
func emptied(t *testing.T) (*rptest.Server, *server.Server) {
	t.Helper()
	var o server.Options
	srv := rptest.New(t, rptest.With(func(given *server.Options) { o = *given }))
	beside, err := server.New(o) // over the same store
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := beside.Close(context.Background()); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return srv, beside
}

// More than fits into one transaction goes, users and access keys included,
// and a pool that comes back under the same id begins empty.
func TestEmpty(t *testing.T) {
	srv, beside := emptied(t)
	for range 51 {
		srv.AddPool()
	}
	srv.AddAccessKey("")
	sample, err := beside.API.Sample(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	srv.AddUser(sample.PoolID, "ada", "Old-passw0rd")
	if err := beside.Empty(t.Context()); err != nil {
		t.Fatalf("Empty: %v", err)
	}
	var pools cognito.ListUserPoolsResponse
	srv.Must("ListUserPools", &cognito.ListUserPoolsRequest{MaxResults: 60}, &pools)
	if len(pools.UserPools) != 0 {
		t.Errorf("ListUserPools after Empty: got %d pools, want none", len(pools.UserPools))
	}
	again, err := beside.API.Sample(t.Context(), sample.Secret)
	if err != nil || *again != *sample {
		t.Errorf("Sample after Empty: got %+v, %v, want %+v", again, err, sample)
	}
	_, err = beside.API.AdminGetUser(t.Context(), &cognito.AdminGetUserRequest{UserPoolID: again.PoolID, Username: "ada"})
	rptest.WantError(t, err, idp.ErrUserNotFound)
}
