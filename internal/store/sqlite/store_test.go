package sqlite

import (
	"path/filepath"
	"testing"

	"rockpool/internal/store"
	"rockpool/internal/store/storetest"
)

func newStore(t *testing.T) store.Store { return open(t, Options{}) }

func TestStore(t *testing.T) { storetest.Run(t, newStore) }

func TestOneNode(t *testing.T) {
	storetest.RunNodes(t, func(t *testing.T, n int) []store.Store {
		s := newStore(t)
		nodes := make([]store.Store, n)
		for i := range nodes {
			nodes[i] = s
		}
		return nodes
	})
}

// Two programs may have one file open, such as a command beside the server.
func TestTwoPrograms(t *testing.T) {
	storetest.RunNodes(t, func(t *testing.T, n int) []store.Store {
		path := filepath.Join(t.TempDir(), FileName)
		var nodes []store.Store
		for range n {
			nodes = append(nodes, open(t, Options{Path: path}))
		}
		return nodes
	})
}

func TestReopen(t *testing.T) {
	storetest.RunReopen(t, func(t *testing.T) func() store.Store {
		path := filepath.Join(t.TempDir(), FileName)
		return func() store.Store {
			s, err := Open(t.Context(), Options{Path: path})
			if err != nil {
				t.Fatalf("Open: %v", err)
			}
			return s
		}
	})
}
