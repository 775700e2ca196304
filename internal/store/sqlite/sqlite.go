// Package sqlite keeps the store in one SQLite file, without cgo: for a laptop,
// a CI job, or a server of its own. It owns opening the file, the one writer
// with its group commit, and the readers beside it.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"sync"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"

	"rockpool/internal/store"
	"rockpool/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var embedded embed.FS

// FileName is the name of the database in its folder.
const FileName = "rockpool.db"

// Options says how to open a database.
type Options struct {
	// Path is the file. It is made if there is none, readable by its owner
	// only.
	Path string

	// NoMigrate leaves the schema alone: Open then refuses a database that
	// does not have this program's schema.
	NoMigrate bool

	// MaxPages bounds the file, in pages of 4 KiB; 0 is the engine's own
	// bound. A full database refuses writes and recovers when rows are
	// deleted.
	MaxPages int
}

// Store is a store in a SQLite file. Several programs may have the file open
// at once; their writes wait for one another.
type Store struct {
	db      *sql.DB
	writer  *writer
	readers *readers

	close    sync.Once
	closeErr error
}

var _ store.Store = (*Store)(nil)

// Open opens a database and migrates it.
func Open(ctx context.Context, o Options) (*Store, error) {
	db, err := connect(o)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the database %s: %w", o.Path, err), db.Close())
	}
	return s, nil
}

// Migrate brings the database in a file to this program's schema. It returns a
// *store.VersionError if a later program has been there.
func Migrate(ctx context.Context, path string) error {
	db, err := connect(Options{Path: path})
	if err != nil {
		return err
	}
	return errors.Join(sqlstore.Migrate(ctx, db, goose.DialectSQLite3, migrations()), db.Close())
}

func connect(o Options) (*sql.DB, error) {
	// The engine would make a file that everybody may read. A file that is
	// there already is left alone: closing it would give up the locks that
	// another store of this program may have on it.
	f, err := os.OpenFile(o.Path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case err == nil:
		err = f.Close()
	case errors.Is(err, fs.ErrExist):
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("making the database: %w", err)
	}
	// A commit is as durable with fdatasync as with fsync, which makes the file
	// system write the file's time stamps too, and costs as much again.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return nil, fmt.Errorf("opening the database %s: %w", o.Path, err)
	}
	db, err := sql.Open("sqlite", dsn(o))
	if err != nil {
		return nil, fmt.Errorf("opening the database %s: %w", o.Path, err)
	}
	return db, nil
}

func dsn(o Options) string {
	q := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)",
		"cache_size(-8000)", "journal_size_limit(67108864)",
	}}
	if o.MaxPages > 0 {
		q.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.MaxPages))
	}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(o.Path), RawQuery: q.Encode()}).String()
}

func migrations() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the path is a constant, and valid
	}
	return sub
}

func (s *Store) open(ctx context.Context, o Options) error {
	prepare := sqlstore.Migrate
	if o.NoMigrate {
		prepare = sqlstore.CheckVersion
	}
	if err := prepare(ctx, s.db, goose.DialectSQLite3, migrations()); err != nil {
		return err
	}
	conns := make([]*conn, max(4, runtime.GOMAXPROCS(0)))
	for i := range conns {
		c, err := newConn(ctx, s.db, "PRAGMA query_only = 1")
		if err != nil {
			return err
		}
		conns[i] = c
	}
	s.readers = newReaders(conns)
	c, err := newConn(ctx, s.db, "")
	if err != nil {
		return err
	}
	s.db.SetMaxIdleConns(0) // those above are held; others are not kept
	s.writer = newWriter(c)
	return nil
}

// View calls f with a transaction that sees one state of the database.
func (s *Store) View(ctx context.Context, f func(store.Tx) error) error {
	return s.view(ctx, func(c *conn) error { return sqlstore.Run(ctx, c, f) })
}

// view lends a connection to one reader.
func (s *Store) view(ctx context.Context, work func(*conn) error) error {
	c, err := s.readers.take(ctx)
	if err != nil {
		return err
	}
	defer s.readers.give(c)
	if err := c.begin("BEGIN"); err != nil {
		return fmt.Errorf("beginning to read: %w", err)
	}
	defer c.rollback()
	return work(c)
}

// Update calls f with a transaction and commits it, together with those of
// others who come at the same time.
func (s *Store) Update(ctx context.Context, f func(store.Tx) error) error {
	return s.writer.run(ctx, func(c *conn) error { return sqlstore.Run(context.Background(), c, f) })
}

// Ready tells whether the database can be written, by writing its header as it
// is.
func (s *Store) Ready(ctx context.Context) error {
	return s.writer.run(ctx, func(c *conn) error { return c.do("PRAGMA user_version = 1") })
}

// Sweep deletes what ended.
func (s *Store) Sweep(ctx context.Context, before store.SweepTimes) (gone int, err error) {
	err = s.writer.run(ctx, func(c *conn) (err error) {
		gone, err = sqlstore.Sweep(context.Background(), c, before)
		return err
	})
	if err != nil {
		return 0, err
	}
	return gone, nil
}

// Close waits for transactions under way and closes the file.
func (s *Store) Close() error {
	s.close.Do(func() {
		// The writer goes last, because the last connection tidies up the
		// write-ahead log.
		s.closeErr = errors.Join(s.readers.close(), s.writer.close(), s.db.Close())
	})
	return s.closeErr
}
