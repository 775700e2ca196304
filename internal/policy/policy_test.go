package policy

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

var operations = []string{"AdminGetUser", "AdminDeleteUser", "ListUsers", "ListUserPools", "CreateUserPool"}

const (
	pools = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/"
	one   = pools + "us-east-1_one"
	two   = pools + "us-east-1_two"
)

func parse(t *testing.T, text string) *Policy {
	t.Helper()
	p, err := Parse([]byte(text), operations)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return p
}

func TestAllows(t *testing.T) {
	const (
		onOne     = `{"Effect":"Allow","Action":["cognito-idp:AdminGetUser","cognito-idp:List*"],"Resource":["` + one + `"]}`
		onAny     = `{"Effect":"Allow","Action":"*","Resource":"*"}`
		noDelete  = `{"Effect":"Deny","Action":"cognito-idp:*Delete*","Resource":"*"}`
		notOnTwo  = `{"Effect":"Deny","Action":"cognito-idp:*","Resource":"` + two + `"}`
		everyPool = `{"Sid":"p","Effect":"Allow","Action":"cognito-idp:*","Resource":"` + pools + `*"}`
	)
	tests := []struct {
		statements       string
		action, resource string
		want             bool
	}{
		{onOne, "AdminGetUser", one, true},
		{onOne, "ListUsers", one, true},
		{onOne, "AdminDeleteUser", one, false},
		{onOne, "AdminGetUser", two, false},
		{onOne, "AdminGetUser", one + "x", false},
		{onOne, "ListUserPools", "*", false},
		{onOne, "admingetuser", one, false},
		{everyPool, "AdminDeleteUser", two, true},
		{everyPool, "ListUserPools", "*", false},
		{onAny, "ListUserPools", "*", true},
		{onAny + "," + noDelete, "AdminDeleteUser", one, false},
		{noDelete + "," + onAny, "AdminDeleteUser", one, false},
		{noDelete + "," + onAny, "AdminGetUser", one, true},
		{onAny + "," + notOnTwo, "AdminGetUser", two, false},
		{onAny + "," + notOnTwo, "AdminGetUser", one, true},
		{noDelete, "AdminGetUser", one, false},
		{onOne + "," + everyPool, "AdminDeleteUser", two, true},
	}
	for _, tt := range tests {
		p := parse(t, `{"Version":"2012-10-17","Statement":[`+tt.statements+`]}`)
		if got := p.Allows("cognito-idp:"+tt.action, tt.resource); got != tt.want {
			t.Errorf("Allows(%s, %s) by %s: got %v, want %v", tt.action, tt.resource, tt.statements, got, tt.want)
		}
	}
}

func TestNothingIsAllowedByDefault(t *testing.T) {
	var none *Policy
	for _, p := range []*Policy{none, {}} {
		if p.Allows("cognito-idp:ListUserPools", "*") {
			t.Errorf("Allows by %+v: got true, want false", p)
		}
	}
}

func TestAllowAll(t *testing.T) {
	for _, resource := range []string{"*", one} {
		if !AllowAll().Allows("cognito-idp:AdminDeleteUser", resource) {
			t.Errorf("AllowAll().Allows(%s): got false, want true", resource)
		}
	}
}

func TestParseAcceptsOneStatementWithoutList(t *testing.T) {
	p := parse(t, " {\"Id\": \"x\", \"Statement\" : \n {\"Effect\" : \"Allow\", \"Action\": \t[ \"*\" ], \"Resource\": \"*\"} }\n")
	if !p.Allows("cognito-idp:ListUsers", one) {
		t.Errorf("Allows: got false, want true")
	}
}

