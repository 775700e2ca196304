package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// childPath names the variable that makes this test binary a second program,
// which writes to the file that it names.
const childPath = "ROCKPOOL_SQLITE_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		child(path)
		return
	}
	os.Exit(m.Run())
}

// child adds to a counter that it shares with others, and says what it has
// marked as done, until it is killed.
func child(path string) {
	s, err := Open(context.Background(), Options{Path: path})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	var wg sync.WaitGroup
	var out sync.Mutex
	for g := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprint(os.Getpid(), "-", g, "-", i)
				err := s.Update(context.Background(), func(tx store.Tx) error {
					a, err := tx.Attempts("p", "shared", idp.AttemptPassword)
					if err != nil {
						return err
					}
					a.Count++
					if err := tx.PutAttempts(a); err != nil {
						return err
					}
					return tx.Spend("p", []byte(id), time.Unix(1e9, 0))
				})
				out.Lock()
				if err != nil {
					fmt.Println("error", err)
					out.Unlock()
					return
				}
				fmt.Println(id)
				out.Unlock()
			}
		})
	}
	wg.Wait()
}

// Programs that write to one file are killed in the middle of their work. What
// they were told is done, is done, exactly once.
func TestKilledPrograms(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var told []string
	for range 2 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childPath+"="+path)
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			lines := bufio.NewScanner(stdout)
			n := 0
			for ; lines.Scan(); n++ {
				if n == 300 {
					cmd.Process.Kill()
				}
				mu.Lock()
				told = append(told, lines.Text())
				mu.Unlock()
			}
			cmd.Wait()
			if n < 300 {
				t.Errorf("a program ended after %d lines", n)
			}
		})
	}
	wg.Wait()

	s := open(t, Options{Path: path})
	for i, id := range told {
		if strings.HasPrefix(id, "error") {
			t.Errorf("a program says: %s", id)
			continue
		}
		if i == len(told)-1 && !strings.Contains(id, "-") { // cut off by the kill
			continue
		}
		if !has(t, s, id) {
			t.Errorf("%s was told to be done, and is lost", id)
		}
	}
	var count int
	var spent int
	err := s.View(t.Context(), func(tx store.Tx) error {
		a, err := tx.Attempts("p", "shared", idp.AttemptPassword)
		count = a.Count
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.writer.conn.c.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM spent`).Scan(&spent); err != nil {
		t.Fatal(err)
	}
	if count != spent || count < 600 {
		t.Errorf("the programs counted %d and marked %d, want the same and at least 600", count, spent)
	}
}
