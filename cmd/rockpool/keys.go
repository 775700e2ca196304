package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"

	"rockpool/internal/config"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlite"
)

// keyCommand is a subcommand of keys with its flags.
type keyCommand struct {
	*command
	cfg  *config.Config
	args []string

	out, policy, description string
	fileOnly                 bool
}

// keyCommands by name. Each declares its flags, and how many arguments it has.
var keyCommands = map[string]struct {
	flags func(*keyCommand, *flag.FlagSet)
	args  string // what its argument is; empty for none
	run   func(context.Context, *keyCommand) error
}{
	"master": {
		flags: func(k *keyCommand, f *flag.FlagSet) { f.StringVar(&k.out, "out", "", "") },
		run:   makeMaster,
	},
	"rotate-master": {
		flags: func(k *keyCommand, f *flag.FlagSet) { f.BoolVar(&k.fileOnly, "file-only", false, "") },
		run:   rotateMaster,
	},
	"rewrap": {run: onExisting(rewrap)},
	"create": {
		flags: func(k *keyCommand, f *flag.FlagSet) {
			f.StringVar(&k.policy, "policy", "", "")
			f.StringVar(&k.description, "description", "", "")
		},
		run: createKey,
	},
	"list":   {run: onExisting(listKeys)},
	"delete": {args: "the id of a key", run: onExisting(deleteKey)},
}

// keys runs "rockpool keys X".
func keys(ctx context.Context, c *command) error {
	name := ""
	if len(c.args) > 0 {
		name = c.args[0]
	}
	switch name {
	case "", "-h", "-help", "--help":
		return flag.ErrHelp
	}
	sub, ok := keyCommands[name]
	if !ok {
		return config.Wrong("", "there is no command %q; 'rockpool help keys' lists them", name)
	}
	k := &keyCommand{command: c}
	extra := func(f *flag.FlagSet) {
		if sub.flags != nil {
			sub.flags(k, f)
		}
	}
	var err error
	if k.cfg, k.args, err = config.LoadCommand("keys", c.args[1:], c.env, extra); err != nil {
		return err
	}
	switch {
	case sub.args == "" && len(k.args) > 0:
		return config.Wrong("", "unexpected argument %q", k.args[0])
	case sub.args != "" && len(k.args) != 1:
		return config.Wrong("", "give %s, and one only", sub.args)
	}
	return sub.run(ctx, k)
}

// onExisting is for what makes no sense on a new database: a folder that has
// none was mistyped, and is not filled.
func onExisting(run func(context.Context, *keyCommand) error) func(context.Context, *keyCommand) error {
	return func(ctx context.Context, k *keyCommand) error {
		if k.cfg.Database == "" {
			if _, err := os.Stat(filepath.Join(k.cfg.Data, sqlite.FileName)); err != nil {
				return config.Wrong("data", "%s has no database; give the folder that the server uses", k.cfg.Data)
			}
		}
		return run(ctx, k)
	}
}

// withStore calls f with the database of the settings.
func (k *keyCommand) withStore(ctx context.Context, f func(store.Store) error) error {
	s, err := openStore(ctx, k.cfg, k.stderr)
	if err != nil {
		return err
	}
	err = f(s)
	if e := s.Close(); err == nil {
		err = e
	}
	return err
}

// oneLine is a text for a table.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
