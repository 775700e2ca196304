package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"rockpool/internal/config"
	"rockpool/internal/store"
	"rockpool/internal/store/postgres"
	"rockpool/internal/store/sqlite"
)

// How long a start waits for PostgreSQL, which may be starting too.
const (
	databaseWait  = 10 * time.Second
	databaseRetry = 250 * time.Millisecond
	databaseSay   = time.Second // after which the waiting is mentioned
)

// openStore opens the database of the settings and migrates it.
func openStore(ctx context.Context, cfg *config.Config, progress io.Writer) (store.Store, error) {
	if cfg.Database != "" {
		return openPostgres(ctx, cfg, progress)
	}
	if err := openData(cfg); err != nil {
		return nil, err
	}
	s, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(cfg.Data, sqlite.FileName)})
	if err != nil {
		return nil, config.Wrong("data", "%s: %v", cfg.Data, err)
	}
	return s, nil
}

// openData makes the data folder if it is not there, and finds out now whether
// it can be written.
func openData(cfg *config.Config) error {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return config.Wrong("data", "the folder cannot be made: %v", err)
	}
	probe, err := os.CreateTemp(cfg.Data, ".writable-*")
	if err != nil {
		return config.Wrong("data", "%s cannot be written: %v; choose a folder that this user owns", cfg.Data, errors.Unwrap(err))
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return config.Wrong("data", "%s cannot be written: %v", cfg.Data, err)
	}
	return nil
}

func openPostgres(ctx context.Context, cfg *config.Config, progress io.Writer) (store.Store, error) {
	ctx, cancel := context.WithTimeout(ctx, databaseWait)
	defer cancel()
	start, said := time.Now(), false
	var last error // that says more than that the time is over
	for {
		s, err := postgres.Open(ctx, cfg.Database, postgres.Options{})
		if err == nil {
			return s, nil
		}
		var version *store.VersionError
		if errors.As(err, &version) {
			return nil, config.Wrong("database", "%s: %v", databaseName(cfg.Database), version)
		}
		if final(err) {
			return nil, config.Wrong("database", "%s: %v", databaseName(cfg.Database), err)
		}
		if last == nil || !errors.Is(err, context.DeadlineExceeded) {
			last = err
		}
		if !said && time.Since(start) > databaseSay {
			said = true
			fmt.Fprintf(progress, "waiting up to %s for the database at %s\n", databaseWait, databaseName(cfg.Database))
		}
		select {
		case <-ctx.Done():
			return nil, config.Wrong("database", "%s does not answer: %v; start it, or correct the URL", databaseName(cfg.Database), unreachable(last))
		case <-time.After(databaseRetry):
		}
	}
}

// unreachable is the cause of a failed connection, without the attempts that
// led to it.
func unreachable(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op
	}
	return err
}

// final tells whether the database answered, and said something that waiting
// does not change.
func final(err error) bool {
	var answer *pgconn.PgError
	var unreadable *pgconn.ParseConfigError
	if errors.As(err, &unreadable) {
		return true
	}
	return errors.As(err, &answer) && answer.Code != "57P03" // cannot_connect_now: it is starting
}

// databaseName is a database URL without what may be a password.
func databaseName(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "the database"
	}
	name := u.Host + u.Path
	if host := u.Query().Get("host"); u.Host == "" {
		name = host + u.Path
	}
	return name
}
