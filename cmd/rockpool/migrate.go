package main

import (
	"context"
	"fmt"

	"rockpool/internal/config"
)

// migrate brings the database to this version's schema: opening it does.
func migrate(ctx context.Context, c *command) error {
	cfg, rest, err := config.LoadCommand("migrate", c.args, c.env, nil)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return config.Wrong("", "unexpected argument %q", rest[0])
	}
	s, err := openStore(ctx, cfg, c.stderr)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return fmt.Errorf("closing the database: %w", err)
	}
	fmt.Fprintln(c.stdout, "the database has this version's schema")
	return nil
}
