package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// published returns the kids of the key set, as a service answers it.
func published(t *testing.T, s *Service) []string {
	t.Helper()
	text, err := s.JWKS(t.Context(), testPool)
	if err != nil {
		t.Fatalf("JWKS: %v", err)
	}
	var set struct {
		Keys []map[string]string `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	var kids []string
	for _, k := range set.Keys {
		kids = append(kids, k["kid"])
	}
	return kids
}

func kidOf(t *testing.T, token string) string {
	t.Helper()
	return decode(t, must(b64.DecodeString(token[:bytes.IndexByte([]byte(token), '.')])))["kid"].(string)
}

func (f *fixture) rotate() {
	f.t.Helper()
	if err := f.Rotate(f.t.Context(), testPool); err != nil {
		f.t.Fatalf("Rotate: %v", err)
	}
}

func TestJWKSForm(t *testing.T) {
	f := newFixture(t)
	text, err := f.JWKS(t.Context(), testPool)
	if err != nil {
		t.Fatalf("JWKS: %v", err)
	}
	var set map[string][]map[string]string
	if err := json.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	if len(set) != 1 || len(set["keys"]) != 2 {
		t.Fatalf("JWKS: got %d members and %d keys, want 1 and 2", len(set), len(set["keys"]))
	}
	for _, k := range set["keys"] {
		if len(k) != 6 || k["alg"] != "RS256" || k["kty"] != "RSA" || k["use"] != "sig" || k["e"] != "AQAB" || len(k["n"]) != 342 || len(k["kid"]) != 44 {
			t.Errorf("JWKS: got key %v", k)
		}
	}
}

func TestDiscovery(t *testing.T) {
	f := newFixture(t)
	text, err := f.Discovery(t.Context(), testPool)
	if err != nil {
		t.Fatalf("Discovery: %v", err)
	}
	want := `{"id_token_signing_alg_values_supported": ["RS256"], "issuer": "http://localhost:9229/us-east-1_AbCdEfGhI",
		"jwks_uri": "http://localhost:9229/us-east-1_AbCdEfGhI/.well-known/jwks.json", "response_types_supported": ["code", "token"],
		"scopes_supported": ["openid", "email", "phone", "profile"], "subject_types_supported": ["public"],
		"token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"]}`
	if diff := cmp.Diff(decode(t, []byte(want)), decode(t, text)); diff != "" {
		t.Errorf("Discovery differs (-want +got):\n%s", diff)
	}
}

func TestDocumentsOfUnknownPool(t *testing.T) {
	f := newFixture(t)
	want := idp.ErrPoolNotFound("us-east-1_Unknown00")
	if _, err := f.JWKS(t.Context(), "us-east-1_Unknown00"); !errors.Is(err, want) {
		t.Errorf("JWKS: got %v, want %v", err, want)
	}
	if _, err := f.Discovery(t.Context(), "us-east-1_Unknown00"); !errors.Is(err, want) {
		t.Errorf("Discovery: got %v, want %v", err, want)
	}
	if err := f.Rotate(t.Context(), "us-east-1_Unknown00"); !errors.Is(err, want) {
		t.Errorf("Rotate: got %v, want %v", err, want)
	}
}

// Nodes that all find a pool without keys end up with the same ones.
func TestNodesAgreeOnFirstKeys(t *testing.T) {
	f := newFixture(t)
	const n = 4
	keys := NewKeyPool(2 * n)
	defer keys.Close()
	nodes := make([]*Service, n)
	for i := range nodes {
		nodes[i] = f.node(f.Store)
		nodes[i].Keys = keys // not those that all tests share
	}
	kids := make([][]string, n)
	var wg sync.WaitGroup
	for i, node := range nodes {
		wg.Go(func() { kids[i] = published(t, node) })
	}
	wg.Wait()
	for i := range kids {
		if diff := cmp.Diff(kids[0], kids[i]); diff != "" || len(kids[i]) != 2 {
			t.Errorf("node %d publishes %v, node 0 %v", i, kids[i], kids[0])
		}
	}
}

// Keys that were stored with the pool are used as they are.
func TestNewKeysAreTakenUp(t *testing.T) {
	f := newFixture(t)
	keys, err := f.NewKeys(testPool, f.client.Pool.Key)
	if err != nil {
		t.Fatalf("NewKeys: %v", err)
	}
	f.update(func(tx store.Tx) error {
		for _, k := range keys {
			if err := tx.PutSigningKey(k); err != nil {
				return err
			}
		}
		return nil
	})
	issued := f.signIn()
	if got := kidOf(t, issued.IDToken); got != keys[0].ID || keys[0].Use != idp.KeyUseID {
		t.Errorf("ID token: kid %s, want %s", got, keys[0].ID)
	}
	if got := kidOf(t, issued.AccessToken); got != keys[1].ID || keys[1].Use != idp.KeyUseAccess {
		t.Errorf("access token: kid %s, want %s", got, keys[1].ID)
	}
}

func TestRotate(t *testing.T) {
	f := newFixture(t)
	old := f.signIn()
	f.rotate()
	during := f.signIn()
	if got, want := kidOf(t, during.AccessToken), kidOf(t, old.AccessToken); got != want {
		t.Errorf("kid right after Rotate: got %s, want the old %s until all nodes know the new one", got, want)
	}
	if got := published(t, f.Service); len(got) != 4 {
		t.Errorf("%d keys are published during the handover, want 4", len(got))
	}
	f.advance(handover)
	after := f.signIn()
	if got := kidOf(t, after.AccessToken); got == kidOf(t, old.AccessToken) {
		t.Errorf("kid after the handover is still %s", got)
	}
	for _, issued := range []*Issued{old, during, after} {
		if _, err := f.Access(t.Context(), issued.AccessToken); err != nil {
			t.Errorf("Access: %v", err)
		}
	}
}

func TestRetiredKeysGo(t *testing.T) {
	f := newFixture(t)
	f.signIn()
	f.rotate()
	f.advance(handover + afterlife)
	f.Catalog.ForgetAll()
	if got := published(t, f.Service); len(got) != 4 {
		t.Errorf("%d keys are published at the end of the overlap, want 4", len(got))
	}
	f.advance(time.Second)
	f.Catalog.ForgetAll()
	if got := published(t, f.Service); len(got) != 2 {
		t.Errorf("%d keys are published after the overlap, want 2", len(got))
	}
	f.rotate()
	var rows []*idp.SigningKey
	f.update(func(tx store.Tx) (err error) { rows, err = tx.SigningKeys(testPool); return err })
	if len(rows) != 4 {
		t.Errorf("%d keys are stored, want 4: those that are gone were deleted", len(rows))
	}
}

// Another node uses a new key as soon as its catalog has read the pool again.
func TestOtherNodeLearnsOfRotation(t *testing.T) {
	f := newFixture(t)
	f.signIn()
	other := f.node(f.Store)
	published(t, other)
	f.rotate()
	f.advance(handover)
	issued := f.signIn()
	if _, err := other.Access(t.Context(), issued.AccessToken); !errors.Is(err, idp.ErrAccessTokenSignature) {
		t.Errorf("Access before the catalog's time is over: got %v, want %v", err, idp.ErrAccessTokenSignature)
	}
	other.Catalog.ForgetPool(testPool)
	if _, err := other.Access(t.Context(), issued.AccessToken); err != nil {
		t.Errorf("Access: %v", err)
	}
}

func TestPrivateKeysAreSealed(t *testing.T) {
	f := newFixture(t)
	f.signIn()
	err := f.Store.View(t.Context(), func(tx store.Tx) error {
		rows, err := tx.SigningKeys(testPool)
		for _, row := range rows {
			private, err := openKey(f.client.Pool.Key, row)
			if err != nil {
				return err
			}
			if bytes.Contains(row.Sealed, private.Primes[0].Bytes()) {
				t.Errorf("a row holds a private key in the clear")
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever can write to the database but has no key cannot make the service
// trust a key of theirs.
func TestForeignSigningKeyIsNotTrusted(t *testing.T) {
	f := newFixture(t)
	key, _, err := f.master.NewPoolKey(testPool)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.NewKeys(testPool, key)
	if err != nil {
		t.Fatal(err)
	}
	f.update(func(tx store.Tx) error { return errors.Join(tx.PutSigningKey(rows[0]), tx.PutSigningKey(rows[1])) })
	if _, err := f.JWKS(t.Context(), testPool); !errors.Is(err, secret.ErrOpen) {
		t.Errorf("JWKS: got %v, want %v", err, secret.ErrOpen)
	}
}

func TestRingsAreBounded(t *testing.T) {
	var r rings
	for i := range maxRings + 10 {
		r.slot(string(rune(i)))
	}
	if len(r.m) > maxRings {
		t.Errorf("%d rings are kept, want at most %d", len(r.m), maxRings)
	}
}
