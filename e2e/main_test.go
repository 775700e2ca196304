package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binary is the program under test: built here, or, to test a release, the one
// that ROCKPOOL_BINARY names.
var binary = os.Getenv("ROCKPOOL_BINARY")

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if binary != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "rockpool-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "rockpool")
	build := exec.Command("go", "build", "-o", binary, "./cmd/rockpool")
	build.Dir = ".." // the module under test, with its own versions of everything
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "e2e: building rockpool: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
