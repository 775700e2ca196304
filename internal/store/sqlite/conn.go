package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// conn is one connection with the statements that were prepared on it. One
// goroutine uses it at a time.
//
// Statements run without the context of a request: giving one up in the middle
// would take the transaction of others along, and none takes long.
type conn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

func newConn(ctx context.Context, db *sql.DB, setUp ...string) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening connection: %w", err)
	}
	for _, query := range setUp {
		if _, err := c.ExecContext(ctx, query); err != nil {
			return nil, errors.Join(fmt.Errorf("setting up connection: %w", err), c.Close())
		}
	}
	return &conn{c: c, stmts: map[string]*sql.Stmt{}}, nil
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

// Exec runs a statement that changes rows.
func (c *conn) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepared(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// Query runs a statement that returns rows.
func (c *conn) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepared(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (c *conn) do(query string) error {
	_, err := c.Exec(context.Background(), query)
	return err
}

func (c *conn) close() error {
	var err error
	for _, s := range c.stmts {
		err = errors.Join(err, s.Close())
	}
	return errors.Join(err, c.c.Close())
}
