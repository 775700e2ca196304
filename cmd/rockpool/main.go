// Command rockpool is an Amazon Cognito user pool service in one binary. It
// owns flags, environment and wiring: which database, which transports, which
// listeners. Everything it serves is made by package server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"rockpool/internal/config"
)

// Exit codes.
const (
	exitClean  = 0
	exitFailed = 1 // something went wrong while running
	exitWrong  = 2 // a setting or a command is wrong; nothing was started
)

func main() {
	// The first signal asks for a clean end; stop makes the second one final.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, &command{args: os.Args[1:], env: os.LookupEnv, stdout: os.Stdout, stderr: os.Stderr}))
}

// command is what a command was started with.
type command struct {
	args           []string // without the command's name
	env            func(string) (string, bool)
	stdout, stderr io.Writer
}

// commands by name.
var commands = map[string]func(context.Context, *command) error{
	"dev":     dev,
	"serve":   serve,
	"migrate": migrate,
	"keys":    keys,
	"version": printVersion,
	"help":    help,
}

// run runs a command and says in one line why it failed.
func run(ctx context.Context, c *command) int {
	name := "help"
	if len(c.args) > 0 {
		name, c.args = c.args[0], c.args[1:]
	}
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-v", "-version", "--version":
		name = "version"
	}
	f := commands[name]
	if f == nil {
		fmt.Fprintf(c.stderr, "rockpool: there is no command %q; 'rockpool help' lists them\n", name)
		return exitWrong
	}
	err := f(ctx, c)
	var wrong *config.Error
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.stdout, topicOf(name))
		return exitClean
	case errors.As(err, &wrong):
		fmt.Fprintf(c.stderr, "rockpool %s: %v\n", name, wrong)
		return exitWrong
	default:
		fmt.Fprintf(c.stderr, "rockpool %s: %v\n", name, err)
		return exitFailed
	}
}
