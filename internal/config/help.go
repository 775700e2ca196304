package config

import (
	"fmt"
	"io"
	"strings"
)

// Help prints every setting: flag, environment variable, default, meaning.
func Help(w io.Writer) {
	fmt.Fprint(w, `Settings of rockpool dev and rockpool serve.

Each can be a flag, an environment variable or a key of the YAML file that
--config names; the first of these that is given counts. A setting that may be
repeated is a list in the file, and has one entry a line in the environment.

`)
	for _, f := range fieldsOf(&Config{}) {
		fmt.Fprintf(w, "  --%s\n      %s\n      environment: %s", f.name, wrap(f.help, 70, "      "), f.env())
		if f.def != "" {
			fmt.Fprintf(w, "   default: %s", f.def)
		}
		if f.devDef != "" {
			fmt.Fprintf(w, "   in dev: %s", f.devDef)
		}
		fmt.Fprint(w, "\n\n")
	}
	fmt.Fprint(w, `Only in the file:

  filters:                      rules in front of pools, asked in this order
    - name: office only
      pools: ["us-east-1_*"]    ids; left out: every pool
      operations: [SignUp]      names; left out: every operation without a signature
      addresses: [192.0.2.0/24] whom the rule is about; left out: everybody
      action: block             block, allow (ask no further rule) or count
      rate: 100                 only addresses with more requests than this ...
      window: 5m                ... in this time

A blocked request is answered with ForbiddenException.
`)
}

func wrap(text string, width int, indent string) string {
	var b strings.Builder
	line := 0
	for i, word := range strings.Fields(text) {
		if i > 0 && line+1+len(word) > width {
			b.WriteString("\n" + indent)
			line = 0
		} else if i > 0 {
			b.WriteByte(' ')
			line++
		}
		b.WriteString(word)
		line += len(word)
	}
	return b.String()
}
