package exceptiontest_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/exceptiontest"
	"rockpool/internal/idp"
)

// causes are what is particular to an operation, by "Operation/Exception".
func causes() map[string]cause {
	out := map[string]cause{}
	for _, some := range []map[string]cause{poolCauses, accountCauses, signInCauses, factorCauses} {
		maps.Copy(out, some)
	}
	for name, c := range signInCauses {
		op, code, _ := strings.Cut(name, "/")
		if twin := cognito.Operations["Admin"+op]; slices.Contains(twin.Errors, code) {
			out["Admin"+name] = c
		}
	}
	return out
}

// Every exception that an operation declares is caused here, or cannot occur
// for a reason that is written down.
func TestEveryException(t *testing.T) {
	s := newStage(t)
	s.nodes, s.rates = newNodes(s), newRates(t)
	causes := causes()
	used := map[string]bool{}
	for _, op := range built(t) {
		for _, code := range op.Errors {
			name := op.Name + "/" + code
			own, isOwn := causes[name]
			_, impossible := exceptiontest.Cannot(op.Name, code)
			general := common(op, code)
			used[name] = true
			switch {
			case isOwn && impossible:
				t.Errorf("%s has a cause and a reason why it cannot occur", name)
				continue
			case impossible:
				continue
			case isOwn:
				general = own
			case general == nil:
				t.Errorf("%s: nothing causes it, and no reason says why it cannot occur", name)
				continue
			}
			t.Run(name, func(t *testing.T) {
				part := s.on(t, s.Server)
				part.op, part.code = op, code
				wantCode(t, general(part), code)
			})
		}
	}
	for name := range causes {
		if !used[name] {
			t.Errorf("%s has a cause, but no operation that is built declares it", name)
		}
	}
}

var row = regexp.MustCompile(`(?m)^\| (\w+) \| built \|$`)

// built returns the operations that are built, as docs/compatibility.md says
// and the test beside it holds true.
func built(t *testing.T) []*cognito.Operation {
	t.Helper()
	text, err := os.ReadFile("../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []*cognito.Operation
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		op := cognito.Operations[m[1]]
		if op == nil {
			t.Fatalf("docs/compatibility.md says that %s is built, which is no operation", m[1])
		}
		out = append(out, op)
	}
	if len(out) == 0 {
		t.Fatal("docs/compatibility.md has no operation that is built")
	}
	slices.SortFunc(out, func(a, b *cognito.Operation) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// wantCode fails unless err is an error of the service with a code and a text.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	known, ok := err.(*idp.Error)
	switch {
	case !ok:
		t.Errorf("got %v, want %s", err, code)
	case known.Code != code:
		t.Errorf("got %v, want %s", known, code)
	case known.Message == "":
		t.Errorf("%s has no message", code)
	}
}
