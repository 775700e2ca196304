package storetest

import (
	"fmt"
	"testing"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// RunReopen tests that what an Update said is done stays done. place makes a
// new database and returns what opens it, each time as a new program would;
// the test closes what it opened.
func RunReopen(t *testing.T, place func(t *testing.T) (open func() store.Store)) {
	t.Run("Durable/AfterClose", func(t *testing.T) {
		open := place(t)
		for round := range 3 {
			s := open()
			for i := range round {
				read(t, s, codeOf(fmt.Sprint("u", i)))
			}
			update(t, s, func(tx store.Tx) error { return tx.PutCode(sampleCode(fmt.Sprint("u", round), 1)) })
			if err := s.Close(); err != nil {
				t.Fatalf("Close: %v", err)
			}
		}
	})
	t.Run("Durable/SeenByOthersAtOnce", func(t *testing.T) {
		open := place(t)
		a, b := open(), open()
		defer a.Close()
		defer b.Close()
		for i := range 10 {
			update(t, a, func(tx store.Tx) error { return tx.PutCode(sampleCode(fmt.Sprint("u", i), 1)) })
			read(t, b, codeOf(fmt.Sprint("u", i)))
			update(t, b, func(tx store.Tx) error { return tx.DeleteCode(sampleCode(fmt.Sprint("u", i), 1)) })
			wantView(t, a, "Code that another node deleted", store.ErrNotFound, codeOf(fmt.Sprint("u", i)))
		}
	})
	t.Run("Durable/KeepsEverything", func(t *testing.T) {
		open := place(t)
		s := open()
		createPools(t, s)
		update(t, s, func(tx store.Tx) error { return fillUser(tx, pool1, "ada", 1) })
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
		s = open()
		defer s.Close()
		if found := kept(t, s, pool1, "ada", 1); len(found) != 8 {
			t.Errorf("after opening again there is only %v", found)
		}
		want(t, "Pool", read(t, s, poolOf(pool1)), samplePool(pool1))
		want(t, "User", read(t, s, func(tx store.Tx) (*idp.User, error) { return tx.User(pool1, "ada") }), sampleUser(pool1, "ada"))
	})
}
