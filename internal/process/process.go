// Package process runs a built Rockpool as a child process and talks to it as
// a client would, for the measurements and tests that need a server of their
// own to load, kill and restart. It owns building, starting, stopping and
// reading what the kernel accounts to the process; it is no part of the binary
// that users get.
package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Options says how to start a server.
type Options struct {
	Binary string   // from Build
	Data   string   // its --data, and where its log goes
	Mode   string   // dev if empty, or serve
	Args   []string // further flags

	// Prefix is a command in front of the binary that becomes it by exec, such
	// as a shell that sets a limit first.
	Prefix []string

	// Listen is the address of the API; empty takes a free port. A server that
	// is restarted should keep its address, because issuers are made of it.
	Listen string

	// Wait is how long the server may take to answer; 0 is 20 s.
	Wait time.Duration
}

// Process is a running server.
type Process struct {
	*Client
	Listen string // address of the API
	Admin  string // URL of the admin listener
	Log    string // file with the server's log

	cmd    *exec.Cmd
	exited chan struct{}
	err    error // of the exit; read after exited
}

// Build compiles the server into a folder. It must run somewhere in the module.
func Build(dir string) (binary string, err error) {
	binary = filepath.Join(dir, "rockpool")
	out, err := exec.Command("go", "build", "-o", binary, "rockpool/cmd/rockpool").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the server: %w\n%s", err, out)
	}
	return binary, nil
}

// Start starts a server and waits until it answers.
func Start(o Options) (*Process, error) {
	p, err := Launch(o)
	if err != nil {
		return nil, err
	}
	wait := o.Wait
	if wait == 0 {
		wait = 20 * time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	if err := p.WaitReady(ctx); err != nil {
		p.Kill()
		return nil, err
	}
	return p, nil
}

// Launch starts a server and does not wait for it.
func Launch(o Options) (*Process, error) {
	listen := o.Listen
	if listen == "" {
		var err error
		if listen, err = FreeAddress(); err != nil {
			return nil, err
		}
	}
	admin, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	mode := o.Mode
	if mode == "" {
		mode = "dev"
	}
	args := append(append([]string{}, o.Prefix...), o.Binary, mode, "--listen", listen, "--admin-listen", admin, "--data", o.Data)
	args = append(args, o.Args...)
	p := &Process{
		Client: NewClient("http://" + listen),
		Listen: listen,
		Admin:  "http://" + admin,
		Log:    filepath.Join(o.Data, "server.log"),
		cmd:    exec.Command(args[0], args[1:]...),
		exited: make(chan struct{}),
	}
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	p.cmd.Stdout, p.cmd.Stderr = log, log
	dieWithParent(p.cmd)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the server: %w", err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

// FreeAddress is a loopback address on which nobody listens at the moment.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// WaitReady waits until the server answers requests that need its database, or
// returns an error that ends with what the server logged.
func (p *Process) WaitReady(ctx context.Context) error {
	for {
		ready, err := http.NewRequestWithContext(ctx, http.MethodGet, p.Admin+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := p.HTTP.Do(ready); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.exited:
			return fmt.Errorf("the server ended: %w\n%s", errors.Join(p.err, errors.New("before it answered")), p.LogTail())
		case <-ctx.Done():
			return fmt.Errorf("the server did not answer in time\n%s", p.LogTail())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// LogTail is the end of the server's log.
func (p *Process) LogTail() string {
	text, err := os.ReadFile(p.Log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// PID is the server's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Alive tells whether the process still runs.
func (p *Process) Alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// Kill ends the server as a crash does (SIGKILL) and waits until it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // an error means that it has ended
	<-p.exited
	p.HTTP.CloseIdleConnections()
}

// Stop asks the server to end (SIGTERM) and waits for it; after 30 s it is
// killed.
func (p *Process) Stop() error {
	defer p.HTTP.CloseIdleConnections()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.exited:
		if p.err != nil {
			return fmt.Errorf("the server ended: %w\n%s", p.err, p.LogTail())
		}
		return nil
	case <-time.After(30 * time.Second):
		p.Kill()
		return errors.New("the server did not end within 30 s of SIGTERM")
	}
}
