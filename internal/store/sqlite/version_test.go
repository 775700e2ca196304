package sqlite

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rockpool/internal/store"
)

func TestNewerDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, noMigrate := range []bool{false, true} {
		_, err = Open(t.Context(), Options{Path: path, NoMigrate: noMigrate})
		var version *store.VersionError
		if !errors.As(err, &version) || version.Database != 99999 || !strings.Contains(err.Error(), "later release") {
			t.Errorf("Open of a newer database: got %v, want a VersionError", err)
		}
	}
}

func TestNoMigrate(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	_, err := Open(t.Context(), Options{Path: path, NoMigrate: true})
	var version *store.VersionError
	if !errors.As(err, &version) || !strings.Contains(err.Error(), "rockpool migrate") {
		t.Errorf("Open of a new database without migrating: got %v, want a VersionError", err)
	}
	if err := Migrate(t.Context(), path); err != nil {
		t.Fatalf("Migrate: %v", err)
	}
	open(t, Options{Path: path, NoMigrate: true})
}

func TestProgramsMigrateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if err := Migrate(t.Context(), path); err != nil {
				t.Errorf("Migrate: %v", err)
			}
		})
	}
	wg.Wait()
	if err := open(t, Options{Path: path}).Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
}

// A folder's name may have what means something in a URL.
func TestStrangePaths(t *testing.T) {
	for _, name := range []string{"a b", "a%20b", "a?b#c", "ä"} {
		s := open(t, Options{Path: filepath.Join(t.TempDir(), name+".db")})
		if err := put(s, "x"); err != nil {
			t.Errorf("Update of %s: %v", name, err)
		}
	}
	t.Chdir(t.TempDir())
	if err := put(open(t, Options{Path: "relative.db"}), "x"); err != nil {
		t.Errorf("Update of a relative path: %v", err)
	}
}
