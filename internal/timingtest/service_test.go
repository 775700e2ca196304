//go:build !race

package timingtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/secret"
	"rockpool/internal/server"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlite"
)

// service is a whole server in this process, without a network in between
// that would add noise.
type service struct {
	t       *testing.T
	handler http.Handler
	api     cognito.Service
	store   store.Store
	poolID  string
	hiding  string // a client that hides which users exist
	telling string // one that does not
}

func newService(t *testing.T) *service {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, sqlite.FileName)})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	key := filepath.Join(dir, "master-key.json")
	must(t, secret.CreateMasterKeyFile(key))
	master, err := secret.OpenMasterKey(key)
	must(t, err)
	srv, err := server.New(server.Options{
		Store: db, Master: master, Invoker: noFunctions{}, PublicURL: "http://localhost", Email: nowhere{},
		Region: "us-east-1", AccountID: "000000000000", Version: "test",
		AnySignature: true,
		Unlimited:    true, // the limits per user would end the test early
		Logger:       slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	must(t, err)
	t.Cleanup(func() { must(t, srv.Close(context.Background())) })
	s := &service{t: t, handler: srv.Public, api: srv.API, store: db}

	ctx := t.Context()
	pool, err := srv.API.CreateUserPool(ctx, &cognito.CreateUserPoolRequest{
		PoolName: "timing", AutoVerifiedAttributes: []cognito.VerifiedAttributeType{"email"},
		Policies: &cognito.UserPoolPolicyType{SignInPolicy: &cognito.SignInPolicyType{
			AllowedFirstAuthFactors: []cognito.AuthFactorType{cognito.AuthFactorPassword, cognito.AuthFactorEmailOtp},
		}},
	})
	must(t, err)
	s.poolID = pool.UserPool.ID
	for existence, id := range map[cognito.PreventUserExistenceErrorTypes]*string{"ENABLED": &s.hiding, "LEGACY": &s.telling} {
		client, err := srv.API.CreateUserPoolClient(ctx, &cognito.CreateUserPoolClientRequest{
			UserPoolID: s.poolID, ClientName: "timing", PreventUserExistenceErrors: existence,
			ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{
				cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsAllowUserSrpAuth, cognito.ExplicitAuthFlowsAllowRefreshTokenAuth,
				cognito.ExplicitAuthFlowsAllowUserAuth,
			},
		})
		must(t, err)
		*id = client.UserPoolClient.ClientID
	}
	prepared, err := catalog.New(db, master, time.Now).Pool(ctx, s.poolID)
	must(t, err)
	for i := range names {
		must(t, s.addUser(prepared, confirmed(i), cognito.UserStatusConfirmed))
		must(t, s.addUser(prepared, unconfirmed(i), cognito.UserStatusUnconfirmed))
	}
	srp.Warm()
	return s
}

func (s *service) addUser(pool *catalog.Pool, name string, status cognito.UserStatusType) error {
	salt := srp.NewSalt(nil)
	now := time.Now()
	u := &idp.User{
		PoolID: pool.ID, Username: name, Sub: secret.UUID(nil), Status: status, Enabled: true, Created: now, Modified: now, Salt: salt[:],
		Attributes: map[string]string{"email": name + "@example.com"},
	}
	if status == cognito.UserStatusConfirmed {
		u.Attributes["email_verified"] = "true"
	}
	accounts := &account.Service{Now: time.Now}
	if err := accounts.SetPassword(pool, u, srp.Verifier(pool.Name(), name, "Right-passw0rd", salt[:])); err != nil {
		return err
	}
	return s.store.Update(s.t.Context(), func(tx store.Tx) error { return tx.CreateUser(u, u.Identifiers(pool.UserPool)) })
}

// limit is the difference that is too much: half of the cheapest thing whose
// absence must be noticed, which is what the password arithmetic or a write
// to the database costs on this machine. Of several measurements the least
// counts, as a busy neighbour only ever adds.
func (s *service) limit() time.Duration {
	s.t.Helper()
	var least time.Duration
	for round := range 4 {
		var arithmetic, writes []time.Duration
		for i := range 40 {
			arithmetic = append(arithmetic, took(s.arithmetic, i))
			writes = append(writes, took(s.write, i))
		}
		if cost := min(quartile(arithmetic), quartile(writes)); round == 0 || cost < least {
			least = cost
		}
	}
	return least / 2
}

// arithmetic does what a password costs.
func (s *service) arithmetic(int) { srp.Verifier("pool", "user", "password", []byte{1}) }

// write makes one small change to the database.
func (s *service) write(i int) {
	err := s.store.Update(s.t.Context(), func(tx store.Tx) error {
		return tx.PutAttempts(&idp.Attempts{PoolID: s.poolID, Subject: fmt.Sprint("limit", i), Kind: idp.AttemptReset, Last: time.Now()})
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// noFunctions runs no Lambda function, as the pool has none.
type noFunctions struct{}

func (noFunctions) Invoke(context.Context, string, []byte) ([]byte, error) {
	return nil, errors.New("the pool has no function")
}

// nowhere accepts every message at once, so that no delivery runs beside what
// is measured.
type nowhere struct{}

func (nowhere) Deliver(context.Context, message.Message) error { return nil }
