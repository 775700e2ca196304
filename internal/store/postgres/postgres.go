// Package postgres keeps the store in PostgreSQL, or in an engine that speaks
// its protocol: CockroachDB, YugabyteDB, Citus, Aurora. It owns connections,
// migrations, transactions and their repetition; the queries are sqlstore's.
//
// It uses nothing that the distributed engines lack: no sequences, no advisory
// locks, no notifications. Any number of nodes may share a database.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"rockpool/internal/store"
	"rockpool/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var files embed.FS

// Options tunes a store. The zero value works.
type Options struct {
	// NoMigrate leaves the schema alone: Open then refuses a database that
	// does not have this program's schema.
	NoMigrate bool

	// MaxConns is how many connections a node has at most; 0 means four for
	// each processor, and at least eight.
	MaxConns int
}

// Store is a store in PostgreSQL.
type Store struct {
	db *sql.DB
}

var _ store.Store = (*Store)(nil)

// connectTimeout is how long connecting may take where the URL does not say.
const connectTimeout = 5 * time.Second

// Open connects to the database that a URL names, and migrates it. TLS is as
// the URL's sslmode says.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	db, err := connect(url, o)
	if err != nil {
		return nil, err
	}
	prepare := sqlstore.Migrate
	if o.NoMigrate {
		prepare = sqlstore.CheckVersion
	}
	if err := prepare(ctx, db, goose.DialectPostgres, migrations()); err != nil {
		db.Close()
		return nil, fmt.Errorf("opening PostgreSQL: %w", err)
	}
	return &Store{db}, nil
}

// Migrate brings the database that a URL names to this program's schema. It
// returns a *store.VersionError if a later program has been there.
func Migrate(ctx context.Context, url string) error {
	db, err := connect(url, Options{MaxConns: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	return sqlstore.Migrate(ctx, db, goose.DialectPostgres, migrations())
}

func connect(url string, o Options) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the URL of the database: %w", err) // the driver leaves the password out
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if _, ok := config.RuntimeParams["application_name"]; !ok {
		config.RuntimeParams["application_name"] = "rockpool"
	}
	db := stdlib.OpenDB(*config)
	conns := o.MaxConns
	if conns <= 0 {
		conns = max(8, 4*runtime.GOMAXPROCS(0))
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	return db, nil
}

func migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the path is a constant, and valid
	}
	return sub
}

// Close ends every connection.
func (s *Store) Close() error { return s.db.Close() }
