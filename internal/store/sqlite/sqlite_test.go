package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
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
		return tx.Spend("p", []byte(id), time.Now())
	})
}

func has(t *testing.T, s *Store, id string) bool {
	t.Helper()
	err := s.Update(context.Background(), func(tx store.Tx) error {
		if err := tx.Spend("p", []byte(id), time.Now()); err != nil {
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
				if err := tx.Spend("p", []byte(id), time.Now()); err != nil {
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

func TestAPanicInATransactionLeavesTheWriterRunning(t *testing.T) {
	s := open(t, Options{})
	func() {
		defer func() { _ = recover() }()
		_ = s.Update(t.Context(), func(tx store.Tx) error {
			_ = tx.Spend("p", []byte("lost"), time.Now())
			panic("oh")
		})
	}()
	if has(t, s, "lost") {
		t.Error("what a panicking transaction wrote is there")
	}
	if err := put(s, "kept"); err != nil {
		t.Errorf("Update after a panic: got %v, want nil", err)
	}
}

func TestViewCannotWrite(t *testing.T) {
	s := open(t, Options{})
	err := s.View(t.Context(), func(tx store.Tx) error { return tx.Spend("p", []byte("x"), time.Now()) })
	if err == nil {
		t.Error("Spend in View: got nil, want an error")
	}
	if has(t, s, "x") {
		t.Error("what was written in View is there")
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
		if err := tx.Spend("p", []byte("half"), time.Now()); err != nil {
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

func BenchmarkUpdate(b *testing.B) {
	s := open(b, Options{})
	i := 0
	for b.Loop() {
		i++
		err := s.Update(context.Background(), func(tx store.Tx) error {
			return tx.PutCode(&idp.Code{PoolID: "p", Subject: string(rune(1 + i%50000)), Purpose: "x", Hash: []byte("0123456789abcdef0123456789abcdef"), ExpiresAt: time.Now()})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpdateParallel(b *testing.B) {
	s := open(b, Options{})
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			err := s.Update(context.Background(), func(tx store.Tx) error {
				return tx.PutCode(&idp.Code{PoolID: "p", Subject: string(rune(1 + i%50000)), Purpose: "x", Hash: []byte("0123456789abcdef0123456789abcdef"), ExpiresAt: time.Now()})
			})
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkFindUser(b *testing.B) {
	s := open(b, Options{})
	u := &idp.User{PoolID: "p", Username: "ada", Sub: "s", Attributes: map[string]string{"email": "ada@example.com"}}
	err := s.Update(context.Background(), func(tx store.Tx) error {
		return tx.CreateUser(u, []idp.Identifier{{Kind: "username", Value: "ada"}, {Kind: "email", Value: "ada@example.com"}})
	})
	if err != nil {
		b.Fatal(err)
	}
	ids := []idp.Identifier{{Kind: "username", Value: "ada"}}
	for b.Loop() {
		err := s.View(context.Background(), func(tx store.Tx) error { _, err := tx.FindUser("p", ids); return err })
		if err != nil {
			b.Fatal(err)
		}
	}
}
