// Package execfn runs trigger functions that are commands on this machine:
// they get the event on standard input and answer with it on standard output.
// A command that exits with another status than 0 throws an error whose
// message is its last line on standard error.
//
// It is for development. A production server must not start commands.
package execfn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"rockpool/internal/trigger"
)

const (
	maxStderr = 64 << 10 // bytes kept of what a command says about its failure
	maxAtOnce = 16       // commands running at the same time, of one Invoker
	waitDelay = 200 * time.Millisecond
)

// Invoker runs one command. Make one with New.
type Invoker struct {
	args  []string
	slots chan struct{}
}

var _ trigger.Invoker = (*Invoker)(nil)

// New returns an Invoker of a command line. Words are separated by blanks and
// may be quoted; no shell is involved.
func New(command string) (*Invoker, error) {
	args, err := words(command)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return nil, errors.New("no command; write for example exec:node pre-sign-up.js")
	}
	if args[0], err = exec.LookPath(args[0]); err != nil {
		return nil, fmt.Errorf("no such command: %w", err)
	}
	return &Invoker{args, make(chan struct{}, maxAtOnce)}, nil
}

// Invoke runs the command. When ctx ends, it is killed, and whatever it started
// with it.
func (in *Invoker) Invoke(ctx context.Context, _ string, event []byte) ([]byte, error) {
	select {
	case in.slots <- struct{}{}:
		defer func() { <-in.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	stopped, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(stopped, in.args[0], in.args[1:]...)
	stdout := &head{limit: trigger.MaxAnswer, full: stop}
	stderr := &tail{limit: maxStderr}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(event), stdout, stderr
	cmd.Env = environment()
	cmd.WaitDelay = waitDelay
	asGroup(cmd)
	err := cmd.Run()

	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case stdout.over:
		return nil, trigger.ErrAnswerTooLarge
	case errors.As(err, &exit):
		message := stderr.lastLine()
		if message == "" {
			message = exit.Error()
		}
		return nil, &trigger.FunctionError{Message: message}
	case errors.Is(err, exec.ErrWaitDelay):
		// It answered, but left something behind that holds its output open.
		if err := killGroup(cmd); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return nil, &trigger.InvocationError{Name: trigger.NameClient, Cause: err}
		}
		return stdout.buf, nil
	case err != nil:
		return nil, &trigger.InvocationError{Name: trigger.NameClient, Cause: err}
	}
	return stdout.buf, nil
}

// environment is ours, without our own settings: they contain secrets.
func environment() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(strings.ToUpper(v), "ROCKPOOL_") {
			out = append(out, v)
		}
	}
	return out
}
