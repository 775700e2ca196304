//go:build linux

package crashtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
	"rockpool/internal/secret"
)

// binary is the server under test.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "rockpool-crashtest-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if binary, err = process.Build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// site is a server's data and address, which outlive the server.
type site struct {
	options process.Options

	poolID, clientID string
}

// newSite makes a place for servers on a database (a postgres:// URL, or empty
// for SQLite).
func newSite(t *testing.T, database string) *site {
	t.Helper()
	dir := t.TempDir()
	key := filepath.Join(dir, "crashtest-master-key.json")
	must(t, secret.CreateMasterKeyFile(key))
	listen, err := process.FreeAddress()
	must(t, err)
	s := &site{options: process.Options{
		Binary: binary, Data: filepath.Join(dir, "data"), Listen: listen,
		Args: []string{"--master-key-file", key, "--log-level", "warn"},
	}}
	if database != "" {
		s.options.Args = append(s.options.Args, "--database", database)
	}
	return s
}

// start starts a server; the test ends it if nothing else has.
func (s *site) start(t *testing.T) *process.Process {
	t.Helper()
	p, err := process.Start(s.options)
	must(t, err)
	t.Cleanup(p.Kill)
	return p
}

// createPool makes the pool that the tests play in.
func (s *site) createPool(t *testing.T, p *process.Process) {
	t.Helper()
	ctx := limited(t, 20*time.Second)
	var pool cognito.CreateUserPoolResponse
	must(t, p.Call(ctx, "CreateUserPool", &cognito.CreateUserPoolRequest{
		PoolName: "crash", AutoVerifiedAttributes: []cognito.VerifiedAttributeType{"email"},
	}, &pool))
	s.poolID = pool.UserPool.ID
	var client cognito.CreateUserPoolClientResponse
	must(t, p.Call(ctx, "CreateUserPoolClient", &cognito.CreateUserPoolClientRequest{
		UserPoolID: s.poolID, ClientName: "crash", PreventUserExistenceErrors: "ENABLED",
		ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{
			cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsAllowRefreshTokenAuth,
		},
	}, &client))
	s.clientID = client.UserPoolClient.ClientID
}

// limited is the test's context with a time limit.
func limited(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
