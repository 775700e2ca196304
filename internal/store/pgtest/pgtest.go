// Package pgtest gives tests real PostgreSQL databases. It owns a private
// cluster for each test binary, from the programs that the system has
// installed, or uses the server that ROCKPOOL_TEST_POSTGRES names. A missing
// PostgreSQL fails the test: a database that is not tested is not supported.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Env names the variable with the URL of a database in which the user may
// create schemas.
const Env = "ROCKPOOL_TEST_POSTGRES"

// own is the cluster of this test binary. It ends with the process, and is
// kept here so that the guard's pipe is not collected before.
var own *cluster

// shared is the URL of the server for tests that kill none.
var shared = sync.OnceValues(func() (string, error) {
	if u := os.Getenv(Env); u != "" {
		return u, nil
	}
	c, err := start()
	if err != nil {
		return "", err
	}
	own = c
	return own.url, nil
})

// URL returns the URL of a new, empty place, which goes with the test: a schema
// of its own, because a database takes a quarter of a second to make. The name
// of the schema is the application_name of its connections.
func URL(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("starting PostgreSQL (install it, or set %s): %v", Env, err)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no URL", Env)
	}
	name := "rockpool_test_" + strings.ToLower(rand.Text()[:16])
	run(t, server, `CREATE SCHEMA `+name)
	t.Cleanup(func() { run(t, server, `DROP SCHEMA `+name+` CASCADE`) })
	q := u.Query()
	q.Set("search_path", name)
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// Disconnect has the server close every connection to the place of a URL.
func Disconnect(t testing.TB, placeURL string) {
	t.Helper()
	u, err := url.Parse(placeURL)
	if err != nil {
		t.Fatal("not a URL of URL")
	}
	server, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	run(t, server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '`+u.Query().Get("application_name")+`'`)
}

// run runs a statement on a server.
func run(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Cluster is a PostgreSQL server that belongs to one test, which may kill it.
type Cluster struct{ c *cluster }

// NewCluster starts a server for this test alone.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := start()
	if err != nil {
		t.Fatalf("starting PostgreSQL: %v", err)
	}
	t.Cleanup(c.remove)
	return &Cluster{c}
}

// URL is the server's URL.
func (c *Cluster) URL() string { return c.c.url }

// Kill ends the server at once, as losing its machine would.
func (c *Cluster) Kill() { c.c.stop() }

// Restart starts the server again on the same data.
func (c *Cluster) Restart(t testing.TB) {
	t.Helper()
	if err := c.c.run(); err != nil {
		t.Fatalf("starting PostgreSQL again: %v", err)
	}
}
