package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/pprof/profile"
)

// sample is a profile with one function that was seen for some time.
func sample(t *testing.T, function string, value int64) string {
	t.Helper()
	f := &profile.Function{ID: 1, Name: function, Filename: "/home/somebody/" + function + ".go", StartLine: 3}
	m := &profile.Mapping{ID: 1, File: "/tmp/a/program", BuildID: "b", Limit: 1 << 20}
	l := &profile.Location{ID: 1, Mapping: m, Line: []profile.Line{{Function: f, Line: 5}}}
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}},
		PeriodType: &profile.ValueType{Type: "cpu", Unit: "nanoseconds"}, Period: 1,
		TimeNanos: 1, Comments: []string{"/home/somebody"},
		Sample:  []*profile.Sample{{Location: []*profile.Location{l}, Value: []int64{1, value}}},
		Mapping: []*profile.Mapping{m}, Location: []*profile.Location{l}, Function: []*profile.Function{f},
	}
	name := filepath.Join(t.TempDir(), "profile")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(out); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestMergeWeighsAlikeAndNamesNoMachine(t *testing.T) {
	var out bytes.Buffer
	if err := merge(&out, []string{sample(t, "one", 10), sample(t, "two", 30_000)}); err != nil {
		t.Fatalf("merge: %v", err)
	}
	p, err := profile.Parse(&out)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	got := map[string]int64{}
	for _, s := range p.Sample {
		got[s.Location[0].Line[0].Function.Name] = s.Value[1]
	}
	if len(got) != 2 || got["one"] != weight || got["two"] != weight {
		t.Errorf("merge: got %v, want one and two with %d each", got, int64(weight))
	}
	for _, f := range p.Function {
		if f.Filename != "" || f.StartLine != 3 {
			t.Errorf("merge: got function %+v, want no file, and its line", f)
		}
	}
	for _, m := range p.Mapping {
		if m.File != "" || m.BuildID != "" {
			t.Errorf("merge: got mapping %+v, want no file", m)
		}
	}
	if len(p.Comments) != 0 || p.TimeNanos != 0 {
		t.Errorf("merge: got comments %q and time %d, want none", p.Comments, p.TimeNanos)
	}
}

func TestMergeRefusesWhatIsNoProfile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(name, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := merge(&bytes.Buffer{}, []string{name}); err == nil {
		t.Error("merge: got nil, want an error")
	}
}
