package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// server is a running Rockpool. Its JSON is what stories learn of it.
type server struct {
	Endpoint string `json:"endpoint"`
	Admin    string `json:"admin"`
	Dir      string `json:"dir"`

	db   *database
	cmd  *exec.Cmd
	log  *buffer
	done chan struct{}
}

// start runs the program on a store of its own until the test ends, and
// returns when it answers. mode is dev or serve.
func start(t *testing.T, open opener, mode string, flags ...string) *server {
	t.Helper()
	s := &server{Dir: t.TempDir(), log: &buffer{}}
	s.db = open(t, s.Dir)
	s.launch(t, mode, flags)
	return s
}

// launch starts the process on the server's store.
func (s *server) launch(t *testing.T, mode string, flags []string) {
	t.Helper()
	listen, admin := freeAddress(t), freeAddress(t)
	_, port, _ := net.SplitHostPort(listen)
	s.Endpoint, s.Admin = "http://localhost:"+port, "http://"+admin
	level := "warn"
	if mode == "serve" {
		level = "debug" // nothing of what it says may be a secret
	}
	args := append([]string{mode, "--listen", listen, "--admin-listen", admin, "--data", s.Dir, "--log-level", level}, s.db.flags...)
	s.cmd = exec.Command(binary, append(args, flags...)...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true")
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("starting rockpool: %v", err)
	}
	s.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait() // how it ended is asked of ProcessState
		close(done)
	}(s.cmd, s.done)
	t.Cleanup(func() {
		s.stop(t)
		if t.Failed() {
			t.Logf("rockpool %s %v said:\n%s", mode, flags, s.log.tail(8000))
		}
	})
	s.await(t)
}

// await waits until the server answers, or fails the test with what it said.
func (s *server) await(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(s.Endpoint + "/healthz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-s.done:
			t.Fatalf("rockpool ended instead of serving:\n%s", s.log.tail(4000))
		default:
		}
	}
	t.Fatalf("rockpool does not answer:\n%s", s.log.tail(4000))
}

// stop ends the server as an operator would and checks that it drains.
func (s *server) stop(t *testing.T) {
	select {
	case <-s.done: // stopped by the test, or the failure is reported already
		return
	default:
	}
	s.checkErrors(t)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("stopping rockpool: %v", err)
	}
	select {
	case <-s.done:
		if code := s.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("rockpool ended with code %d after SIGTERM, want 0:\n%s", code, s.log.tail(2000))
		}
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		t.Errorf("rockpool did not stop within 30 s of SIGTERM")
	}
}

// checkErrors asks the metrics whether an operation has answered with an error
// that the service model does not declare for it.
func (s *server) checkErrors(t *testing.T) {
	t.Helper()
	res, err := http.Get(s.Admin + "/metrics")
	if err != nil {
		t.Errorf("GET /metrics: got %v, want nil", err)
		return
	}
	defer res.Body.Close()
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "rockpool_undeclared_errors_total{") {
			t.Errorf("an error that the model does not declare: %s", lines.Text())
		}
	}
}

// lastPort is the port that freeAddress gave last, below those that the system
// gives to outgoing connections: such a port could be taken again at once.
var lastPort atomic.Int64

const firstPort, ports = 15000, 15000

// freeAddress returns a loopback address on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	lastPort.CompareAndSwap(0, int64(os.Getpid()*101)) // two runs at once begin in different places
	for range 1000 {
		address := fmt.Sprintf("127.0.0.1:%d", firstPort+lastPort.Add(1)%ports)
		l, err := net.Listen("tcp", address)
		if err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("there is no free port")
	return ""
}

// writeFile writes a file into a folder of the test and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// buffer keeps what a process says.
type buffer struct {
	mu   sync.Mutex
	data bytes.Buffer
}

// Write implements io.Writer.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.String()
}

// tail returns the last n bytes.
func (b *buffer) tail(n int) string {
	s := b.String()
	return s[max(0, len(s)-n):]
}
