package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"rockpool/internal/config"
	"rockpool/internal/idp"
	"rockpool/internal/server"
	"rockpool/internal/store"
)

const (
	maxPolicy      = 64 << 10
	maxDescription = 256
	keysAtOnce     = 100
)

// createKey makes an access key and prints its secret, once.
func createKey(ctx context.Context, k *keyCommand) error {
	policy, err := readPolicy(k.policy)
	if err != nil {
		return err
	}
	if len(k.description) > maxDescription {
		return config.Wrong("description", "has more than %d characters", maxDescription)
	}
	m, err := openMaster(k.cfg)
	if err != nil {
		return err
	}
	return k.withStore(ctx, func(s store.Store) error {
		if err := checkMaster(ctx, s, m); err != nil {
			return err
		}
		id, secret, err := server.CreateAccessKey(ctx, s, m, idp.AccessKey{Policy: policy, Description: oneLine(k.description), Created: time.Now().UTC()})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(k.stdout, `Made an access key. The secret is shown now and never again.

  access key id      %s
  secret access key  %s

For the AWS CLI and SDKs, add to ~/.aws/credentials:

[rockpool]
aws_access_key_id = %[1]s
aws_secret_access_key = %[2]s
`, id, secret)
		return err
	})
}

// readPolicy reads a policy and finds out whether it is one.
func readPolicy(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, config.Wrong("policy", "cannot be read: %v", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPolicy+1))
	if err != nil {
		return nil, config.Wrong("policy", "cannot be read: %v", err)
	}
	if len(text) > maxPolicy {
		return nil, config.Wrong("policy", "%s is larger than %d KiB", path, maxPolicy>>10)
	}
	if len(text) == 0 {
		return nil, config.Wrong("policy", "%s is empty; leave the flag out for a key that may do everything", path)
	}
	if _, err := server.ParsePolicy(text); err != nil {
		return nil, config.Wrong("policy", "%s: %v", path, err)
	}
	return text, nil
}

// listKeys prints every access key, without secrets.
func listKeys(ctx context.Context, k *keyCommand) error {
	return k.withStore(ctx, func(s store.Store) error {
		table := tabwriter.NewWriter(k.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ACCESS KEY ID\tCREATED\tMAY DO\tDESCRIPTION")
		for after := ""; ; {
			var page []*idp.AccessKey
			err := s.View(ctx, func(tx store.Tx) (err error) {
				page, err = tx.ListAccessKeys(after, keysAtOnce)
				return err
			})
			if err != nil {
				return fmt.Errorf("listing access keys: %w", err)
			}
			if len(page) == 0 {
				return table.Flush()
			}
			for _, key := range page {
				may := "everything"
				if len(key.Policy) > 0 {
					may = "what its policy says"
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", key.ID, key.Created.UTC().Format(time.DateTime), may, key.Description)
				after = key.ID
			}
		}
	})
}

// deleteKey makes an access key worthless at once.
func deleteKey(ctx context.Context, k *keyCommand) error {
	id := k.args[0]
	return k.withStore(ctx, func(s store.Store) error {
		err := s.Update(ctx, func(tx store.Tx) error { return tx.DeleteAccessKey(id) })
		if errors.Is(err, store.ErrNotFound) {
			return config.Wrong("", "there is no access key %q; 'rockpool keys list' shows them", id)
		}
		if err != nil {
			return fmt.Errorf("deleting access key: %w", err)
		}
		fmt.Fprintf(k.stdout, "%s signs no more requests.\n", id)
		return nil
	})
}
