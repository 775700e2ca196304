package token

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
)

const (
	testPool   = "us-east-1_AbCdEfGhI"
	testClient = "1example23456789abcdefghij"
	testSub    = "5f0d2f2e-3e2e-4a1e-9b1e-0123456789ab"
	testEvent  = "0a4c5d6e-7f80-4192-a3b4-c5d6e7f80912"
)

var testTime = time.Date(2026, 3, 1, 12, 0, 0, 345e6, time.UTC)

func issuer(poolID string) string { return "http://localhost:9229/" + poolID }

func ptr[T any](v T) *T { return &v }

// newMaster returns a master key of its own.
func newMaster(t testing.TB) *secret.Master {
	t.Helper()
	path := t.TempDir() + "/master.key"
	if err := secret.CreateMasterKeyFile(path); err != nil {
		t.Fatal(err)
	}
	m, err := secret.OpenMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// newPool returns a pool that is in no store, with a key.
func newPool(t testing.TB, m *secret.Master, id string) *catalog.Pool {
	t.Helper()
	key, sealed, err := m.NewPoolKey(id)
	if err != nil {
		t.Fatal(err)
	}
	p := &catalog.Pool{UserPool: &idp.UserPool{ID: id, SealedKey: sealed}, Key: key}
	p.Settings.ID = id
	p.Prepare()
	return p
}

func newClient(pool *catalog.Pool, id string, change ...func(*cognito.UserPoolClientType)) *catalog.Client {
	c := &idp.Client{ID: id, PoolID: pool.ID}
	c.Settings.ClientID, c.Settings.UserPoolID, c.Settings.ClientName = id, pool.ID, "app"
	for _, f := range change {
		f(&c.Settings)
	}
	return &catalog.Client{Client: c, Pool: pool}
}

func rotating(grace int64) func(*cognito.UserPoolClientType) {
	return func(s *cognito.UserPoolClientType) {
		s.RefreshTokenRotation = &cognito.RefreshTokenRotationType{
			Feature: cognito.FeatureEnabled, RetryGracePeriodSeconds: &grace,
		}
	}
}

func newUser(username string) *idp.User {
	return &idp.User{
		PoolID: testPool, Username: username, Sub: testSub, Status: cognito.UserStatusConfirmed, Enabled: true,
		Created: testTime, Modified: testTime, Attributes: map[string]string{"email": "jane@example.com"},
		Salt: []byte("0123456789abcdef"),
	}
}

// seeded is a reader of the same random bytes each time.
func seeded() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{7}) }

// payload decodes the claims of a token, numbers as they are written.
func payload(t testing.TB, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("token has %d parts, want 3", len(parts))
	}
	text, err := b64.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, text)
}

func decode(t testing.TB, text []byte) map[string]any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}
