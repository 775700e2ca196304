package e2e

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	block = regexp.MustCompile("(?s)```([a-z]*)\n(.*?)```")
	uuid  = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// TestREADME types what the README says into a shell, after the lines that the
// server prints for pasting, and compares what comes out.
func TestREADME(t *testing.T) {
	srv := start(t, openSQLite, "dev")
	text, err := os.ReadFile("../README.md")
	must(t, "reading the README", err)
	_, journey, found := strings.Cut(string(text), "\n## Forget a password")
	journey, _, ended := strings.Cut(journey, "\n## ")
	if !found || !ended {
		t.Fatal("the README has no section that begins with 'Forget a password'")
	}

	// Debian's AWS CLI is one of the older ones that the README speaks of.
	script := "set -u\neval \"$(curl -fsS '" + srv.Admin + "/dev/info?format=shell')\"\n" +
		"aws() { " + awsCommand + " --endpoint-url \"$AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER\" \"$@\"; }\n"
	var want []string
	for _, b := range block.FindAllStringSubmatch(journey, -1) {
		if b[1] == "sh" {
			script += b[2]
		} else {
			want = append(want, uuid.ReplaceAllString(b[2], "UUID"))
		}
	}
	if len(want) < 4 {
		t.Fatalf("the README shows %d answers, want at least 4", len(want))
	}

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", script)
	cmd.Env = clientEnv()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("the README's commands: got %v, want nil", err)
	}
	rest := uuid.ReplaceAllString(string(out), "UUID")
	for _, answer := range want {
		_, after, ok := strings.Cut(rest, answer)
		if !ok {
			t.Fatalf("the README's commands printed\n%s\nwant in it, after what came before,\n%s", out, answer)
		}
		rest = after
	}
}

// TestReset empties a server: what the sample pool held is gone, the pool is
// there again under the same id.
func TestReset(t *testing.T) {
	srv := start(t, openSQLite, "dev")
	aws := cli{endpoint: srv.Endpoint}
	const pool = "us-east-1_RockPool1"
	aws.ok(t, "admin-create-user", "--user-pool-id", pool, "--username", "ada", "--message-action", "SUPPRESS")
	aws.ok(t, "create-user-pool", "--pool-name", "another")
	res, err := http.Post(srv.Admin+"/dev/reset", "application/json", strings.NewReader("{}"))
	must(t, "POST /dev/reset", err)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("POST /dev/reset: got status %d, want 200", res.StatusCode)
	}
	if pools, _ := aws.ok(t, "list-user-pools", "--max-results", "10")["UserPools"].([]any); len(pools) != 1 {
		t.Errorf("list-user-pools after the reset: got %v, want the sample pool alone", pools)
	}
	aws.fails(t, "AdminGetUser", "UserNotFoundException", "User does not exist.", "admin-get-user", "--user-pool-id", pool, "--username", "ada")
}
