package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func open(t testing.TB, o Options) *Store {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), FileName)
	}
	s, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(s *Store, id string) error {
	return s.Update(context.Background(), func(tx store.Tx) error {
		return tx.Spend("p", []byte(id), time.Unix(1e9, 0))
	})
}

func has(t *testing.T, s *Store, id string) bool {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error {
		if err := tx.Spend("p", []byte(id), time.Unix(1e9, 0)); err != nil {
			return err
		}
		return errors.New("only looking")
	})
	return errors.Is(err, store.ErrExists)
}

func TestOneFailureInABatchTakesNobodyAlong(t *testing.T) {
	s := open(t, Options{})
	errNo := errors.New("no")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			id := string(rune('a'+i%26)) + string(rune('0'+i/26))
			err := s.Update(t.Context(), func(tx store.Tx) error {
				if err := tx.Spend("p", []byte(id), time.Unix(1e9, 0)); err != nil {
					return err
				}
				if i%2 == 1 {
					return errNo
				}
				return nil
			})
			if want := i%2 == 1; errors.Is(err, errNo) != want {
				t.Errorf("Update %d: got %v", i, err)
			}
		})
	}
	wg.Wait()
	for i := range 200 {
		id := string(rune('a'+i%26)) + string(rune('0'+i/26))
		if got, want := has(t, s, id), i%2 == 0; got != want {
			t.Errorf("row of transaction %d: got %v, want %v", i, got, want)
		}
	}
}

func TestAFullDatabaseRefusesWritesAndRecovers(t *testing.T) {
	s := open(t, Options{MaxPages: 80})
	big := func(i int) *idp.AccessKey {
		return &idp.AccessKey{ID: string(rune('a' + i)), Sealed: make([]byte, 20_000)}
	}
	i, full := 0, error(nil)
	for ; i < 26 && full == nil; i++ {
		full = s.Update(t.Context(), func(tx store.Tx) error { return tx.PutAccessKey(big(i)) })
	}
	if full == nil {
		t.Fatal("26 large rows fitted into a bounded database")
	}
	err := s.View(t.Context(), func(tx store.Tx) error { _, err := tx.AccessKey("a"); return err })
	if err != nil {
		t.Errorf("reading from a full database: got %v, want nil", err)
	}
	err = s.Update(t.Context(), func(tx store.Tx) error {
		for _, id := range []string{"a", "b", "c"} {
			if err := tx.DeleteAccessKey(id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("deleting from a full database: got %v, want nil", err)
	}
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutAccessKey(big(25)) }); err != nil {
		t.Errorf("writing after rows went: got %v, want nil", err)
	}
}

func TestASwallowedFailureOfAStatementFailsTheTransaction(t *testing.T) {
	s := open(t, Options{MaxPages: 80})
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.Spend("p", []byte("half"), time.Unix(1e9, 0)); err != nil {
			return err
		}
		_ = tx.PutAccessKey(&idp.AccessKey{ID: "a", Sealed: make([]byte, 1<<20)}) // does not fit
		return nil
	})
	if err == nil {
		t.Error("Update: got nil, want the error of the statement")
	}
	if has(t, s, "half") {
		t.Error("half of the transaction is there")
	}
}

func TestADatabaseIsReadableByItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s := open(t, Options{Path: path})
	if err := put(s, "x"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("mode of %s: got %o, want 600", filepath.Base(name), got)
		}
	}
}

// Callers who are ready to run at the same time share a commit: two of them
// write the page that both change once.
func TestCallersWhoAreReadyShareACommit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	path := filepath.Join(t.TempDir(), FileName)
	s := open(t, Options{Path: path})
	before := logPages(t, path)
	const pairs = 40
	for i := range pairs {
		var wg sync.WaitGroup
		for j := range 2 {
			wg.Go(func() {
				if err := put(s, fmt.Sprint(i, j)); err != nil {
					t.Errorf("Update: %v", err)
				}
			})
		}
		wg.Wait()
	}
	if pages := logPages(t, path) - before; pages > 1.5*pairs {
		t.Errorf("%d pairs of callers wrote %d pages, want about one each", pairs, pages)
	}
}

// logPages is how many pages the log of a database holds.
func logPages(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096 + 24 // with its header
	return info.Size() / page
}

