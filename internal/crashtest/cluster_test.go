//go:build linux

package crashtest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// cluster is a PostgreSQL of the test's own, which it may kill.
type cluster struct {
	dir, port string
	cmd       *exec.Cmd
	exited    chan struct{}
	log       *os.File
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	must(t, err)
	must(t, listener.Close())
	// Not t.TempDir: its parents may be closed to the account of the server.
	dir, err := os.MkdirTemp("", "rockpool-pg-")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	c := &cluster{dir: dir, port: port}
	must(t, c.own(dir))
	c.log, err = os.Create(filepath.Join(dir, "log"))
	must(t, err)
	t.Cleanup(func() { c.log.Close() })

	init := exec.Command(tool(t, "initdb"), "-D", c.data(), "-U", "rockpool", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	must(t, c.asOwner(init))
	if out, err := init.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	t.Cleanup(func() { c.stop(t) })
	c.start(t)
	return c
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *cluster) url() string {
	return "postgres://rockpool@127.0.0.1:" + c.port + "/postgres?sslmode=disable"
}

// tool finds a program of PostgreSQL, which distributions keep off the path.
func tool(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	must(t, err)
	if len(found) == 0 {
		t.Fatalf("these tests need PostgreSQL: %s is not installed", name)
	}
	return found[len(found)-1]
}

// owner is the account of the database, which refuses to run as root.
func owner() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
	}
	return nil, fmt.Errorf("root cannot run PostgreSQL, and there is neither an account postgres nor nobody")
}

func (c *cluster) own(path string) error {
	o, err := owner()
	if err != nil || o == nil {
		return err
	}
	return os.Chown(path, int(o.Uid), int(o.Gid))
}

func (c *cluster) asOwner(cmd *exec.Cmd) error {
	o, err := owner()
	cmd.Dir = c.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: o, Pdeathsig: syscall.SIGQUIT} // leave nothing behind
	return err
}

// start starts the database, also after a crash, and waits until it answers.
func (c *cluster) start(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		c.cmd = exec.Command(tool(t, "postgres"), "-D", c.data(), "-p", c.port, "-c", "listen_addresses=127.0.0.1",
			"-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "synchronous_commit=on")
		must(t, c.asOwner(c.cmd))
		c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
		must(t, c.cmd.Start())
		c.exited = make(chan struct{})
		go func(cmd *exec.Cmd, exited chan struct{}) {
			_ = cmd.Wait() // how a killed process ended says nothing
			close(exited)
		}(c.cmd, c.exited)
		if c.answers(deadline) {
			return
		}
		// After a crash the children of the killed process may still hold its memory.
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(c.log.Name())
			t.Fatalf("PostgreSQL does not start:\n%s", bytes.TrimSpace(text))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// answers waits until the database answers; false means that it ended, or
// that the time is up.
func (c *cluster) answers(deadline time.Time) bool {
	db, err := sql.Open("pgx", c.url())
	if err != nil {
		return false
	}
	defer db.Close()
	for time.Now().Before(deadline) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		err := db.PingContext(ctx)
		cancel()
		if err == nil {
			return true
		}
		select {
		case <-c.exited:
			return false
		case <-time.After(10 * time.Millisecond):
		}
	}
	return false
}

// kill ends the database as a crash does.
func (c *cluster) kill(t *testing.T) {
	t.Helper()
	must(t, c.cmd.Process.Kill())
	<-c.exited
}

// stop ends the database and every connection to it at once, but cleanly.
func (c *cluster) stop(t *testing.T) {
	t.Helper()
	_ = c.cmd.Process.Signal(syscall.SIGINT) // an error means that it has ended
	select {
	case <-c.exited:
	case <-time.After(20 * time.Second):
		c.kill(t)
	}
}
