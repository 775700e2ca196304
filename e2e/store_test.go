package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // drivers of the two stores
	_ "modernc.org/sqlite"

	"rockpool/internal/store/pgtest"
)

// database is the store of one server: the flags that select it, and how to
// make it fail and work again under the server's feet.
type database struct {
	flags       []string
	fail, works func() error
}

// opener makes the store of one server, whose data folder is dir.
type opener func(t *testing.T, dir string) *database

// eachStore runs a test once on SQLite and once on PostgreSQL.
func eachStore(t *testing.T, test func(t *testing.T, open opener)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, openSQLite) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, openPostgres) })
}

// openSQLite leaves the server its default. To fail, another process's write
// transaction holds the file, as a careless backup would.
func openSQLite(_ *testing.T, dir string) *database {
	var db *sql.DB
	fail := func() error {
		files, err := filepath.Glob(filepath.Join(dir, "*.db"))
		if err != nil || len(files) != 1 {
			return fmt.Errorf("%d database files in %s, want 1 (%v)", len(files), dir, err)
		}
		if db, err = sql.Open("sqlite", files[0]+"?_pragma=busy_timeout(5000)&_txlock=exclusive"); err != nil {
			return err
		}
		db.SetMaxOpenConns(1)
		_, err = db.Exec("BEGIN EXCLUSIVE")
		return err
	}
	return &database{fail: fail, works: func() error { return db.Close() }}
}

// openPostgres makes a database for one server. To fail, the database admits
// nobody and those who are in are thrown out.
func openPostgres(t *testing.T, _ string) *database {
	t.Helper()
	link := pgtest.URL(t)
	u, err := url.Parse(link)
	if err != nil {
		t.Fatalf("the URL of the test database: %v", err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	exec := func(statements ...string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		admin, err := sql.Open("pgx", u.String())
		if err != nil {
			return err
		}
		defer admin.Close()
		for _, s := range statements {
			if _, err := admin.ExecContext(ctx, strings.ReplaceAll(s, "DB", name)); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}
	return &database{
		flags: []string{"--database", link},
		fail: func() error {
			return exec("ALTER DATABASE DB WITH ALLOW_CONNECTIONS false", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'DB'")
		},
		works: func() error { return exec("ALTER DATABASE DB WITH ALLOW_CONNECTIONS true") },
	}
}
