package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"

	"rockpool/internal/store"
)

// Runner runs statements in one transaction of an engine.
type Runner interface {
	Exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// errNotStorable means that a text holds what a database cannot keep.
var errNotStorable = errors.New("store: a text is not valid UTF-8 or holds a zero byte")

// errOver is what a transaction answers to those who keep it.
var errOver = errors.New("store: the transaction is over")

// tx is a transaction of the store. Its first failed statement is its end:
// every later one fails alike, and so does Run, whatever the closure makes of
// the error, so that no half of a transaction is ever committed.
type tx struct {
	ctx    context.Context
	run    Runner // nil when the transaction is over
	failed error
}

var _ store.Tx = (*tx)(nil)

// Run calls f with the transaction that a Runner runs, and returns the error
// of f, of the first statement that failed, or of a panic in f. The engine
// commits only after nil; it must cope with an f that does not return because
// its goroutine exits.
func Run(ctx context.Context, run Runner, f func(store.Tx) error) (err error) {
	t := &tx{ctx: ctx, run: run}
	defer func() {
		t.run = nil
		if r := recover(); r != nil {
			err = fmt.Errorf("store: panic in a transaction: %v\n%s", r, debug.Stack())
		}
	}()
	err = f(t)
	if t.failed != nil && !errors.Is(err, t.failed) {
		return t.failed
	}
	return err
}

// Sweep deletes what ended, in the transaction that a Runner runs; see
// store.Store.
func Sweep(ctx context.Context, run Runner, before store.SweepTimes) (gone int, err error) {
	t := &tx{ctx: ctx, run: run}
	return t.sweep(before)
}

// usable returns the error of a transaction that does nothing any more.
func (t *tx) usable() error {
	if t.run == nil {
		return errOver
	}
	return t.failed
}

// fail ends the transaction.
func (t *tx) fail(query string, err error) error {
	t.failed = fmt.Errorf("store: %.48q: %w", query, err)
	return t.failed
}

// exec runs a statement that changes rows and returns how many.
func (t *tx) exec(query string, args ...any) (int64, error) {
	if err := t.usable(); err != nil {
		return 0, err
	}
	if !arguments(args) {
		return 0, t.fail(query, errNotStorable)
	}
	r, err := t.run.Exec(t.ctx, query, args...)
	if err != nil {
		return 0, t.fail(query, err)
	}
	n, err := r.RowsAffected()
	if err != nil {
		return 0, t.fail(query, err)
	}
	return n, nil
}

// execOne runs a statement that must change a row; none is what.
func (t *tx) execOne(none error, query string, args ...any) error {
	n, err := t.exec(query, args...)
	if err == nil && n == 0 {
		return none
	}
	return err
}

// scanner is a row.
type scanner interface{ Scan(dest ...any) error }

func scanText(r scanner) (s string, err error) { err = r.Scan(&s); return s, err }
func scanInt(r scanner) (n int64, err error)   { err = r.Scan(&n); return n, err }

// many returns the rows of a query, at most limit.
func many[V any](t *tx, scan func(scanner) (V, error), limit int, query string, args ...any) ([]V, error) {
	if err := t.usable(); err != nil {
		return nil, err
	}
	if !arguments(args) {
		return nil, nil // nothing like it was ever stored
	}
	rows, err := t.run.Query(t.ctx, query, args...)
	if err != nil {
		return nil, t.fail(query, err)
	}
	defer rows.Close()
	var out []V
	for len(out) < limit && rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, t.fail(query, err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, t.fail(query, err)
	}
	return out, nil
}

// one returns the row of a query, or store.ErrNotFound.
func one[V any](t *tx, scan func(scanner) (V, error), query string, args ...any) (v V, err error) {
	found, err := many(t, scan, 1, query, args...)
	if err != nil {
		return v, err
	}
	if len(found) == 0 {
		return v, store.ErrNotFound
	}
	return found[0], nil
}
