package ops_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/ops"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlite"
)

// start is when every test of a setting begins.
var start = time.Date(2026, 11, 23, 12, 0, 0, 22_000_000, time.UTC)

// testAPI is an API over a real store of its own, with a clock and with
// randomness that is the same in every run.
type testAPI struct {
	*ops.API
	now time.Time
}

func newAPI(t *testing.T) *testAPI {
	t.Helper()
	dir := t.TempDir()
	key := filepath.Join(dir, "master.key")
	if err := secret.CreateMasterKeyFile(key); err != nil {
		t.Fatal(err)
	}
	master, err := secret.OpenMasterKey(key)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, sqlite.FileName)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	a := &testAPI{now: start}
	a.API = &ops.API{
		Store:     s,
		Catalog:   catalog.New(s, master, time.Now),
		Master:    master,
		Now:       func() time.Time { return a.now },
		Rand:      rand.NewChaCha8([32]byte{}),
		Region:    "us-east-1",
		AccountID: "000000000000",
	}
	return a
}

// fromJSON reads a request as a caller of the API writes it.
func fromJSON[T any](t *testing.T, text string) *T {
	t.Helper()
	v := new(T)
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("reading %s: %v", text, err)
	}
	return v
}

// indented is an answer as JSON, for people to compare.
func indented(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// wantErr fails unless err is want, or no error where want is nil.
func wantErr(t *testing.T, call string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", call, err, want)
	}
}

// pool makes a pool from the members of a request beside the name.
func (a *testAPI) pool(t *testing.T, members string) *cognito.UserPoolType {
	t.Helper()
	in := `{"PoolName":"pool"}`
	if members != "" {
		in = `{"PoolName":"pool",` + members + `}`
	}
	out, err := a.CreateUserPool(t.Context(), fromJSON[cognito.CreateUserPoolRequest](t, in))
	if err != nil {
		t.Fatalf("CreateUserPool(%s): %v", in, err)
	}
	return out.UserPool
}

func (a *testAPI) describePool(t *testing.T, id string) *cognito.UserPoolType {
	t.Helper()
	out, err := a.DescribeUserPool(t.Context(), &cognito.DescribeUserPoolRequest{UserPoolID: id})
	if err != nil {
		t.Fatalf("DescribeUserPool: %v", err)
	}
	return out.UserPool
}

// client makes a client from the members of a request beside the name.
func (a *testAPI) client(t *testing.T, poolID, members string) *cognito.UserPoolClientType {
	t.Helper()
	in := `{"UserPoolId":"` + poolID + `","ClientName":"client"}`
	if members != "" {
		in = `{"UserPoolId":"` + poolID + `","ClientName":"client",` + members + `}`
	}
	out, err := a.CreateUserPoolClient(t.Context(), fromJSON[cognito.CreateUserPoolClientRequest](t, in))
	if err != nil {
		t.Fatalf("CreateUserPoolClient(%s): %v", in, err)
	}
	return out.UserPoolClient
}

func (a *testAPI) describeClient(t *testing.T, poolID, id string) *cognito.UserPoolClientType {
	t.Helper()
	out, err := a.DescribeUserPoolClient(t.Context(), &cognito.DescribeUserPoolClientRequest{UserPoolID: poolID, ClientID: id})
	if err != nil {
		t.Fatalf("DescribeUserPoolClient: %v", err)
	}
	return out.UserPoolClient
}

// must fails the test if a transaction did.
func (a *testAPI) must(t *testing.T, f func(tx store.Tx) error) {
	t.Helper()
	if err := a.Store.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// conflict makes another node change every pool and client between the reading
// and the writing of the first n transactions.
func (a *testAPI) conflict(n int) {
	a.Store = &conflicts{Store: a.Store, left: n}
}

const gone = "us-east-1_gone"

var errPoolGone = idp.ErrPoolNotFound(gone)
