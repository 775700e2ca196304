// Command main measures Rockpool under load and holds it against its budgets:
// run it by scripts/bench. It exits with 1 if something is over budget.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"rockpool/internal/loadtest"
	"rockpool/internal/process"
)

// settings are the flags.
type settings struct {
	users       []int
	runs        int
	seconds     float64
	connections int
	database    string
	only        string
	startup     bool
	profiles    string
}

func main() {
	var s settings
	users := flag.String("users", "1000,100000", "numbers of users in the pool, comma separated, growing")
	flag.IntVar(&s.runs, "runs", 3, "measured runs of each request; the median is shown")
	flag.Float64Var(&s.seconds, "seconds", 3, "length of a run")
	flag.IntVar(&s.connections, "connections", 8, "connections, each with one request under way")
	flag.StringVar(&s.database, "database", "", "postgres:// URL of an empty database (default: SQLite in a temporary folder)")
	flag.StringVar(&s.only, "only", "", "measure only requests whose name contains this")
	flag.BoolVar(&s.startup, "startup", true, "measure starting too")
	flag.StringVar(&s.profiles, "profiles", "", "folder for CPU profiles of the server, one of each request")
	flag.Parse()
	if err := s.parse(*users); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	over, err := s.run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if over > 0 {
		fmt.Printf("\n%d over budget\n", over)
		os.Exit(1)
	}
}

func (s *settings) parse(users string) error {
	for text := range strings.SplitSeq(users, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || len(s.users) > 0 && n <= s.users[len(s.users)-1] {
			return errors.New("--users: want growing numbers, such as 1000,100000")
		}
		s.users = append(s.users, n)
	}
	if s.runs < 1 || s.seconds <= 0 || s.connections < 1 {
		return errors.New("--runs, --seconds and --connections must be more than zero")
	}
	return nil
}

func (s *settings) run(ctx context.Context) (over int, err error) {
	dir, err := os.MkdirTemp("", "rockpool-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	binary, err := process.Build(dir)
	if err != nil {
		return 0, err
	}
	if s.profiles != "" {
		if err := os.MkdirAll(s.profiles, 0o755); err != nil {
			return 0, err
		}
	}
	b := &bench{settings: s, dir: dir, binary: binary}
	if err := b.describe(); err != nil {
		return 0, err
	}
	if err := b.cryptography(); err != nil {
		return 0, err
	}
	if s.startup {
		if err := b.startups(ctx); err != nil {
			return 0, err
		}
	}
	rows, err := b.load(ctx)
	if err != nil {
		return 0, err
	}
	fmt.Println()
	return loadtest.Print(os.Stdout, rows)
}

// bench is a measurement under way.
type bench struct {
	*settings
	dir, binary string
}

func (b *bench) describe() error {
	engine := "SQLite, synchronous=FULL"
	if b.database != "" {
		engine = "PostgreSQL (its own processor time is not counted)"
	}
	_, err := fmt.Printf("%s, %s/%s, %d cores, %s\n%d connections, %d runs of %g s, median shown\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), engine, b.connections, b.runs, b.seconds)
	return err
}

func (b *bench) cryptography() error {
	f, err := loadtest.MeasureCryptography(time.Second, runtime.NumCPU())
	if err != nil {
		return err
	}
	_, err = fmt.Printf("cryptography alone, on all cores at once: g^x %v, SRP challenge %v, SRP key %v, RSA-2048 sign %v, verify %v, P-256 verify %v\n",
		round(f.Verifier), round(f.Challenge), round(f.SharedKey), round(f.Sign), round(f.Verify), round(f.Passkey))
	return err
}

func round(d time.Duration) time.Duration { return d.Round(time.Microsecond) }

// startups measures starting on a fresh data folder and on one that exists.
func (b *bench) startups(ctx context.Context) error {
	const times = 5
	fresh, err := loadtest.MedianStartUp(ctx, times, func(i int) process.Options {
		return process.Options{Binary: b.binary, Data: filepath.Join(b.dir, "fresh"+strconv.Itoa(i))}
	})
	if err != nil {
		return err
	}
	again, err := loadtest.MedianStartUp(ctx, times, func(int) process.Options {
		return process.Options{Binary: b.binary, Data: filepath.Join(b.dir, "fresh0")}
	})
	if err != nil {
		return err
	}
	_, p, err := loadtest.StartUp(ctx, process.Options{Binary: b.binary, Data: filepath.Join(b.dir, "fresh0")})
	if err != nil {
		return err
	}
	defer p.Kill()
	time.Sleep(2 * time.Second) // until keys are made ahead
	resident, err := p.Resident()
	if err != nil {
		return err
	}
	_, err = fmt.Printf("start to first answer (SQLite): %v with a fresh data folder, %v with an existing one; resident, idle: %d MiB\n",
		fresh.Round(time.Millisecond), again.Round(time.Millisecond), resident>>20)
	return err
}

// load measures every scenario with every number of users.
func (b *bench) load(ctx context.Context) ([]loadtest.Row, error) {
	site := &loadtest.Site{Binary: b.binary, Dir: filepath.Join(b.dir, "load"), Database: b.database}
	t, err := site.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { t.Server.Kill() }()
	var rows []loadtest.Row
	smallest := map[string]time.Duration{}
	for _, users := range b.users {
		start := time.Now()
		if t, err = site.Grow(ctx, t, users); err != nil {
			return nil, err
		}
		fmt.Printf("%d users stored after %v\n", users, time.Since(start).Round(time.Second))
		for _, s := range loadtest.Scenarios {
			if !strings.Contains(strings.ToLower(s.Name), strings.ToLower(b.only)) {
				continue
			}
			result, floor, err := t.Measure(ctx, s, loadtest.Load{
				Connections: b.connections, Runs: b.runs, WarmUp: time.Second, Run: time.Duration(b.seconds * float64(time.Second)),
				Profiles: b.profiles,
			})
			if err != nil {
				return nil, fmt.Errorf("%w\n%s", err, t.Server.LogTail())
			}
			row := loadtest.Row{Scenario: s, Users: users, Result: result, Cryptography: s.Floor(floor)}
			if first, ok := smallest[s.Name]; ok {
				row.Grown = float64(result.CPU-first) / float64(first)
			} else {
				smallest[s.Name] = result.CPU
			}
			rows = append(rows, row)
		}
		resident, err := t.Server.Resident()
		if err != nil {
			return nil, err
		}
		fmt.Printf("resident after the load on %d users: %d MiB\n", users, resident>>20)
	}
	// Both rows of a request beside each other.
	slices.SortStableFunc(rows, func(a, c loadtest.Row) int { return order(a.Name) - order(c.Name) })
	return rows, nil
}

func order(name string) int {
	return slices.IndexFunc(loadtest.Scenarios, func(s loadtest.Scenario) bool { return s.Name == name })
}