func TestParseSaysWhatToMend(t *testing.T) {
	statement := func(s string) string {
		return `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{` + s + `}]}`
	}
	tests := []struct{ in, want string }{
		{``, "not JSON: line 1"},
		{"{\n\n\"Statement\": [}", "not JSON: line 3"},
		{`{} {}`, "not JSON"},
		{"{\"Id\":\"\xff\"}", "not UTF-8"},
		{`[]`, "the document must be an object"},
		{`null`, "the document must be an object"},
		{`{}`, "Statement is missing or empty"},
		{`{"Statement":[]}`, "Statement is missing or empty"},
		{`{"statement":[]}`, `unknown member "statement": a policy holds Statement`},
		{`{"Version":"2011-01-01"}`, `Version must be "2012-10-17"`},
		{`{"Id":1}`, "Id must be text"},
		{`{"Statement":[1]}`, "statement 1: must be an object"},
		{`{"Statement":null}`, "statement 1: must be an object"},
		{`{"Statement":{},"Statement":{}}`, `has the member "Statement" twice`},
		{statement(``), "statement 2: member Effect is missing"},
		{statement(`"Effect":"Permit"`), `statement 2: Effect "Permit" is unknown: write "Allow" or "Deny"`},
		{statement(`"Effect":"allow"`), `Effect "allow" is unknown`},
		{statement(`"Effect":null`), "Effect must be text"},
		{statement(`"Effect":"Deny","Effect":"Allow"`), `has the member "Effect" twice`},
		{statement(`"Effect":"Deny"`), "Action is missing"},
		{statement(`"Effect":"Deny","Action":"*"`), "Resource is missing"},
		{statement(`"Effect":"Deny","Action":[],"Resource":"*"`), "Action is an empty list"},
		{statement(`"Effect":"Deny","Action":[["*"]],"Resource":"*"`), "Action must be text"},
		{statement(`"NotAction":"*"`), `unknown member "NotAction"`},
		{statement(`"Condition":{}`), `unknown member "Condition"`},
		{statement(`"Action":"s3:GetObject"`), `Action "s3:GetObject" does not begin with "cognito-idp:"`},
		{statement(`"Action":"cognito-*"`), `does not begin with "cognito-idp:"`},
		{statement(`"Action":"cognito-idp:AdminGetUsr"`), `"cognito-idp:AdminGetUsr" names no operation`},
		{statement(`"Action":"cognito-idp:admin*"`), `"cognito-idp:admin*" names no operation`},
		{statement(`"Action":"cognito-idp:ListUser?"`), `"?" is not a wildcard`},
		{statement(`"Resource":"us-east-1_one"`), `Resource "us-east-1_one" is neither`},
		{statement(`"Resource":"arn:aws:${aws:username}"`), "variables are not supported"},
		{statement(`"Resource":"arn:` + strings.Repeat("x", 600) + `"`), "604 bytes"},
		{statement(`"Resource":[` + strings.Repeat(`"*",`, 200) + `"*"]`), "201 entries"},
		{`{"Statement":[` + strings.Repeat(`{},`, 100) + `{}]}`, "101 statements"},
		{strings.Repeat(" ", MaxSize+1), "too many"},
	}
	for _, tt := range tests {
		_, err := Parse([]byte(tt.in), operations)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%.80s): got %v, want ...%s...", tt.in, err, tt.want)
		}
	}
}

func TestPatternMatches(t *testing.T) {
	tests := []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"**", "ab", true},
		{"a*a", "a", false},
		{"a*a", "aa", true},
		{"*ab*ab*", "ab", false},
		{"*ab*ab*", "xabxabx", true},
		{"a*b*c", "abc", true},
		{"a*b*c", "acb", false},
		{"a*bc", "abcbc", true},
		{"*.*", "a/b:c.d", true},
	}
	for _, tt := range tests {
		if got := compile(tt.pattern).matches(tt.s); got != tt.want {
			t.Errorf("%q matches %q: got %v, want %v", tt.pattern, tt.s, got, tt.want)
		}
	}
}

// The pattern that makes a backtracking matcher take exponential time.
func TestPatternIsLinear(t *testing.T) {
	p := compile(strings.Repeat("a*", 250) + "b")
	start := time.Now()
	if p.matches(strings.Repeat("a", 1<<20)) {
		t.Error("matches: got true, want false")
	}
	p = compile(strings.Repeat("*a", 250) + "*b*")
	if p.matches(strings.Repeat("a", 1<<20)) {
		t.Error("matches: got true, want false")
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("matches took %v, want far less", d)
	}
}

// The matcher agrees with a regular expression that says the same.
func FuzzPattern(f *testing.F) {
	f.Add("a*b", "axxb")
	f.Add("*aab*", "aaab")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, s string) {
		if len(text) > maxPattern {
			return
		}
		quoted := strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`)
		re, err := regexp.Compile(`(?s)\A` + quoted + `\z`)
		if err != nil || strings.ToValidUTF8(text+s, "") != text+s {
			return
		}
		if got, want := compile(text).matches(s), re.MatchString(s); got != want {
			t.Errorf("%q matches %q: got %v, want %v", text, s, got, want)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"Statement":[{"Effect":"Allow","Action":["cognito-idp:List*"],"Resource":"*"}]}`))
	f.Add([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":["arn:*"]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data, operations)
		if err != nil {
			return
		}
		if len(p.statements) == 0 {
			t.Error("Parse: got a policy without statements")
		}
		// What is denied in itself stays denied, whatever else is allowed.
		for _, st := range p.statements {
			hit := anyMatches(st.actions, "cognito-idp:ListUsers") && anyMatches(st.resources, one)
			if hit && st.deny && p.Allows("cognito-idp:ListUsers", one) {
				t.Errorf("Allows by %q: got true against a Deny", data)
			}
		}
	})
}

func BenchmarkAllows(b *testing.B) {
	p, err := Parse([]byte(`{"Statement":[{"Effect":"Allow","Action":["cognito-idp:AdminGetUser","cognito-idp:List*"],"Resource":["`+pools+`*"]}]}`), operations)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !p.Allows("cognito-idp:ListUsers", one) {
			b.Fatal("denied")
		}
	}
}
