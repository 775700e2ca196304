package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"rockpool/internal/config"
	"rockpool/internal/secret"
	"rockpool/internal/server"
	"rockpool/internal/store"
)

// makeMaster makes a master key.
func makeMaster(_ context.Context, k *keyCommand) error {
	if k.out == "" {
		return config.Wrong("out", "is required: the file to make, such as /etc/rockpool/master.key")
	}
	err := secret.CreateMasterKeyFile(k.out)
	if errors.Is(err, fs.ErrExist) {
		return config.Wrong("out", "%s exists already and is not replaced: what it sealed would be lost", k.out)
	}
	if err != nil {
		return config.Wrong("out", "%v", err)
	}
	fmt.Fprintf(k.stdout, "A master key is in %s. Keep a copy in a safe place: without it, the database is worthless.\n", k.out)
	return nil
}

// rotateMaster adds a key to the master key file and seals everything under it.
func rotateMaster(ctx context.Context, k *keyCommand) error {
	if _, err := openMaster(k.cfg); err != nil {
		return err
	}
	if err := secret.RotateMasterKeyFile(k.cfg.MasterKeyFile); err != nil {
		return err
	}
	fmt.Fprintf(k.stdout, "%s has a new key, under which everything is sealed from now on. Keep a copy of the file in a safe place.\n", k.cfg.MasterKeyFile)
	if k.fileOnly {
		fmt.Fprintln(k.stdout, "When every server has the new file, run 'rockpool keys rewrap'.")
		return nil
	}
	return rewrap(ctx, k)
}

// rewrap seals everything under the newest master key.
func rewrap(ctx context.Context, k *keyCommand) error {
	m, err := openMaster(k.cfg)
	if err != nil {
		return err
	}
	return k.withStore(ctx, func(s store.Store) error {
		if err := checkMaster(ctx, s, m); err != nil {
			return err
		}
		pools, keys, err := server.Rewrap(ctx, s, m)
		if err != nil {
			return fmt.Errorf("sealing anew (run 'rockpool keys rewrap' to go on): %w", err)
		}
		fmt.Fprintf(k.stdout, "Sealed anew: the keys of %d user pools, the secrets of %d access keys.\n", pools, keys)
		return nil
	})
}
