package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	tests := []struct {
		name, in       string
		passed, failed int
		shows          []string
	}{
		{"passes", `{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA/b"}
{"Action":"pass","Package":"p","Elapsed":1.5}`, 2, 0, []string{"ok    p  1.5 s, 2 passed"}},
		{"fails and says why", `{"Action":"output","Package":"p","Test":"TestA","Output":"got 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"fail","Package":"p"}`, 1, 1, []string{"FAIL: p TestA", "got 1, want 2", "FAIL  p"}},
		{"skips", `{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}`, 0, 1, []string{"SKIP: p TestA"}},
		{"does not build", `{"Action":"build-output","ImportPath":"p","Output":"p.go:1: undefined: x\n"}
{"Action":"fail","Package":"p","FailedBuild":"p"}`, 0, 1, []string{"undefined: x", "FAIL  p"}},
		{"panics", `{"Action":"output","Package":"p","Output":"panic: oh\n"}
{"Action":"fail","Package":"p"}`, 0, 1, []string{"panic: oh"}},
		{"two packages and a stray line", `{"Action":"pass","Package":"p","Test":"TestA"}
hello
{"Action":"pass","Package":"q","Test":"TestA"}
{"Action":"pass","Package":"p"}
{"Action":"pass","Package":"q"}
{"Action":"skip","Package":"without tests"}`, 2, 0, []string{"hello\n", "ok    p", "ok    q"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			c := newCounter(&out)
			if err := c.read(strings.NewReader(tt.in)); err != nil {
				t.Fatalf("read: got %v, want nil", err)
			}
			if c.passed != tt.passed || c.failed != tt.failed {
				t.Errorf("read: got %d passed, %d failed, want %d and %d", c.passed, c.failed, tt.passed, tt.failed)
			}
			for _, s := range tt.shows {
				if !strings.Contains(out.String(), s) {
					t.Errorf("read: shows %q, want %q in it", out.String(), s)
				}
			}
		})
	}
}

func TestRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "counts")
	for range 2 {
		c := &counter{passed: 3, failed: 1}
		if err := c.append(path); err != nil {
			t.Fatalf("append: got %v, want nil", err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "3 1\n3 1\n" {
		t.Errorf("recorded %q (%v), want two lines of 3 1", got, err)
	}
}
