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

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver

	"rockpool/internal/store"
	"rockpool/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var embedded embed.FS

// FileName is the name of the database in its folder.
const FileName = "rockpool.db"

// Options says how to open a database.
type Options struct {
	// Path is the file. It is made if there is none, readable by its owner only.
	Path string
	// KeepVersion refuses a database of another version with a
	// *store.VersionError instead of migrating it.
	KeepVersion bool
	// MaxPages bounds the file, in pages of 4 KiB; 0 is the engine's own bound.
	// A full database refuses writes and recovers when rows are deleted.
	MaxPages int
}

// Store is a store in a SQLite file.
type Store struct {
	db      *sql.DB
	writer  *writer
	readers chan *conn
}

var _ store.Store = (*Store)(nil)

// Open opens a database and migrates it.
func Open(ctx context.Context, o Options) (*Store, error) {
	f, err := os.OpenFile(o.Path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("opening database: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(o))
	if err != nil {
		return nil, fmt.Errorf("opening database: %w", err)
	}
	s := &Store{db: db}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func dsn(o Options) string {
	q := url.Values{"_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)", "cache_size(-16000)", "journal_size_limit(67108864)",
	}}
	if o.MaxPages > 0 {
		q.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.MaxPages))
	}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(o.Path), RawQuery: q.Encode()}).String()
}

func (s *Store) open(ctx context.Context, o Options) error {
	migrations, err := fs.Sub(embedded, "migrations")
	if err != nil {
		return err
	}
	migrate := sqlstore.Migrate
	if o.KeepVersion {
		migrate = sqlstore.CheckVersion
	}
	if err := migrate(ctx, s.db, goose.DialectSQLite3, migrations); err != nil {
		return err
	}
	n := max(2, runtime.GOMAXPROCS(0))
	s.readers = make(chan *conn, n)
	for range n {
		c, err := newConn(ctx, s.db, "PRAGMA query_only = 1")
		if err != nil {
			return err
		}
		s.readers <- c
	}
	c, err := newConn(ctx, s.db)
	if err != nil {
		return err
	}
	s.writer = newWriter(c)
	return nil
}

// View calls f with a transaction that sees one state of the database.
func (s *Store) View(ctx context.Context, f func(store.Tx) error) error {
	var c *conn
	select {
	case c = <-s.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.readers <- c }()
	if err := c.do("BEGIN"); err != nil {
		return fmt.Errorf("beginning to read: %w", err)
	}
	done := false
	defer func() {
		if !done { // f panicked
			_ = c.do("ROLLBACK")
		}
	}()
	err := sqlstore.Run(context.Background(), c, f)
	done = true
	if e := c.do("ROLLBACK"); err == nil && e != nil {
		return fmt.Errorf("ending to read: %w", e)
	}
	return err
}

// Update calls f with a transaction and commits it, together with those of
// others who come at the same time.
func (s *Store) Update(ctx context.Context, f func(store.Tx) error) error {
	return s.writer.run(ctx, func(c *conn) error { return sqlstore.Run(context.Background(), c, f) })
}

// Ready tells whether the database can be written.
func (s *Store) Ready(ctx context.Context) error {
	return s.writer.run(ctx, func(c *conn) error { return nil })
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

// Close waits for writes under way and closes the file.
func (s *Store) Close() error {
	err := s.writer.close()
	for range cap(s.readers) {
		err = errors.Join(err, (<-s.readers).close())
	}
	return errors.Join(err, s.db.Close())
}
