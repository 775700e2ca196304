package rockpool

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layers is the order of packages, lowest first. A package may import what
// stands in a line above its own; packages in one line are strangers.
var layers = [][]string{
	{"cognito"},
	{"idp"},
	{"store"},
	{"catalog"},
	{"message", "trigger", "token"},
	{"account"},
	{"passkey"},
	{"signin"},
	{"ops", "awsjson", "oauth", "gate", "metrics"},
	{"server"},
}

// primitives are open to all and know nothing of the layers.
var primitives = []string{"analytics", "clock", "config", "encsdk", "netguard", "policy", "secret", "sigv4", "srp", "totp", "useragent"}

// adapters are chosen by those who put a server together, and seen by nobody
// else. They may import the layer whose interface they fulfil, and below.
var adapters = []string{
	"analytics/sink", "encsdk/kms", "encsdk/localkms", "message/inbox", "message/sms", "message/smtp", "store/postgres", "store/sqlite", "store/sqlstore",
	"trigger/execfn", "trigger/lambda", "trigger/route", "trigger/webhook",
}

// assemblers put servers together; nothing in a layer imports them.
var assemblers = []string{"rptest", "crashtest", "loadtest"}

func layerOf(pkg string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, pkg) })
}

func TestImportsFlowOneWay(t *testing.T) {
	err := filepath.WalkDir("internal", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "internal/")
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			if imported, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "rockpool/internal/"); ok {
				if why := forbidden(pkg, imported); why != "" {
					t.Errorf("%s imports %s: %s", path, imported, why)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// forbidden says why a package may not import another one, or "".
func forbidden(pkg, imported string) string {
	switch {
	case isHelper(pkg), slices.ContainsFunc(assemblers, func(a string) bool { return pkg == a || strings.HasPrefix(pkg, a+"/") }):
		return ""
	case slices.Contains(assemblers, imported), isHelper(imported):
		return "it is for tests"
	case slices.Contains(primitives, imported):
		return ""
	case slices.Contains(primitives, pkg):
		return "a primitive knows nothing of the layers"
	case slices.Contains(adapters, pkg):
		owner, _, _ := strings.Cut(pkg, "/")
		if slices.Contains(adapters, imported) || layerOf(imported) <= max(layerOf(owner), layerOf("idp")) {
			return ""
		}
		return "an adapter sees its own layer and those below"
	case slices.Contains(adapters, imported):
		return "adapters are chosen by cmd and rptest only"
	case layerOf(pkg) < 0 || layerOf(imported) < 0:
		return "one of them is in no layer: add it to the table"
	case layerOf(imported) >= layerOf(pkg):
		return "imports flow one way"
	}
	return ""
}

// isHelper tells whether a package helps tests or generates code.
func isHelper(pkg string) bool {
	last := pkg[strings.LastIndexByte(pkg, '/')+1:]
	return strings.HasSuffix(last, "test") || last == "gen" || last == "faulty"
}
