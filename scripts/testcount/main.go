// Command testcount reads the output of `go test -json`, shows it for people
// and counts: a line for each package, everything that a failed test printed,
// and at the end how many tests passed and failed. It appends the two numbers
// to the file that -record names, so that the numbers of several runs can be
// added up.
//
// It exits with 1 if anything failed or if there was no test at all.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	record := flag.String("record", "", "file to which the counts are appended, as 'PASSED FAILED'")
	flag.Parse()
	c := newCounter(os.Stdout)
	err := c.read(os.Stdin)
	if err == nil && *record != "" {
		err = c.append(*record)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testcount:", err)
		os.Exit(1)
	}
	if c.failed > 0 || c.passed == 0 {
		os.Exit(1)
	}
}

// event is one line of go test -json, as `go doc test2json` has it.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output
	Test       string
	Elapsed    float64
	Output     string
}

// counter counts tests and keeps what they print until it is known whether
// they fail.
type counter struct {
	out            io.Writer
	passed, failed int
	output         map[string]*strings.Builder // by package and test
	inPackage      map[string]*tally
}

// tally is what is known of a package.
type tally struct{ passed, failed int }

func newCounter(out io.Writer) *counter {
	return &counter{out: out, output: map[string]*strings.Builder{}, inPackage: map[string]*tally{}}
}

// read counts events until the end. A line that is no event comes from a
// program that wrote past the tests; it is shown as it is.
func (c *counter) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(c.out, lines.Text())
			continue
		}
		c.count(e)
	}
	return lines.Err()
}

func (c *counter) count(e event) {
	key := e.Package + "\x00" + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(c.out, e.Output)
	case "output":
		b := c.output[key]
		if b == nil {
			b = &strings.Builder{}
			c.output[key] = b
		}
		b.WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			c.finishPackage(e)
		} else {
			c.finishTest(e, key)
		}
		delete(c.output, key)
	}
}

// finishTest counts a test. A skipped one counts as failed: nothing here may
// be skipped unseen.
func (c *counter) finishTest(e event, key string) {
	t := c.of(e.Package)
	if e.Action == "pass" {
		t.passed++
		return
	}
	t.failed++
	fmt.Fprintf(c.out, "%s: %s %s (%.1f s)\n", strings.ToUpper(e.Action), e.Package, e.Test, e.Elapsed)
	if b := c.output[key]; b != nil {
		fmt.Fprint(c.out, indent(b.String()))
	}
}

// finishPackage adds a package up. One that failed without a failed test - it
// did not build, it panicked - counts as one failure.
func (c *counter) finishPackage(e event) {
	t := c.of(e.Package)
	if e.Action == "fail" && t.failed == 0 {
		t.failed = 1
		if b := c.output[e.Package+"\x00"]; b != nil {
			fmt.Fprint(c.out, indent(b.String()))
		}
	}
	c.passed += t.passed
	c.failed += t.failed
	switch {
	case t.failed > 0:
		fmt.Fprintf(c.out, "FAIL  %s  %.1f s, %d passed, %d failed\n", e.Package, e.Elapsed, t.passed, t.failed)
	case t.passed > 0:
		fmt.Fprintf(c.out, "ok    %s  %.1f s, %d passed\n", e.Package, e.Elapsed, t.passed)
	}
}

func (c *counter) of(pkg string) *tally {
	t := c.inPackage[pkg]
	if t == nil {
		t = &tally{}
		c.inPackage[pkg] = t
	}
	return t
}

func (c *counter) append(path string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(f, c.passed, c.failed); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ") + "\n"
}
