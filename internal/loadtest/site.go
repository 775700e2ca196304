package loadtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"rockpool/internal/process"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/store/postgres"
	"rockpool/internal/store/sqlite"
)

// Site is where a server under load lives. Request rates and the limits per
// user are off, since a load is nothing but too many attempts.
type Site struct {
	Binary   string
	Dir      string // of data and keys; made
	Database string // postgres:// URL, or empty for SQLite in Dir
}

func (s *Site) keyFile() string { return filepath.Join(s.Dir, "load-master-key.json") }

func (s *Site) options() process.Options {
	args := []string{"--limits", "off", "--master-key-file", s.keyFile()}
	if s.Database != "" {
		args = append(args, "--database", s.Database)
	}
	return process.Options{Binary: s.Binary, Data: s.Dir, Args: args}
}

// Open makes the site and a pool in it, and starts the server.
func (s *Site) Open(ctx context.Context) (*Target, error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, err
	}
	if err := secret.CreateMasterKeyFile(s.keyFile()); err != nil {
		return nil, err
	}
	server, err := process.Start(s.options())
	if err != nil {
		return nil, err
	}
	t := &Target{Server: server}
	if err := t.CreatePool(ctx); err != nil {
		server.Kill()
		return nil, err
	}
	return t, nil
}

// Grow stops the server, stores users until there are so many, and starts it
// again.
func (s *Site) Grow(ctx context.Context, t *Target, users int) (*Target, error) {
	if err := t.Server.Stop(); err != nil {
		return t, err
	}
	if err := s.populate(ctx, t, users); err != nil {
		return t, fmt.Errorf("storing users: %w", err)
	}
	server, err := process.Start(s.options())
	if err != nil {
		return t, err
	}
	return &Target{Server: server, PoolID: t.PoolID, ClientID: t.ClientID, Users: users}, nil
}

func (s *Site) populate(ctx context.Context, t *Target, users int) (err error) {
	m, err := secret.OpenMasterKey(s.keyFile())
	if err != nil {
		return err
	}
	db, err := s.store(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closing := db.Close(); err == nil {
			err = closing
		}
	}()
	return Populate(ctx, db, m, t.PoolID, t.Users, users, runtime.NumCPU())
}

func (s *Site) store(ctx context.Context) (store.Store, error) {
	if s.Database != "" {
		return postgres.Open(ctx, s.Database, postgres.Options{})
	}
	return sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(s.Dir, sqlite.FileName)})
}
