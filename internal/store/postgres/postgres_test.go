package postgres_test

import (
	"database/sql"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/store/pgtest"
	"rockpool/internal/store/postgres"
	"rockpool/internal/store/storetest"
)

func open(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, pgtest.URL(t)) })
}

func TestNodes(t *testing.T) {
	storetest.RunNodes(t, func(t *testing.T, n int) []store.Store {
		url := pgtest.URL(t)
		var nodes []store.Store
		for range n {
			nodes = append(nodes, open(t, url))
		}
		return nodes
	})
}

func TestReopen(t *testing.T) {
	storetest.RunReopen(t, func(t *testing.T) func() store.Store {
		url := pgtest.URL(t)
		return func() store.Store { return open(t, url) }
	})
}

func TestNodesMigrateAtOnce(t *testing.T) {
	url := pgtest.URL(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if err := postgres.Migrate(t.Context(), url); err != nil {
				t.Errorf("Migrate: %v", err)
			}
		})
	}
	wg.Wait()
	if err := open(t, url).Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	url := pgtest.URL(t)
	open(t, url).Close()
	query(t, url, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)`)
	_, err := postgres.Open(t.Context(), url, postgres.Options{})
	var version *store.VersionError
	if !errors.As(err, &version) || version.Database != 99999 {
		t.Errorf("Open of a newer database: got %v, want a VersionError", err)
	}
}

func TestNoMigrate(t *testing.T) {
	url := pgtest.URL(t)
	_, err := postgres.Open(t.Context(), url, postgres.Options{NoMigrate: true})
	var version *store.VersionError
	if !errors.As(err, &version) || !strings.Contains(err.Error(), "rockpool migrate") {
		t.Errorf("Open of an empty database without migrating: got %v, want a VersionError", err)
	}
	if err := postgres.Migrate(t.Context(), url); err != nil {
		t.Fatalf("Migrate: %v", err)
	}
	s, err := postgres.Open(t.Context(), url, postgres.Options{NoMigrate: true})
	if err != nil {
		t.Fatalf("Open after Migrate: %v", err)
	}
	s.Close()
}

// An error about the URL does not show the password.
func TestBadURL(t *testing.T) {
	for _, url := range []string{"postgres://u:hunter2@host:99999/db", "postgres://u:hunter2@127.0.0.1:1/db?connect_timeout=1"} {
		_, err := postgres.Open(t.Context(), url, postgres.Options{})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open: got %v, want an error without the password", err)
		}
	}
}

// A store outlives its server: it works again when the server does.
func TestServerDies(t *testing.T) {
	c := pgtest.NewCluster(t)
	s := open(t, c.URL())
	put := func(n byte) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			return tx.PutCode(&idp.Code{PoolID: "p", Subject: "ada", Purpose: idp.PurposeSignUp, Hash: []byte{n}, ExpiresAt: time.Unix(1e9, 0)})
		})
	}
	if err := put(1); err != nil {
		t.Fatalf("Update: %v", err)
	}
	c.Kill()
	if err := put(2); err == nil {
		t.Error("Update without a server: got nil, want an error")
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("Ready without a server: got nil, want an error")
	}
	c.Restart(t)
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready after the server is back: %v", err)
	}
	if err := put(3); err != nil {
		t.Errorf("Update after the server is back: %v", err)
	}
}

// Connections that the server closed between requests cost no request.
func TestConnectionsTerminated(t *testing.T) {
	url := pgtest.URL(t)
	s := open(t, url)
	for range 5 {
		pgtest.Disconnect(t, url)
		if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.Spend("p", []byte{0}, time.Unix(1e9, 0)) }); err != nil && !errors.Is(err, store.ErrExists) {
			t.Errorf("Update after the server closed connections: %v", err)
		}
		pgtest.Disconnect(t, url)
		if err := s.View(t.Context(), func(tx store.Tx) error { _, err := tx.CountPools(1); return err }); err != nil {
			t.Errorf("View after the server closed connections: %v", err)
		}
	}
}

// A connection that breaks inside a transaction makes it run again.
func TestConnectionBreaksInside(t *testing.T) {
	url := pgtest.URL(t)
	s := open(t, url)
	runs := 0
	err := s.Update(t.Context(), func(tx store.Tx) error {
		runs++
		if err := tx.Spend("p", []byte{1}, time.Unix(1e9, 0)); err != nil {
			return err
		}
		if runs == 1 {
			pgtest.Disconnect(t, url)
			time.Sleep(50 * time.Millisecond)
		}
		return tx.Spend("p", []byte{2}, time.Unix(1e9, 0))
	})
	if err != nil || runs != 2 {
		t.Errorf("Update: got %v after %d runs, want nil after 2", err, runs)
	}
}

func TestReadOnlyServerIsNotReady(t *testing.T) {
	url := pgtest.URL(t)
	open(t, url).Close()
	s, err := postgres.Open(t.Context(), url+"&default_transaction_read_only=on", postgres.Options{NoMigrate: true})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer s.Close()
	if err := s.Ready(t.Context()); err == nil {
		t.Error("Ready on a read-only server: got nil, want an error")
	}
}

// The two engines have the same migrations.
func TestMigrationsHaveTwins(t *testing.T) {
	names := func(dir string) (out []string) {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			out = append(out, f.Name())
		}
		return out
	}
	if a, b := names("migrations"), names("../sqlite/migrations"); strings.Join(a, " ") != strings.Join(b, " ") {
		t.Errorf("migrations: PostgreSQL has %v, SQLite has %v", a, b)
	}
}

func query(t *testing.T, url, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
