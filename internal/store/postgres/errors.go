package postgres

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// conflict tells whether the database rolled a transaction back because of
// others that ran beside it: it did not happen, and may be run again.
func conflict(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	return pg.Code == "40001" || // serialization_failure
		pg.Code == "40P01" // deadlock_detected
}

// connectionLost tells whether the connection is gone, or the server is going.
// Of a commit that says nothing; anything before one did not happen.
func connectionLost(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "08") || // connection_exception
			pg.Code == "57P01" || pg.Code == "57P02" || pg.Code == "57P03" // shutdown, crash, not yet up
	}
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network)
}
