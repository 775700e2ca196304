package sqlite

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// benchUser is a user as sign-ups make them.
func benchUser(i int) (*idp.User, []idp.Identifier) {
	name := fmt.Sprintf("3f2a8c10-0000-4000-8000-%012d", i*7919%1_000_003)
	email := fmt.Sprintf("user%07d@example.com", i)
	u := &idp.User{
		PoolID: "us-east-1_bench0000", Username: name, Sub: name, Status: "CONFIRMED", Enabled: true,
		Created: time.Unix(1_700_000_000, 0), Modified: time.Unix(1_700_000_000, 0),
		Attributes: map[string]string{"email": email, "email_verified": "true", "name": fmt.Sprint("Ada ", i)},
		Salt:       make([]byte, 16), Password: &idp.Password{Verifier: make([]byte, 420), SetAt: time.Unix(1_700_000_000, 0)},
	}
	return u, []idp.Identifier{{Kind: "username", Value: name}, {Kind: "email", Value: email}}
}

func withUsers(b *testing.B, n int) *Store {
	s := open(b, Options{})
	for i := 0; i < n; i += 1000 {
		err := s.Update(b.Context(), func(tx store.Tx) error {
			for j := i; j < min(i+1000, n); j++ {
				u, ids := benchUser(j)
				if err := tx.CreateUser(u, ids); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	reportCPU(b)
	return s
}

// reportCPU has a benchmark report the processor time that it takes from here
// on, which other programs on the machine change less than the time that
// passes.
func reportCPU(b *testing.B) {
	start := cpuTime(b)
	b.Cleanup(func() {
		b.ReportMetric(float64((cpuTime(b)-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
	})
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func view(b *testing.B, s *Store, f func(store.Tx) error) {
	if err := s.View(context.Background(), f); err != nil {
		b.Fatal(err)
	}
}

var sizes = []int{1_000, 100_000}

func BenchmarkFindUser(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := withUsers(b, n)
			for i := 0; b.Loop(); i++ {
				_, ids := benchUser(i * 104_729 % n)
				view(b, s, func(tx store.Tx) error { _, err := tx.FindUser("us-east-1_bench0000", ids[1:]); return err })
			}
		})
	}
}

// A commit empties the page caches of readers.
func BenchmarkFindUserBesideWrites(b *testing.B) {
	s := withUsers(b, 100_000)
	for i := 0; b.Loop(); i++ {
		if err := putCode(s, uint64(i)); err != nil {
			b.Fatal(err)
		}
		for j := range 4 {
			_, ids := benchUser((i*4 + j) * 104_729 % 1000)
			view(b, s, func(tx store.Tx) error { _, err := tx.FindUser("us-east-1_bench0000", ids[1:]); return err })
		}
	}
}

func BenchmarkListUsers(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := withUsers(b, n)
			q := store.UserQuery{Field: "email", Prefix: true, Value: "user000", Limit: 60}
			for b.Loop() {
				view(b, s, func(tx store.Tx) error { _, _, err := tx.ListUsers("us-east-1_bench0000", q); return err })
			}
		})
	}
}

func BenchmarkCreateUser(b *testing.B) {
	s := withUsers(b, 0)
	for i := 0; b.Loop(); i++ {
		u, ids := benchUser(i)
		if err := s.Update(context.Background(), func(tx store.Tx) error { return tx.CreateUser(u, ids) }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPoolVersion(b *testing.B) {
	s := open(b, Options{})
	if err := s.Update(b.Context(), func(tx store.Tx) error { return tx.CreatePool(&idp.UserPool{ID: "p"}) }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	reportCPU(b)
	for b.Loop() {
		view(b, s, func(tx store.Tx) error { _, err := tx.PoolVersion("p"); return err })
	}
}

func putCode(s *Store, n uint64) error {
	hash := make([]byte, 32)
	binary.BigEndian.PutUint64(hash, n)
	return s.Update(context.Background(), func(tx store.Tx) error {
		return tx.PutCode(&idp.Code{PoolID: "p", Subject: fmt.Sprint("user", n*7919%1_000_003), Purpose: idp.PurposeSignUp, Hash: hash, ExpiresAt: time.Unix(int64(1_700_000_000+n), 0)})
	})
}

func BenchmarkUpdate(b *testing.B) {
	b.Run("serial", func(b *testing.B) {
		s := open(b, Options{})
		b.ReportAllocs()
		reportCPU(b)
		for i := uint64(0); b.Loop(); i++ {
			if err := putCode(s, i); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		s := open(b, Options{})
		b.ReportAllocs()
		reportCPU(b)
		b.SetParallelism(32)
		var n atomic.Uint64
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := putCode(s, n.Add(1)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}
