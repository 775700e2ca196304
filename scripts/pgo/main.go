// Command pgo merges CPU profiles of the server into one that the compiler
// optimises by, and leaves out what it does not need: paths, and when and where
// they were taken. docs/performance.md says when to run it.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/google/pprof/profile"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./scripts/pgo PROFILE... > cmd/rockpool/default.pgo")
		os.Exit(2)
	}
	if err := merge(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pgo:", err)
		os.Exit(1)
	}
}

// merge writes the sum of profiles, each of which counts as much as any other,
// however long it was taken.
func merge(out io.Writer, names []string) error {
	var all []*profile.Profile
	for _, name := range names {
		p, err := read(name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		all = append(all, p)
	}
	sum, err := profile.Merge(all)
	if err != nil {
		return fmt.Errorf("merging: %w", err)
	}
	return sum.Write(out)
}

// weight is the sum of the samples of each profile.
const weight = 1e9

func read(name string) (*profile.Profile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := profile.Parse(f)
	if err != nil {
		return nil, err
	}
	total := 0.0
	for _, s := range p.Sample {
		total += float64(s.Value[len(s.Value)-1])
	}
	if total == 0 {
		return nil, fmt.Errorf("no samples")
	}
	p.Scale(weight / total)
	p.TimeNanos, p.DurationNanos, p.Comments = 0, 0, nil
	for _, m := range p.Mapping {
		m.File, m.BuildID = "", ""
	}
	for _, f := range p.Function {
		f.Filename = ""
	}
	return p, nil
}
