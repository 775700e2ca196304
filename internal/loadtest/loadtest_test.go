//go:build linux

package loadtest

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rockpool/internal/process"
)

// Every request that is measured succeeds against a real server.
func TestScenarios(t *testing.T) {
	dir := t.TempDir()
	binary, err := process.Build(dir)
	if err != nil {
		t.Fatal(err)
	}
	site := &Site{Binary: binary, Dir: filepath.Join(dir, "site")}
	target, err := site.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.Server.Kill() })
	if target, err = site.Grow(t.Context(), target, 40); err != nil {
		t.Fatal(err)
	}
	for _, s := range Scenarios {
		t.Run(s.Name, func(t *testing.T) {
			r, c, err := target.Measure(t.Context(), s, Load{Connections: 2, Runs: 1, WarmUp: 20 * time.Millisecond, Run: 300 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			if r.PerSecond <= 0 || r.CPU <= 0 || r.P50 <= 0 || r.P99 < r.P50 {
				t.Errorf("Measure: got %+v, want figures above zero", r)
			}
			if c.Sign <= c.Verify {
				t.Errorf("Measure: cryptography %+v, want signing dearer than verifying", c)
			}
		})
	}
}

func TestCryptographyIsMeasured(t *testing.T) {
	c, err := MeasureCryptography(20*time.Millisecond, 1)
	if err != nil {
		t.Fatal(err)
	}
	if c.Verifier <= 0 || c.Challenge <= 0 || c.SharedKey <= 0 || c.Sign <= 0 || c.Verify <= 0 || c.Passkey <= 0 || c.Verify >= c.Sign {
		t.Errorf("MeasureCryptography: got %+v, want every figure above zero, and verifying faster than signing", c)
	}
}

func TestPrintTellsWhatIsOverBudget(t *testing.T) {
	row := func(name string, cpu time.Duration, grown float64) Row {
		return Row{
			Scenario: Scenario{Name: name, Budget: Budget{1.3, time.Millisecond}}, Cryptography: 10 * time.Millisecond,
			Result: Result{CPU: cpu}, Grown: grown,
		}
	}
	var out strings.Builder
	over, err := Print(&out, []Row{
		row("within", 14*time.Millisecond, 0.15), row("dear", 15*time.Millisecond, 0), row("growing", time.Millisecond, 0.16),
	})
	if err != nil {
		t.Fatal(err)
	}
	if over != 2 {
		t.Errorf("Print: got %d over budget, want 2:\n%s", over, &out)
	}
	for line := range strings.Lines(out.String()) {
		if want := strings.Contains(line, "dear") || strings.Contains(line, "growing"); strings.Contains(line, "over") != want {
			t.Errorf("Print: %q marked as over: %v, want %v", line, !want, want)
		}
	}
}
