package loadtest

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Row is what was measured of a scenario.
type Row struct {
	Scenario
	Users        int
	Result       Result
	Cryptography time.Duration
	Grown        float64 // how much more CPU than with the smallest number of users; 0 there
}

// Over tells whether the row is over its budget.
func (r Row) Over() bool { return r.Result.CPU > r.Budget.Over(r.Cryptography) }

// Print writes rows as a Markdown table and returns how many are over budget.
func Print(w io.Writer, rows []Row) (over int, err error) {
	tab := tabwriter.NewWriter(w, 0, 0, 1, ' ', tabwriter.AlignRight|tabwriter.Debug)
	fmt.Fprintln(tab, " request\tusers\tper s\tp50 ms\tp99 ms\tCPU ms\tcryptography ms\tratio\tbudget ms\tgrowth\t\t")
	fmt.Fprintln(tab, " ---\t--:\t--:\t--:\t--:\t--:\t--:\t--:\t--:\t--:\t---\t")
	for _, r := range rows {
		verdict := "ok"
		if r.Over() || r.Grown > MaxGrowth {
			verdict = "over"
			over++
		}
		ratio, growth := "", ""
		if r.Cryptography > 0 {
			ratio = fmt.Sprintf("%.2f", float64(r.Result.CPU)/float64(r.Cryptography))
		}
		if r.Grown != 0 {
			growth = fmt.Sprintf("%+.0f %%", 100*r.Grown)
		}
		fmt.Fprintf(tab, " %s\t%d\t%.0f\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", r.Name, r.Users, r.Result.PerSecond,
			ms(r.Result.P50), ms(r.Result.P99), ms(r.Result.CPU), ms(r.Cryptography), ratio, ms(r.Budget.Over(r.Cryptography)), growth, verdict)
	}
	return over, tab.Flush()
}

func ms(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%.3f", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.2f", d.Seconds()*1000)
}
