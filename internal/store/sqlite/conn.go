package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// conn is one connection with the statements that were prepared on it. One
// goroutine uses it at a time.
//
// Statements run without the context of a request: giving one up in the middle
// would take the transaction of others along, and none takes long.
type conn struct {
	db    *sql.DB
	setUp string // a statement that every connection begins with
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

func newConn(ctx context.Context, db *sql.DB, setUp string) (*conn, error) {
	c := &conn{db: db, setUp: setUp}
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *conn) open(ctx context.Context) error {
	opened, err := c.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("opening a connection: %w", err)
	}
	if c.setUp != "" {
		if _, err := opened.ExecContext(ctx, c.setUp); err != nil {
			return errors.Join(fmt.Errorf("setting up a connection: %w", err), opened.Close())
		}
	}
	c.c, c.stmts = opened, map[string]*sql.Stmt{}
	return nil
}

// begin begins a transaction. If the connection is broken, or stuck in a
// transaction that could not be rolled back, it is replaced by a new one.
func (c *conn) begin(statement string) error {
	err := c.do(statement)
	if err == nil || busy(err) {
		return err
	}
	_ = c.close() // what is broken may fail to close
	if e := c.open(context.Background()); e != nil {
		return errors.Join(err, e)
	}
	return c.do(statement)
}

// rollback ends a transaction that must not happen. It may fail, because after
// some errors the engine has done that already; begin finds out otherwise.
func (c *conn) rollback() { _ = c.do("ROLLBACK") }

// busy tells whether another program held the file for too long.
func busy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// prepared returns the statement of a query. Queries are few: they are written
// in the program and hold no values.
func (c *conn) prepared(query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	s, err := c.c.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

// Exec runs a statement that changes rows, unless ctx is over.
func (c *conn) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := c.prepared(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

// Query runs a statement that returns rows, unless ctx is over.
func (c *conn) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := c.prepared(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.Background(), args...)
}

func (c *conn) do(query string) error {
	_, err := c.Exec(context.Background(), query)
	return err
}

func (c *conn) close() error {
	// The driver does not survive that a statement is closed after its
	// connection, so a connection that is gone takes its statements along.
	if err := c.c.Raw(func(any) error { return nil }); err != nil {
		return err
	}
	var err error
	for _, s := range c.stmts {
		err = errors.Join(err, s.Close())
	}
	return errors.Join(err, c.c.Close())
}
