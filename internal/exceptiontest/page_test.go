package exceptiontest_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/exceptiontest"
)

var update = flag.Bool("update", false, "write the tables of docs/exceptions.md anew")

const (
	page  = "../../docs/exceptions.md"
	begin = "<!-- tables: go test ./internal/exceptiontest -update -->\n"
	end   = "<!-- end of tables -->\n"
)

// The page says of every exception what the list and the model say.
func TestPage(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s: no place for the tables", page)
	}
	want := before + begin + tables(built(t)) + end + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Errorf("%s: its tables are not those of the list; run go test ./internal/exceptiontest -update", page)
	}
}

// A reason is about something, and nothing has two.
func TestReasons(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range exceptiontest.Impossible {
		found := false
		for name, op := range cognito.Operations {
			if !slices.Contains(op.Errors, r.Code) || !r.Of.Has(op) {
				continue
			}
			found = true
			if pair := name + "/" + r.Code; seen[pair] {
				t.Errorf("%s has two reasons", pair)
			} else {
				seen[pair] = true
			}
		}
		if !found {
			t.Errorf("%s of %s: none of them declares it", r.Code, r.Of.Text)
		}
	}
}

// tables are the numbers of each exception, and the reasons.
func tables(ops []*cognito.Operation) string {
	var codes []string
	declared, impossible := map[string]int{}, map[string]int{}
	pairs, never := 0, 0
	for _, op := range ops {
		for _, code := range op.Errors {
			if declared[code] == 0 {
				codes = append(codes, code)
			}
			declared[code]++
			pairs++
			if _, no := exceptiontest.Cannot(op.Name, code); no {
				impossible[code]++
				never++
			}
		}
	}
	slices.Sort(codes)
	var b strings.Builder
	fmt.Fprintf(&b, "The %d operations that are built declare %d exceptions of %d kinds, each operation counted on its own: "+
		"%d are caused by the test, %d cannot occur.\n\n", len(ops), pairs, len(codes), pairs-never, never)
	b.WriteString("## What cannot occur, and why\n\n| exception | operations | how many | why |\n|---|---|---|---|\n")
	for _, r := range exceptiontest.Impossible {
		n := 0
		for _, op := range ops {
			if slices.Contains(op.Errors, r.Code) && r.Of.Has(op) {
				n++
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s |\n", r.Code, r.Of.Text, n, r.Why)
	}
	b.WriteString("\n## Every exception\n\n| exception | declared by | caused | cannot occur |\n|---|---|---|---|\n")
	for _, code := range codes {
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", code, declared[code], declared[code]-impossible[code], impossible[code])
	}
	return b.String()
}
