package rockpool

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sources returns every occasion on which a trigger runs, as package trigger
// declares them.
func sources(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "internal/trigger/call.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Source" {
			t.Errorf("%v in call.go is no Source", spec.Names)
			return false
		}
		for _, v := range spec.Values {
			s, err := strconv.Unquote(v.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		return false
	})
	return out
}

var sourceRow = regexp.MustCompile("(?m)^\\| `([A-Za-z]+_[A-Za-z]+)` \\|")

// The page on triggers has one row for each source, and none for another.
func TestEverySourceHasARow(t *testing.T) {
	page, err := os.ReadFile("docs/triggers.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, m := range sourceRow.FindAllStringSubmatch(string(page), -1) {
		if rows[m[1]] {
			t.Errorf("docs/triggers.md has two rows for %s", m[1])
		}
		rows[m[1]] = true
	}
	declared := slices.Sorted(slices.Values(sources(t)))
	if diff := cmp.Diff(declared, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("docs/triggers.md: rows differ from the sources (-declared +rows):\n%s", diff)
	}
	if len(declared) < 40 {
		t.Errorf("found %d sources, want all of them", len(declared))
	}
}