// A caller whose time is over while others write is let go, and what it wanted
// does not happen.
func TestACallerLeavesTheQueue(t *testing.T) {
	s := open(t, Options{})
	started, release := make(chan struct{}), make(chan struct{})
	slow := make(chan error)
	go func() {
		slow <- s.Update(t.Context(), func(tx store.Tx) error {
			close(started)
			<-release
			return tx.Spend("p", []byte("slow"), time.Unix(1e9, 0))
		})
	}()
	<-started
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := s.Update(ctx, func(store.Tx) error { t.Error("the closure of a caller who left ran"); return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Update: got %v, want %v", err, context.DeadlineExceeded)
	}
	close(release)
	if err := <-slow; err != nil {
		t.Errorf("Update that was under way: %v", err)
	}
	if !has(t, s, "slow") {
		t.Error("what the update under way wrote is not there")
	}
}

func TestTheQueueIsBounded(t *testing.T) {
	s := open(t, Options{})
	started, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		s.Update(t.Context(), func(store.Tx) error { close(started); <-release; return nil })
	})
	<-started
	ctx, cancel := context.WithCancel(t.Context())
	for range maxQueue {
		wg.Go(func() { s.Update(ctx, func(store.Tx) error { return nil }) })
	}
	for len(s.writer.queue) < maxQueue {
		time.Sleep(time.Millisecond)
	}
	if err := put(s, "x"); !errors.Is(err, errBusy) {
		t.Errorf("Update with a full queue: got %v, want %v", err, errBusy)
	}
	cancel()
	close(release)
	wg.Wait()
	if err := put(s, "x"); err != nil {
		t.Errorf("Update after the queue has emptied: %v", err)
	}
}

// Connections that break are replaced.
func TestBrokenConnections(t *testing.T) {
	s := open(t, Options{})
	breakAll := map[string]func(c *conn){
		"closed":              func(c *conn) { c.c.Close() },
		"inside transactions": func(c *conn) { c.do("BEGIN") },
	}
	for name, breaks := range breakAll {
		breaks(s.writer.conn)
		for _, c := range s.readers.idle {
			breaks(c)
		}
		if err := put(s, name); err != nil {
			t.Errorf("Update with connections %s: %v", name, err)
		}
		var read func(readers int) error // with so many connections at once
		read = func(readers int) error {
			if readers == 0 {
				return nil
			}
			return s.View(t.Context(), func(tx store.Tx) error {
				if _, err := tx.CountPools(1); err != nil {
					return err
				}
				return read(readers - 1)
			})
		}
		if err := read(cap(s.readers.free)); err != nil {
			t.Errorf("View with connections %s: %v", name, err)
		}
		if err := s.View(t.Context(), func(tx store.Tx) error { return tx.Spend("p", []byte("v"), time.Unix(1e9, 0)) }); err == nil {
			t.Errorf("Spend in a View, after connections were %s: got nil, want an error", name)
		}
	}
}

func TestAFullDatabaseIsNotLostForNeighbours(t *testing.T) {
	s := open(t, Options{MaxPages: 80})
	var wg sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		wg.Go(func() {
			errs[i] = s.Update(t.Context(), func(tx store.Tx) error {
				if i%4 == 0 {
					if err := tx.PutAccessKey(&idp.AccessKey{ID: "big", Sealed: make([]byte, 1<<20)}); err != nil {
						return err
					}
				}
				return tx.Spend("p", []byte{byte(i)}, time.Unix(1e9, 0))
			})
		})
	}
	wg.Wait()
	for i, err := range errs {
		// A neighbour may fail with the one that filled the disk, but what is
		// said to be done is done, and nothing else.
		if got := has(t, s, string([]byte{byte(i)})); got != (err == nil) {
			t.Errorf("row %d: there is %t, but Update said %v", i, got, err)
		}
		if i%4 == 0 && err == nil {
			t.Errorf("Update %d, which does not fit: got nil", i)
		}
	}
	if err := put(s, "after"); err != nil {
		t.Errorf("Update after a full database: %v", err)
	}
}

// Ready finds out whether the file takes writes in the only way that is sure.
func TestReadyWrites(t *testing.T) {
	s := open(t, Options{})
	other, err := s.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	version := func() (n int) {
		if err := other.QueryRowContext(t.Context(), `PRAGMA data_version`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := version()
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
	if version() == before {
		t.Error("Ready wrote nothing")
	}
}

// A goroutine that ends in the middle of its transaction, as one that a test
// gives up does, takes nobody along for good.
func TestAGoroutineThatEndsInItsTurn(t *testing.T) {
	s := open(t, Options{})
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				if err := tx.Spend("p", []byte{byte(i)}, time.Unix(1e9, 0)); err != nil {
					return err
				}
				if i%3 == 0 {
					runtime.Goexit()
				}
				return nil
			})
			if got := has(t, s, string([]byte{byte(i)})); got != (err == nil) {
				t.Errorf("row %d: there is %t, but Update said %v", i, got, err)
			}
		})
	}
	wg.Wait()
	for i := 0; i < 60; i += 3 {
		if has(t, s, string([]byte{byte(i)})) {
			t.Errorf("row %d of a goroutine that ended is there", i)
		}
	}
	if err := put(s, "after"); err != nil {
		t.Errorf("Update afterwards: %v", err)
	}
}
