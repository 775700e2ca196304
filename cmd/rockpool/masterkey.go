package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"rockpool/internal/config"
	"rockpool/internal/secret"
	"rockpool/internal/server"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlite"
)

// devKeyFile is the master key that dev makes in its data folder.
const devKeyFile = "master.key"

// openMaster opens the master key of the settings.
func openMaster(cfg *config.Config) (*secret.Master, error) {
	if cfg.MasterKeyFile == "" {
		return nil, config.Wrong("master-key-file", "is required: the file that 'rockpool keys master' made")
	}
	m, err := secret.OpenMasterKey(cfg.MasterKeyFile)
	if err != nil {
		return nil, config.Wrong("master-key-file", "%v", err)
	}
	return m, nil
}

// ensureDevMaster makes a master key in the data folder unless the settings
// name one or there is one.
func ensureDevMaster(cfg *config.Config) error {
	if cfg.MasterKeyFile != "" {
		return nil
	}
	if err := openData(cfg); err != nil {
		return err
	}
	cfg.MasterKeyFile = filepath.Join(cfg.Data, devKeyFile)
	if _, err := os.Stat(cfg.MasterKeyFile); err == nil {
		return nil
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, sqlite.FileName)); err == nil {
		return config.Wrong("data", "%s has a database but not its %s; bring the key back, or remove the folder to begin anew", cfg.Data, devKeyFile)
	}
	if err := secret.CreateMasterKeyFile(cfg.MasterKeyFile); err != nil {
		return config.Wrong("data", "making a master key: %v", err)
	}
	return nil
}

// checkMaster finds out whether the master key is the database's own, before
// anything is sealed under a wrong one. It tries a pool and an access key: there
// may be either without the other.
func checkMaster(ctx context.Context, s store.Store, m *secret.Master) error {
	var problem error
	err := s.View(ctx, func(tx store.Tx) error {
		problem = nil
		pools, err := tx.ListPools("", 1)
		if err != nil {
			return err
		}
		if len(pools) > 0 {
			_, problem = m.OpenPoolKey(pools[0].ID, pools[0].SealedKey)
			return nil
		}
		keys, err := tx.ListAccessKeys("", 1)
		if err == nil && len(keys) > 0 {
			_, problem = server.OpenAccessKey(m, keys[0])
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the database: %w", err)
	}
	if errors.Is(problem, secret.ErrOpen) {
		return config.Wrong("master-key-file", "is not the key that this database was sealed with; give that one, or the database that belongs to this one")
	}
	return problem
}
