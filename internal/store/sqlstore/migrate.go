package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/pressly/goose/v3"

	"rockpool/internal/store"
)

// migrateTries is how often a migration is begun anew while other nodes
// migrate the same database.
const migrateTries = 10

// Migrate brings a database to the schema of this program. It returns a
// *store.VersionError if a later program has been there. Nodes that migrate
// at once do not lock one another out, because not every engine has locks for
// that: each migration is a transaction, the later one fails, and finds the
// work done when it looks again.
func Migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, migrations fs.FS) error {
	p, err := provider(db, dialect, migrations)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = migrate(ctx, p)
		var version *store.VersionError
		if err == nil || errors.As(err, &version) || try == migrateTries {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(time.Duration(20+rand.IntN(80)*try) * time.Millisecond):
		}
	}
}

func migrate(ctx context.Context, p *goose.Provider) error {
	has, wants, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the version of the database: %w", err)
	}
	switch {
	case has > wants:
		return &store.VersionError{Database: has, Program: wants}
	case has == wants:
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return nil
}

// CheckVersion returns a *store.VersionError if a database does not have the
// schema of this program.
func CheckVersion(ctx context.Context, db *sql.DB, dialect goose.Dialect, migrations fs.FS) error {
	p, err := provider(db, dialect, migrations)
	if err != nil {
		return err
	}
	has, wants, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the version of the database: %w", err)
	}
	if has != wants {
		return &store.VersionError{Database: has, Program: wants}
	}
	return nil
}

func provider(db *sql.DB, dialect goose.Dialect, migrations fs.FS) (*goose.Provider, error) {
	p, err := goose.NewProvider(dialect, db, migrations,
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, fmt.Errorf("reading migrations: %w", err)
	}
	return p, nil
}
