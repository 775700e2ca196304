package signin_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/netguard"
	"rockpool/internal/secret"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlite"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambda"
	"rockpool/internal/trigger/lambdatest"
)

// noon is when every test begins.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// The passwords of the users of every test, all good by the policy.
const (
	goodPassword  = "Corr3ct-horse"
	temporary     = "Temp0rary-horse"
	wrongPassword = "Wr0ng-horse"
	otherPassword = "0ther-Horse"
)

const poolID = "us-east-1_SignInTst"

// fixture is a service on a store of its own, with a clock that stands still
// and functions that run in the test.
type fixture struct {
	*signin.Service
	t      testing.TB
	store  store.Store
	lambda *lambdatest.Server

	mu  sync.Mutex
	now time.Time
}

// stamp is what every test's pool is made with: making keys takes longer than
// a test.
type stamp struct {
	master *secret.Master
	sealed []byte
	keys   []*idp.SigningKey
}

var stamped = sync.OnceValue(func() stamp {
	dir, err := os.MkdirTemp("", "signin")
	must(err)
	defer os.RemoveAll(dir)
	must(secret.CreateMasterKeyFile(filepath.Join(dir, "master.key")))
	var s stamp
	s.master, err = secret.OpenMasterKey(filepath.Join(dir, "master.key"))
	must(err)
	_, s.sealed, err = s.master.NewPoolKey(poolID)
	must(err)
	db, err := sqlite.Open(context.Background(), sqlite.Options{Path: filepath.Join(dir, sqlite.FileName)})
	must(err)
	defer db.Close()
	p := &idp.UserPool{ID: poolID, SealedKey: s.sealed}
	p.Prepare()
	must(db.Update(context.Background(), func(tx store.Tx) error { return tx.CreatePool(p) }))
	c := catalog.New(db, s.master, time.Now)
	pool, err := c.Pool(context.Background(), poolID)
	must(err)
	tokens := &token.Service{Store: db, Catalog: c, Now: func() time.Time { return noon }, Issuer: issuer}
	_, err = tokens.Prepare(context.Background(), token.Grant{
		Client: &catalog.Client{Client: &idp.Client{ID: "c", PoolID: poolID}, Pool: pool},
		User:   &idp.User{PoolID: poolID, Username: "u", Sub: "s"},
	})
	must(err)
	must(db.View(context.Background(), func(tx store.Tx) error {
		s.keys, err = tx.SigningKeys(poolID)
		return err
	}))
	return s
})

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func issuer(poolID string) string { return "http://localhost:9229/" + poolID }

