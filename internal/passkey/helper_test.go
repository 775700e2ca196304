package passkey_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlite"
)

// noon is when every test begins.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	poolID = "us-east-1_PasskeyTs"
	origin = "https://login.example.com"
)

// fixture is a service on a store of its own, whose pool has the relying party
// example.com, with the user ada and a client.
type fixture struct {
	*passkey.Service
	t     testing.TB
	store store.Store
	pool  *idp.UserPool
	ada   passkey.Holder
	now   time.Time
}

var master = sync.OnceValue(func() *secret.Master {
	dir, err := os.MkdirTemp("", "passkey")
	must(err)
	defer os.RemoveAll(dir)
	must(secret.CreateMasterKeyFile(filepath.Join(dir, "master.key")))
	m, err := secret.OpenMasterKey(filepath.Join(dir, "master.key"))
	must(err)
	return m
})

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func newService(t testing.TB, change ...func(*idp.UserPool)) *fixture {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlite.Options{Path: filepath.Join(t.TempDir(), sqlite.FileName)})
	must(err)
	t.Cleanup(func() { must(s.Close()) })
	f := &fixture{t: t, store: s, now: noon}
	f.Service = &passkey.Service{Store: s, Now: func() time.Time { return f.now }, Rand: rand.Reader}

	settings, err := idp.NewPoolSettings(&cognito.CreateUserPoolRequest{PoolName: "pool"}, "us-east-1")
	must(err)
	f.pool = &idp.UserPool{ID: poolID, Settings: *settings}
	f.pool.Settings.ID = poolID
	f.pool.Settings.Policies.SignInPolicy.AllowedFirstAuthFactors = []cognito.AuthFactorType{cognito.AuthFactorPassword, cognito.AuthFactorWebAuthn}
	f.pool.Features.MFA.WebAuthn = &cognito.WebAuthnConfigurationType{RelyingPartyID: "example.com"}
	for _, c := range change {
		c(f.pool)
	}
	_, f.pool.SealedKey, err = master().NewPoolKey(poolID)
	must(err)
	f.pool.Prepare()
	f.update(func(tx store.Tx) error { return tx.CreatePool(f.pool) })
	f.ada = f.holder("client", "ada")
	return f
}

func (f *fixture) update(do func(store.Tx) error) {
	f.t.Helper()
	if err := f.store.Update(f.t.Context(), do); err != nil {
		f.t.Fatal(err)
	}
}

// holder makes a user, unless there is one, and signs them in with a client.
func (f *fixture) holder(clientID, username string) passkey.Holder {
	f.t.Helper()
	u := &idp.User{
		PoolID: poolID, Username: username, Sub: "sub-of-" + username, Status: cognito.UserStatusConfirmed, Enabled: true,
		Attributes: map[string]string{"email": username + "@example.com"},
	}
	f.update(func(tx store.Tx) error {
		if _, err := tx.User(poolID, username); err == nil {
			return nil
		}
		return tx.CreateUser(u, []idp.Identifier{{Kind: idp.IdentifierUsername, Value: username}})
	})
	return passkey.Holder{User: u, Client: &catalog.Client{
		Client: &idp.Client{ID: clientID, PoolID: poolID, Settings: cognito.UserPoolClientType{AuthSessionValidity: new(int64(5))}},
		Pool:   &catalog.Pool{UserPool: f.pool},
	}}
}

// start begins a registration that must be possible.
func (f *fixture) start(h passkey.Holder) json.RawMessage {
	f.t.Helper()
	options, err := f.Start(f.t.Context(), h)
	if err != nil {
		f.t.Fatalf("Start: %v", err)
	}
	return options
}

// register gives a user a passkey.
func (f *fixture) register(h passkey.Holder, a *passkeytest.Authenticator) *idp.WebAuthnCredential {
	f.t.Helper()
	if err := f.Complete(f.t.Context(), h, a.Create(f.start(h))); err != nil {
		f.t.Fatalf("Complete: %v", err)
	}
	all := f.list(h)
	return all[slices.IndexFunc(all, func(c *idp.WebAuthnCredential) bool {
		return string(c.ID) == string(a.Passkeys()[len(a.Passkeys())-1].ID)
	})]
}

func (f *fixture) list(h passkey.Holder) []*idp.WebAuthnCredential {
	f.t.Helper()
	all, err := f.List(f.t.Context(), h)
	if err != nil {
		f.t.Fatalf("List: %v", err)
	}
	return all
}

// wantErr fails unless err is want, and the operation that the call begins
// with declares it.
func wantErr(t testing.TB, call string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", call, err, want)
	}
	op, _, _ := strings.Cut(call, " ")
	var known *idp.Error
	if errors.As(err, &known) && !slices.Contains(cognito.Operations[op].Errors, known.Code) {
		t.Errorf("%s does not declare %s", op, known.Code)
	}
}
