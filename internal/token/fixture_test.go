package token

import (
	"context"
	"crypto/rsa"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlite"
)

func openStore(t testing.TB) store.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlite.Options{Path: filepath.Join(t.TempDir(), sqlite.FileName)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing store: %v", err)
		}
	})
	return s
}

// fixture is a service over a store with one pool, one client and one user.
type fixture struct {
	*Service
	t      testing.TB
	master *secret.Master
	client *catalog.Client
	user   *idp.User

	mu  sync.Mutex
	now time.Time
}

// testKeys are made once for all tests, since a key takes longer than a test.
var testKeys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var keys [2]*rsa.PrivateKey
	for i := range keys {
		var err error
		if keys[i], err = newKey(); err != nil {
			panic(err)
		}
	}
	return keys
})

// readyKeys returns a pool of the two keys of all tests.
func readyKeys() *KeyPool {
	p := &KeyPool{ready: make(chan *rsa.PrivateKey, 2)}
	for _, key := range testKeys() {
		p.ready <- key
	}
	return p
}

func newFixture(t testing.TB, change ...func(*cognito.UserPoolClientType)) *fixture {
	t.Helper()
	f := &fixture{t: t, master: newMaster(t), now: testTime}
	s := openStore(t)
	f.Service = f.node(s)
	pool := newPool(t, f.master, testPool)
	f.user = newUser("jane")
	f.update(func(tx store.Tx) error {
		if err := tx.CreatePool(pool.UserPool); err != nil {
			return err
		}
		if err := tx.CreateClient(newClient(pool, testClient, change...).Client); err != nil {
			return err
		}
		return tx.CreateUser(f.user, f.user.Identifiers(pool.UserPool))
	})
	f.client = f.find(f.Service, testClient)
	return f
}

// node returns one more service over the same store, as another node would be.
func (f *fixture) node(s store.Store) *Service {
	wall := func() time.Time { return testTime } // a catalog that forgets only when told
	return &Service{
		Store: s, Catalog: catalog.New(s, f.master, wall), Keys: readyKeys(), Now: f.clock, Issuer: issuer,
	}
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func (f *fixture) update(do func(store.Tx) error) {
	f.t.Helper()
	if err := f.Store.Update(f.t.Context(), do); err != nil {
		f.t.Fatal(err)
	}
}

// find returns a client as a service sees it.
func (f *fixture) find(s *Service, id string) *catalog.Client {
	f.t.Helper()
	c, err := s.Catalog.Client(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// setClient changes the settings of the client.
func (f *fixture) setClient(change func(*cognito.UserPoolClientType)) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		c, err := tx.Client(testClient)
		if err != nil {
			return err
		}
		change(&c.Settings)
		return tx.UpdateClient(c)
	})
	f.Catalog.ForgetClient(testClient)
	f.client = f.find(f.Service, testClient)
}

// setUser changes the user.
func (f *fixture) setUser(change func(*idp.User)) {
	f.t.Helper()
	change(f.user)
	f.update(func(tx store.Tx) error { return tx.SetUser(f.user) })
}

func (f *fixture) prepare(g Grant) *Issued {
	f.t.Helper()
	issued, err := f.Prepare(f.t.Context(), g)
	if err != nil {
		f.t.Fatalf("Prepare: %v", err)
	}
	return issued
}

// signIn signs the user in.
func (f *fixture) signIn() *Issued {
	f.t.Helper()
	issued := f.prepare(Grant{Client: f.client, User: f.user})
	f.update(issued.Save)
	return issued
}

// refresh does everything that a refresh does.
func (f *fixture) refresh(token string) (*Issued, error) {
	ctx := f.t.Context()
	grant, err := f.Refresh(ctx, f.client, token, "")
	if err != nil {
		return nil, err
	}
	issued, err := f.Prepare(ctx, *grant)
	if err != nil {
		return nil, err
	}
	if issued.NeedsSave() {
		if err := f.Store.Update(ctx, issued.Save); err != nil {
			return nil, err
		}
	}
	return issued, nil
}

// liveHash is the hash under which a refresh token is stored.
func (f *fixture) liveHash(token string) string {
	f.t.Helper()
	t, err := openRefreshToken(f.client.Pool, token)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(t.hash(f.client.Pool))
}

func (f *fixture) mustRefresh(token string) *Issued {
	f.t.Helper()
	issued, err := f.refresh(token)
	if err != nil {
		f.t.Fatalf("refresh: %v", err)
	}
	return issued
}
