package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
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

// openPostgres makes a place for one server in PostgreSQL. To fail, its tables
// are moved away and its connections closed.
func openPostgres(t *testing.T, _ string) *database {
	t.Helper()
	place := pgtest.URL(t)
	u, err := url.Parse(place)
	if err != nil {
		t.Fatalf("the URL of the test database: %v", err)
	}
	schema := u.Query().Get("search_path")
	rename := func(from, to string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		db, err := sql.Open("pgx", place)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.ExecContext(ctx, "ALTER SCHEMA "+from+" RENAME TO "+to)
		return err
	}
	return &database{
		flags: []string{"--database", place},
		fail: func() error {
			if err := rename(schema, schema+"_away"); err != nil {
				return err
			}
			pgtest.Disconnect(t, place)
			return nil
		},
		works: func() error { return rename(schema+"_away", schema) },
	}
}
