package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rockpool/internal/store/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rockpool": main})
}

// TestScripts runs the built program. Beside testscript's own commands there
// are exits, term, get, post, call, postgres and later; ADDR, ADMIN and OTHER are
// addresses on which nobody listens.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "get": get, "post": post, "call": call, "later": later, "term": term,
			"postgres": func(ts *testscript.TestScript, _ bool, _ []string) {
				u, err := url.Parse(pgtest.URL(t))
				ts.Check(err)
				ts.Setenv("DATABASE", u.String())
				u.Path = "/nowhere"
				ts.Setenv("NO_DATABASE", u.String())
			},
		},
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"ADDR", "ADMIN", "OTHER"} {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					return err
				}
				e.Setenv(name, l.Addr().String())
				e.Setenv(name+"_PORT", portOf(l))
				defer l.Close() // after the others are open, so that all differ
			}
			e.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			return nil
		},
	})
}

// exits CODE ARGS... runs rockpool, which must exit with a code by itself.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "rockpool"), args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.Getenv("WORK"), ts.Stdout(), ts.Stderr()
	for _, name := range []string{"PATH", "HOME", "ROCKPOOL_SMTP", "ROCKPOOL_LIMITS"} {
		if v := ts.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("running rockpool: %v", err)
	}
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("rockpool %q: got exit code %s, want %s", args[1:], got, args[0])
	}
}

// term sends SIGTERM to what was started in the background last.
func term(ts *testscript.TestScript, _ bool, _ []string) {
	running := ts.BackgroundCmds()
	ts.Check(running[len(running)-1].Process.Signal(syscall.SIGTERM))
}

// get URL [STATUS] waits until a server answers, and shows what.
func get(ts *testscript.TestScript, _ bool, args []string) {
	request(ts, http.MethodGet, args[0], "", nil, append(args[1:], "200")[0])
}

// post URL BODY [STATUS]
func post(ts *testscript.TestScript, _ bool, args []string) {
	request(ts, http.MethodPost, args[0], args[1], nil, append(args[2:], "200")[0])
}

// call OPERATION JSON [STATUS] calls the API at ADDR with a signature in form
// only.
func call(ts *testscript.TestScript, _ bool, args []string) {
	request(ts, http.MethodPost, "http://"+ts.Getenv("ADDR")+"/", args[1], map[string]string{
		"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService." + args[0],
		"X-Amz-Date":    time.Now().UTC().Format("20060102T150405Z"),
		"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/" + time.Now().UTC().Format("20060102") + "/us-east-1/cognito-idp/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + strings.Repeat("0", 64),
	}, append(args[2:], "200")[0])
}

func request(ts *testscript.TestScript, method, url, body string, header map[string]string, want string) {
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		req, err := http.NewRequest(method, url, strings.NewReader(body))
		ts.Check(err)
		for name, value := range header {
			req.Header.Set(name, value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil && time.Now().Before(deadline) {
			continue // not there yet
		}
		ts.Check(err)
		defer res.Body.Close()
		answer, err := io.ReadAll(res.Body)
		ts.Check(err)
		fmt.Fprintf(ts.Stdout(), "%s\n", answer)
		if got := strconv.Itoa(res.StatusCode); got != want {
			ts.Fatalf("%s %s: got %s %s, want %s", method, url, got, answer, want)
		}
		return
	}
}

// later FILE makes a SQLite database look as if a later release had migrated it.
func later(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	if _, err := os.Stat(path); err != nil {
		ts.Fatalf("%v", err)
	}
	db, err := sql.Open("sqlite", path)
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
	ts.Check(err)
}
