package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// guard runs a server until its standard input ends, which it does when the
// test binary stops, however it stops. Then nothing is left behind.
const guard = `"$0" -D "$1" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
	-c max_connections=200 -c shared_buffers=32MB >>"$2/log" 2>&1 </dev/null &
server=$!
read -r answer
kill -QUIT $server
wait $server
[ "$answer" = keep ] || rm -rf "$2"`

// cluster is a private PostgreSQL server.
type cluster struct {
	dir  string // everything of it, and its socket
	bin  string // where the programs are
	url  string
	cmd  *exec.Cmd
	stay io.WriteCloser // the guard's standard input
}

// start makes a cluster and runs it.
func start() (*cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "rockpool-pg")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, bin: bin}
	if os.Geteuid() == 0 {
		uid, gid, err := unprivileged()
		if err != nil {
			return nil, err
		}
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
	}
	// A collation that does not sort by bytes shows where the schema forgets
	// to ask for one that does.
	initdb := c.command(filepath.Join(bin, "initdb"), "-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8",
		"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	c.url = (&url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode()}).String()
	if err := c.run(); err != nil {
		c.remove()
		return nil, err
	}
	return c, nil
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// command is a program of the cluster, which refuses to run as root.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.dir
	if os.Geteuid() == 0 {
		if uid, gid, err := unprivileged(); err == nil {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		}
	}
	return cmd
}

// run starts the server and waits until it answers.
func (c *cluster) run() error {
	cmd := c.command("/bin/sh", "-c", guard, filepath.Join(c.bin, "postgres"), c.data(), c.dir)
	stay, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	c.cmd, c.stay = cmd, stay
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := sql.Open("pgx", c.url)
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
			return fmt.Errorf("%w\n%s", err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the server and keeps its data.
func (c *cluster) stop() { c.end("keep\n") }

// remove ends the server and removes its data.
func (c *cluster) remove() {
	c.end("\n")
	os.RemoveAll(c.dir)
}

func (c *cluster) end(answer string) {
	if c.cmd == nil {
		return
	}
	io.WriteString(c.stay, answer)
	c.stay.Close()
	c.cmd.Wait()
	c.cmd = nil
}

// programs finds PostgreSQL's programs, which Debian does not put on the path.
func programs() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", errors.New("initdb is neither on the path nor under /usr/lib/postgresql")
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // a name that is no number sorts first
	return n
}

// unprivileged is the user that the server runs as where tests run as root.
func unprivileged() (uid, gid int, err error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return 0, 0, err
		}
	}
	if uid, err = strconv.Atoi(u.Uid); err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err
}
