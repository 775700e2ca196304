package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"rockpool/internal/store"
	"rockpool/internal/store/sqlstore"
)

const (
	// tries is how often a transaction is begun anew before it fails.
	tries = 15

	// txLimit is how long one transaction may take, so that a node that
	// hangs does not hold rows for ever.
	txLimit = 30 * time.Second
)

var (
	writing = sql.TxOptions{Isolation: sql.LevelSerializable}
	reading = sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
)

// runner runs the statements of a transaction.
type runner struct{ tx *sql.Tx }

func (r runner) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return r.tx.ExecContext(ctx, query, args...)
}

func (r runner) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.tx.QueryContext(ctx, query, args...)
}

// Update runs f in a serializable transaction, and again while the database
// says that it did not fit with others. A commit whose answer is lost is an
// error, because nobody knows whether it happened.
func (s *Store) Update(ctx context.Context, f func(store.Tx) error) error {
	return s.transact(ctx, &writing, func(tx *sql.Tx) error { return sqlstore.Run(ctx, runner{tx}, f) })
}

// View runs f in a transaction that sees one state of the database.
func (s *Store) View(ctx context.Context, f func(store.Tx) error) error {
	return s.transact(ctx, &reading, func(tx *sql.Tx) error { return sqlstore.Run(ctx, runner{tx}, f) })
}

// Sweep deletes what ended.
func (s *Store) Sweep(ctx context.Context, before store.SweepTimes) (gone int, err error) {
	err = s.transact(ctx, &writing, func(tx *sql.Tx) (err error) {
		gone, err = sqlstore.Sweep(ctx, runner{tx}, before)
		return err
	})
	if err != nil {
		return 0, err
	}
	return gone, nil
}

// Ready tells whether the database answers and takes writes, which a standby
// or a server whose disk ran full does not.
func (s *Store) Ready(ctx context.Context) error {
	return s.transact(ctx, &writing, func(tx *sql.Tx) error {
		var readOnly string
		if err := tx.QueryRowContext(ctx, `SHOW transaction_read_only`).Scan(&readOnly); err != nil {
			return err
		}
		if readOnly != "off" {
			return errors.New("the database is read-only")
		}
		_, err := tx.ExecContext(ctx, `SELECT 1 FROM pools LIMIT 1`)
		return err
	})
}

// transact runs body in a transaction until it commits, fails for good, or
// has been tried often enough.
func (s *Store) transact(ctx context.Context, o *sql.TxOptions, body func(*sql.Tx) error) error {
	for try := 1; ; try++ {
		again, err := s.attempt(ctx, o, body)
		if err == nil || !again || try == tries || ctx.Err() != nil {
			return err
		}
		// Whoever lost waits longer each time, and never as long as the
		// others, so that somebody gets through.
		limit := min(2*time.Millisecond<<try, 250*time.Millisecond)
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(time.Duration(rand.Int64N(int64(limit)))):
		}
	}
}

// attempt runs body in one transaction, and tells of an error whether it may
// be run again.
func (s *Store) attempt(ctx context.Context, o *sql.TxOptions, body func(*sql.Tx) error) (again bool, err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return connectionLost(err), fmt.Errorf("connecting to the database: %w", err)
	}
	defer conn.Close()
	// A request that is given up ends its statements, but not its commit: it
	// would not know whether that happened.
	txCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), txLimit)
	defer cancel()
	tx, err := conn.BeginTx(txCtx, o)
	if err != nil {
		return connectionLost(err), fmt.Errorf("beginning a transaction: %w", err)
	}
	defer tx.Rollback() // of no effect after Commit

	if err := body(tx); err != nil {
		// Nothing was committed, so a transaction that lost its connection
		// may be repeated too. A View is not: f may keep what it saw.
		return !o.ReadOnly && (conflict(err) || connectionLost(err)), err
	}
	if err := tx.Commit(); err != nil {
		return conflict(err), fmt.Errorf("committing a transaction: %w", err)
	}
	return false, nil
}
