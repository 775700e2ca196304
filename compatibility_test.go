package rockpool

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rockpool/internal/cognito"
)

// docs/compatibility.md says of every operation whether it is built.
func TestCompatibilityListIsTrue(t *testing.T) {
	built := operationsWithAFile(t)
	text, err := os.ReadFile("docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\w+) \| (built|not yet) \|$`).FindAllStringSubmatch(string(text), -1) {
		if _, twice := states[row[1]]; twice {
			t.Errorf("%s is listed twice", row[1])
		}
		states[row[1]] = row[2]
	}
	for name := range cognito.Operations {
		want := "not yet"
		if built[name] {
			want = "built"
		}
		if got := states[name]; got != want {
			t.Errorf("docs/compatibility.md says %q of %s, want %q", got, name, want)
		}
		delete(states, name)
	}
	for name := range states {
		t.Errorf("docs/compatibility.md lists %s, which is no operation", name)
	}
}

// operationsWithAFile returns the operations that ops.API has a method for.
func operationsWithAFile(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("internal/ops/*.go")
	if err != nil {
		t.Fatal(err)
	}
	built := map[string]bool{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv != nil && cognito.Operations[f.Name.Name] != nil {
				built[f.Name.Name] = true
			}
		}
	}
	if len(built) == 0 {
		t.Fatal("no operation found in internal/ops")
	}
	return built
}
