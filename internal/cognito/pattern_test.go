package cognito

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// Matching by class must agree with the regular expression it stands for.
func TestPatternsAgreeWithTheirExpressions(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("aZ09_-+=/,.@ \t\n\v\r\"\\{}#:*é漢́€😀\u00a0\u0085\u2028\u200b\ue000arn:")
	for _, p := range patterns {
		re := regexp.MustCompile(`\A(?:` + p.expr + `)\z`)
		for n := range 300 {
			var b strings.Builder
			for range n % 5 {
				b.WriteRune(alphabet[rng.IntN(len(alphabet))])
			}
			if got, want := p.matches(b.String()), re.MatchString(b.String()); got != want {
				t.Errorf("%s matches(%q): got %v, want %v", p.text, b.String(), got, want)
			}
		}
	}
}

func TestPatternsMeanWhatTheModelMeans(t *testing.T) {
	tests := []struct {
		text, value string
		want        bool
	}{
		{`[\S]+`, "123456", true},
		{`[\S]+`, "12 34", false},
		{`[\S]+`, "12\v34", false}, // Java's white space has the vertical tab
		{`[\S]+`, "12\u00a034", true},
		{`[\S]+`, "", false},
		{`[\w+]+`, "abc_9+", true},
		{`[\w+]+`, "é", false},
		{`[\w\s+=,.@-]+`, "my pool\v-1", true},
		{`[\w\s+=,.@-]+`, "a/b", false},
		{`[\w-]+_[0-9a-zA-Z]+`, "us-east-1_AbC123", true},
		{`[\w-]+_[0-9a-zA-Z]+`, "us-east-1_AbC123\n", false},
		{`[\w-]+_[0-9a-zA-Z]+`, "useast", false},
		{`[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, "ада@例え.jp", true},
		{`[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, "a b", false},
		{`[A-Za-z0-9-_=.]+`, "a-b_c=.", true},
		{`.*\{####\}.*`, "code {####}.", true},
		{`.*\{####\}.*`, "code ####.", false},
		{`.*\{####\}.*`, "code\u2028{####}", false},
		{`^Level[1-4]$`, "Level4", true},
		{`^Level[1-4]$`, "Level4\n", false},
		{`^Level[1-4]$`, "xLevel4", false},
		{`(?s).*`, "any\nthing", true},
		{passwordText, "two words", true},
		{passwordText, "x", true},
		{passwordText, "", false},
	}
	byText := map[string]*pattern{}
	for _, p := range patterns {
		byText[p.text] = p
	}
	for _, tt := range tests {
		p, ok := byText[tt.text]
		if !ok {
			t.Errorf("no pattern %s", tt.text)
			continue
		}
		if got := p.matches(tt.value); got != tt.want {
			t.Errorf("%s matches(%q): got %v, want %v", tt.text, tt.value, got, tt.want)
		}
	}
}

const passwordText = `^[\S]+.*[\S]+$`

// The patterns of names, which every request has, must not need the engine.
func TestCommonPatternsAreClasses(t *testing.T) {
	for _, text := range []string{`[\S]+`, `[\w+]+`, `[\w+=/]+`, `[\w\s+=,.@-]+`, `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, `[A-Za-z0-9-_=.]+`, passwordText} {
		for _, p := range patterns {
			if p.text == text && !p.compileClass() {
				t.Errorf("%s is not matched as a class", text)
			}
		}
	}
}
