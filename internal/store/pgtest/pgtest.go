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

// Env names the variable with the URL of a server whose user may create
// databases.
const Env = "ROCKPOOL_TEST_POSTGRES"

// shared is the cluster of this test binary. It ends with the process.
var shared = sync.OnceValues(func() (string, error) {
	if u := os.Getenv(Env); u != "" {
		return u, nil
	}
	c, err := start()
	if err != nil {
		return "", err
	}
	return c.url, nil
})

// URL returns the URL of a new, empty database, which goes with the test.
func URL(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("starting PostgreSQL (install it, or set %s): %v", Env, err)
	}
	name := "rockpool_test_" + strings.ToLower(rand.Text()[:16])
	run(t, server, `CREATE DATABASE `+name)
	t.Cleanup(func() { run(t, server, `DROP DATABASE `+name+` WITH (FORCE)`) })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no URL", Env)
	}
	u.Path = "/" + name
	return u.String()
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