// newService makes a service with one pool. change may alter the pool.
func newService(t testing.TB, change ...func(*cognito.CreateUserPoolRequest)) *fixture {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), sqlite.FileName)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	f := &fixture{t: t, store: s, lambda: lambdatest.New(t), now: noon}
	functions, err := lambda.New(t.Context(), lambda.Config{
		Endpoint: f.lambda.URL, Region: "us-east-1", DummyCredentials: true,
		Dialer: netguard.Dialer{AllowLoopback: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(functions.Close)
	c := catalog.New(s, stamped().master, time.Now)
	f.Service = &signin.Service{
		Accounts: &account.Service{
			Store: s, Catalog: c, Budget: srp.NewBudget(0, 0), Now: f.clock, Rand: rand.Reader, Messages: nobody{},
			Triggers: &trigger.Engine{Invoker: functions, Region: "us-east-1", RetryDelay: time.Millisecond},
		},
		Tokens:      &token.Service{Store: s, Catalog: c, Now: f.clock, Issuer: issuer},
		ClientClock: f.clock,
	}
	f.makePool(change...)
	return f
}

// nobody gets the messages.
type nobody struct{}

func (nobody) Send(context.Context, message.Message) error    { return nil }
func (nobody) Enqueue(context.Context, message.Message) error { return nil }

func (f *fixture) makePool(change ...func(*cognito.CreateUserPoolRequest)) {
	f.t.Helper()
	in := &cognito.CreateUserPoolRequest{PoolName: "pool"}
	for _, c := range change {
		c(in)
	}
	settings, err := idp.NewPoolSettings(in, "us-east-1")
	if err != nil {
		f.t.Fatalf("NewPoolSettings: %v", err)
	}
	p := &idp.UserPool{ID: poolID, Settings: *settings, SealedKey: stamped().sealed}
	p.Settings.ID = poolID
	f.update(func(tx store.Tx) error {
		for _, k := range stamped().keys {
			if err := tx.PutSigningKey(k); err != nil {
				return err
			}
		}
		return tx.CreatePool(p)
	})
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// advance moves the clock.
func (f *fixture) advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func (f *fixture) update(do func(store.Tx) error) {
	f.t.Helper()
	if err := f.store.Update(f.t.Context(), do); err != nil {
		f.t.Fatal(err)
	}
}

// client makes a client with which users sign in by password and by SRP.
// change may alter the request for it.
func (f *fixture) client(change ...func(*cognito.CreateUserPoolClientRequest)) *catalog.Client {
	f.t.Helper()
	pool, err := f.Accounts.Catalog.Pool(f.t.Context(), poolID)
	if err != nil {
		f.t.Fatal(err)
	}
	in := &cognito.CreateUserPoolClientRequest{UserPoolID: poolID, ClientName: "client", ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{
		cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsAllowAdminUserPasswordAuth,
		cognito.ExplicitAuthFlowsAllowUserSrpAuth, cognito.ExplicitAuthFlowsAllowRefreshTokenAuth,
	}}
	for _, c := range change {
		c(in)
	}
	settings, err := idp.NewClientSettings(pool.UserPool, in)
	if err != nil {
		f.t.Fatalf("NewClientSettings: %v", err)
	}
	c := &idp.Client{ID: secret.ID(nil, 26, "abcdefghijklmnopqrstuvwxyz"), PoolID: poolID, Settings: *settings}
	c.Settings.ClientID = c.ID
	if in.ClientSecret != "" {
		sealed, err := pool.Key.Seal(catalog.PurposeClientSecret, c.ID+"--1", []byte(in.ClientSecret))
		if err != nil {
			f.t.Fatal(err)
		}
		c.Secrets = []idp.ClientSecret{{ID: c.ID + "--1", Sealed: sealed, Created: noon}}
	}
	f.update(func(tx store.Tx) error { return tx.CreateClient(c) })
	out, err := f.Accounts.Catalog.Client(f.t.Context(), c.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// hiding makes a client that hides which users exist.
func hiding(in *cognito.CreateUserPoolClientRequest) {
	in.PreventUserExistenceErrors = cognito.PreventUserExistenceErrorTypesEnabled
}

// flows makes a client with other flows.
func flows(list ...cognito.ExplicitAuthFlowsType) func(*cognito.CreateUserPoolClientRequest) {
	return func(in *cognito.CreateUserPoolClientRequest) { in.ExplicitAuthFlows = list }
}

// withSecret makes a confidential client.
func withSecret(in *cognito.CreateUserPoolClientRequest) {
	in.ClientSecret = "0123456789abcdefghijklmnopqrstuvwxyz"
}

// hash is the secret hash of a name for a client of withSecret.
func hash(c *catalog.Client, username string) string {
	return secret.SecretHash("0123456789abcdefghijklmnopqrstuvwxyz", username, c.ID)
}

// invited makes a user with a temporary password.
func (f *fixture) invited(c *catalog.Client, username string, attributes ...string) *idp.User {
	f.t.Helper()
	var list []*cognito.AttributeType
	for i := 0; i < len(attributes); i += 2 {
		list = append(list, &cognito.AttributeType{Name: attributes[i], Value: attributes[i+1]})
	}
	u, err := f.Accounts.AdminCreateUser(f.t.Context(), account.AdminCreateUser{
		Pool: c.Pool, Username: username, Password: temporary, Attributes: list, Suppress: true,
	})
	if err != nil {
		f.t.Fatalf("AdminCreateUser(%s): %v", username, err)
	}
	return u
}

// user makes a confirmed user with goodPassword.
func (f *fixture) user(c *catalog.Client, username string, attributes ...string) *idp.User {
	f.t.Helper()
	u := f.invited(c, username, attributes...)
	if err := f.Accounts.AdminSetUserPassword(f.t.Context(), c.Pool, u.Username, goodPassword, true); err != nil {
		f.t.Fatalf("AdminSetUserPassword(%s): %v", username, err)
	}
	return f.get(c, u.Username)
}

// get returns a user by any name; there must be one.
func (f *fixture) get(c *catalog.Client, username string) *idp.User {
	f.t.Helper()
	u, err := f.Accounts.User(f.t.Context(), c.Pool, username)
	if err != nil {
		f.t.Fatalf("User(%s): %v", username, err)
	}
	return u
}

// alter changes a stored user.
func (f *fixture) alter(u *idp.User, how func(*idp.User)) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		stored, err := tx.User(u.PoolID, u.Username)
		if err != nil {
			return err
		}
		how(stored)
		return tx.SetUser(stored)
	})
}

func status(s cognito.UserStatusType) func(*idp.User) { return func(u *idp.User) { u.Status = s } }
func disabled(u *idp.User)                            { u.Enabled = false }
func passwordless(u *idp.User)                        { u.Password = nil }

// initiate begins a sign-in and checks that the operation declares its error.
func (f *fixture) initiate(c signin.Caller, flow cognito.AuthFlowType, parameters ...string) (*signin.Result, error) {
	f.t.Helper()
	return f.initiateWith(signin.Initiate{Caller: c, Flow: flow, Parameters: pairs(parameters...)})
}

func (f *fixture) initiateWith(in signin.Initiate) (*signin.Result, error) {
	f.t.Helper()
	r, err := f.Initiate(f.t.Context(), in)
	op := "InitiateAuth"
	if in.Admin {
		op = "AdminInitiateAuth"
	}
	declared(f.t, op, err)
	return r, err
}

// answer answers a challenge and checks that the operation declares its error.
func (f *fixture) answer(in signin.Answer) (*signin.Result, error) {
	f.t.Helper()
	r, err := f.Answer(f.t.Context(), in)
	op := "RespondToAuthChallenge"
	if in.Admin {
		op = "AdminRespondToAuthChallenge"
	}
	declared(f.t, op, err)
	return r, err
}

// declared fails unless err is nil or an error that the model knows of the
// operation.
func declared(t testing.TB, op string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var seen *idp.Error
	if !errors.As(err, &seen) {
		t.Errorf("%s: got the internal error %v", op, err)
	} else if !slices.Contains(cognito.Operations[op].Errors, seen.Code) {
		t.Errorf("%s: got %v, which it does not declare", op, err)
	}
}

// by is a caller of a public operation.
func by(c *catalog.Client) signin.Caller { return signin.Caller{Client: c, Address: "192.0.2.1"} }

// admin is a caller of an operation whose name begins with Admin.
func admin(c *catalog.Client) signin.Caller {
	return signin.Caller{Client: c, Admin: true, Address: "192.0.2.2"}
}

// password signs in with USER_PASSWORD_AUTH.
func (f *fixture) password(c *catalog.Client, username, password string) (*signin.Result, error) {
	f.t.Helper()
	return f.initiate(by(c), cognito.AuthFlowUserPasswordAuth, "USERNAME", username, "PASSWORD", password)
}

// signedIn signs in with a password that must be right.
func (f *fixture) signedIn(c *catalog.Client, username, password string) *token.Issued {
	f.t.Helper()
	r, err := f.password(c, username, password)
	if err != nil || r.Tokens == nil {
		f.t.Fatalf("InitiateAuth(%s): got %+v, %v, want tokens", username, r, err)
	}
	return r.Tokens
}

// exchange is an SRP sign-in after its first step.
type exchange struct {
	*signin.Result
	client *srp.Client
	caller signin.Caller
}

// begin takes the first step of an SRP sign-in.
func (f *fixture) begin(c signin.Caller, username string, more ...string) (*exchange, error) {
	f.t.Helper()
	e := &exchange{client: srp.NewClient(nil), caller: c}
	r, err := f.initiate(c, cognito.AuthFlowUserSrpAuth, append([]string{"USERNAME", username, "SRP_A", e.client.SRPA()}, more...)...)
	e.Result = r
	return e, err
}

// begun is begin for a sign-in that must begin.
func (f *fixture) begun(c signin.Caller, username string, more ...string) *exchange {
	f.t.Helper()
	e, err := f.begin(c, username, more...)
	if err != nil || e.Challenge != cognito.ChallengeNamePasswordVerifier {
		f.t.Fatalf("InitiateAuth(USER_SRP_AUTH, %s): got %+v, %v, want PASSWORD_VERIFIER", username, e.Result, err)
	}
	return e
}

// prove makes the answer of whoever has a password, at a time.
func (e *exchange) prove(password string, at time.Time) signin.Answer {
	p := e.Parameters
	pool, id := e.caller.Client.Pool.Name(), p["USER_ID_FOR_SRP"]
	key, err := e.client.Key(pool, id, password, p["SALT"], p["SRP_B"])
	must(err)
	raw, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
	must(err)
	timestamp := srp.FormatTimestamp(at)
	return signin.Answer{Caller: e.caller, Challenge: cognito.ChallengeNamePasswordVerifier, Responses: map[string]string{
		"USERNAME": id, "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"], "TIMESTAMP": timestamp,
		"PASSWORD_CLAIM_SIGNATURE": srp.Signature(key, pool, id, raw, timestamp),
	}}
}

// srp signs in with both steps of USER_SRP_AUTH.
func (f *fixture) srp(c signin.Caller, username, password string) (*signin.Result, error) {
	f.t.Helper()
	e, err := f.begin(c, username)
	if err != nil {
		return nil, err
	}
	return f.answer(e.prove(password, f.clock()))
}

// challenged signs in with the temporary password, which leads to
// NEW_PASSWORD_REQUIRED, and returns the answer to that with a good password.
func (f *fixture) challenged(c *catalog.Client, username string, responses ...string) signin.Answer {
	f.t.Helper()
	r, err := f.password(c, username, temporary)
	if err != nil || r.Challenge != cognito.ChallengeNameNewPasswordRequired {
		f.t.Fatalf("InitiateAuth(%s): got %+v, %v, want NEW_PASSWORD_REQUIRED", username, r, err)
	}
	in := signin.Answer{Caller: by(c), Challenge: r.Challenge, Session: r.Session, Responses: pairs(
		"USERNAME", r.Parameters["USER_ID_FOR_SRP"], "NEW_PASSWORD", otherPassword,
	)}
	maps.Copy(in.Responses, pairs(responses...))
	return in
}

// pairs makes a map of keys and values by turns. Empty values are left out.
func pairs(list ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(list); i += 2 {
		if list[i+1] != "" {
			m[list[i]] = list[i+1]
		}
	}
	return m
}

// wantErr fails unless err is want, or no error where want is nil.
func wantErr(t testing.TB, call string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", call, err, want)
	}
}

// wantTokens fails unless a step led to tokens.
func wantTokens(t testing.TB, call string, r *signin.Result, err error) {
	t.Helper()
	if err != nil || r.Tokens == nil || r.Tokens.AccessToken == "" || r.Tokens.IDToken == "" {
		t.Errorf("%s: got %+v, %v, want tokens", call, r, err)
	}
}

// claims decodes the claims of a token.
func claims(t testing.TB, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("token has %d parts, want 3", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}
