package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"
)

// told is a line that a program with stories prints: a story that it has
// played, or at the end how many there were.
type told struct {
	Story string  `json:"story"`
	Error string  `json:"error"` // why it failed; empty if it did not
	Took  float64 `json:"took"`  // seconds
	Count *int    `json:"count"`
}

// play runs a program with stories on a stage and reports each as a subtest.
// A program that ends before it has said how many there were has failed.
func play(t *testing.T, url string, command ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(clientEnv(), "ROCKPOOL_STAGE="+url, "PYTHONDONTWRITEBYTECODE=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()

	stories, count := 0, -1
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line told
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Errorf("%v printed %q, want a line about a story: %v", command, lines.Text(), err)
			continue
		}
		if line.Count != nil {
			count = *line.Count
			continue
		}
		stories++
		t.Run(line.Story, func(t *testing.T) {
			if line.Error != "" {
				t.Errorf("after %.1f s:\n%s", line.Took, line.Error)
			}
		})
	}
	if scanErr := lines.Err(); scanErr != nil {
		t.Errorf("reading what %v printed: %v", command, scanErr)
	}
	if err != nil || count != stories || stories == 0 {
		t.Errorf("%v told %d stories of %d (%v):\n%s", command, stories, count, err, stderr.Bytes())
	}
}

// clientEnv is an environment in which clients have credentials and a region,
// and nothing of this machine's own settings for AWS.
func clientEnv() []string {
	env := []string{
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=us-east-1",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=",
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}
