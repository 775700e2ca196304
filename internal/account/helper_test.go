package account_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
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
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/store/sqlite"
	"rockpool/internal/trigger"
	"rockpool/internal/trigger/lambda"
	"rockpool/internal/trigger/lambdatest"
)

// noon is when every test begins.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// goodPassword keeps the policy of every pool here.
const goodPassword = "Corr3ct-horse"

// fixture is a service on a store of its own, with a clock that stands still,
// a mailbox, and functions that run in the test.
type fixture struct {
	*account.Service
	t      testing.TB
	master *secret.Master
	lambda *lambdatest.Server
	mail   *mailbox
	pools  int

	mu  sync.Mutex
	now time.Time
}

func newService(t testing.TB) *fixture {
	t.Helper()
	dir := t.TempDir()
	key := filepath.Join(dir, "master.key")
	if err := secret.CreateMasterKeyFile(key); err != nil {
		t.Fatal(err)
	}
	master, err := secret.OpenMasterKey(key)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "rockpool.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	f := &fixture{t: t, master: master, lambda: lambdatest.New(t), mail: &mailbox{}, now: noon}
	functions, err := lambda.New(t.Context(), lambda.Config{
		Endpoint: f.lambda.URL, Region: "us-east-1", DummyCredentials: true,
		Dialer: netguard.Dialer{AllowLoopback: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(functions.Close)
	f.Service = &account.Service{
		Store:    s,
		Catalog:  catalog.New(s, master, time.Now),
		Triggers: &trigger.Engine{Invoker: functions, Region: "us-east-1", RetryDelay: time.Millisecond},
		Messages: f.mail,
		Budget:   srp.NewBudget(0, 0),
		Now:      f.clock,
		Rand:     rand.Reader,
	}
	return f
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

// pool makes a pool that verifies e-mail addresses, and a client of it. change
// may alter the request for the pool.
func (f *fixture) pool(change ...func(*cognito.CreateUserPoolRequest)) *catalog.Client {
	f.t.Helper()
	in := &cognito.CreateUserPoolRequest{
		PoolName:               "pool",
		AutoVerifiedAttributes: []cognito.VerifiedAttributeType{cognito.VerifiedAttributeEmail},
		SmsConfiguration:       &cognito.SmsConfigurationType{SnsCallerARN: "arn:aws:iam::000000000000:role/sms"},
	}
	for _, c := range change {
		c(in)
	}
	settings, err := idp.NewPoolSettings(in, "us-east-1")
	if err != nil {
		f.t.Fatalf("NewPoolSettings: %v", err)
	}
	f.pools++
	p := &idp.UserPool{ID: fmt.Sprintf("us-east-1_Test%05d", f.pools), Settings: *settings}
	p.Settings.ID = p.ID
	p.Prepare()
	if _, p.SealedKey, err = f.master.NewPoolKey(p.ID); err != nil {
		f.t.Fatal(err)
	}
	f.update(func(tx store.Tx) error { return tx.CreatePool(p) })
	return f.client(p.ID)
}

// client makes one more client of a pool. change may alter the request for it.
func (f *fixture) client(poolID string, change ...func(*cognito.CreateUserPoolClientRequest)) *catalog.Client {
	f.t.Helper()
	pool, err := f.Catalog.Pool(f.t.Context(), poolID)
	if err != nil {
		f.t.Fatal(err)
	}
	in := &cognito.CreateUserPoolClientRequest{UserPoolID: poolID, ClientName: "client"}
	for _, c := range change {
		c(in)
	}
	settings, err := idp.NewClientSettings(pool.UserPool, in)
	if err != nil {
		f.t.Fatalf("NewClientSettings: %v", err)
	}
	c := &idp.Client{ID: secret.ID(nil, 26, "abcdefghijklmnopqrstuvwxyz"), PoolID: poolID, Settings: *settings}
	c.Settings.ClientID = c.ID
	f.update(func(tx store.Tx) error { return tx.CreateClient(c) })
	out, err := f.Catalog.Client(f.t.Context(), c.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// hiding makes a client of a pool that hides which users exist.
func (f *fixture) hiding(c *catalog.Client) *catalog.Client {
	f.t.Helper()
	return f.client(c.PoolID, func(in *cognito.CreateUserPoolClientRequest) {
		in.PreventUserExistenceErrors = cognito.PreventUserExistenceErrorTypesEnabled
	})
}

// user makes a confirmed user with goodPassword whose addresses are verified.
func (f *fixture) user(c *catalog.Client, username string, attributes ...string) *idp.User {
	f.t.Helper()
	list := attrs(attributes...)
	for _, a := range list {
		if a.Name == "email" || a.Name == "phone_number" {
			list = append(list, attrs(a.Name+"_verified", "true")...)
		}
	}
	u, err := f.AdminCreateUser(f.t.Context(), account.AdminCreateUser{
		Pool: c.Pool, Username: username, Attributes: list, Suppress: true,
	})
	if err != nil {
		f.t.Fatalf("AdminCreateUser(%s): %v", username, err)
	}
	if err := f.AdminSetUserPassword(f.t.Context(), c.Pool, u.Username, goodPassword, true); err != nil {
		f.t.Fatalf("AdminSetUserPassword(%s): %v", username, err)
	}
	return f.get(c, u.Username)
}

// signUp signs a user up with goodPassword.
func (f *fixture) signUp(c *catalog.Client, username string, attributes ...string) *account.SignedUp {
	f.t.Helper()
	out, err := f.SignUp(f.t.Context(), newcomer(c, username, attributes...))
	if err != nil {
		f.t.Fatalf("SignUp(%s): %v", username, err)
	}
	return out
}

// newcomer is a sign-up with goodPassword.
func newcomer(c *catalog.Client, username string, attributes ...string) account.SignUp {
	return account.SignUp{
		Origin: account.Origin{Client: c}, Username: username, Password: goodPassword, Attributes: attrs(attributes...),
	}
}

// confirm confirms a sign-up with a code.
func (f *fixture) confirm(c *catalog.Client, username, code string) error {
	return f.ConfirmSignUp(f.t.Context(), account.ConfirmSignUp{
		Origin: account.Origin{Client: c}, Username: username, Code: code,
	})
}

// attrs makes a list of attributes from names and values by turns.
func attrs(pairs ...string) []*cognito.AttributeType {
	var out []*cognito.AttributeType
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, &cognito.AttributeType{Name: pairs[i], Value: pairs[i+1]})
	}
	return out
}

// get returns a user by any name; there must be one.
func (f *fixture) get(c *catalog.Client, username string) *idp.User {
	f.t.Helper()
	u, err := f.User(f.t.Context(), c.Pool, username)
	if err != nil {
		f.t.Fatalf("User(%s): %v", username, err)
	}
	return u
}

// knows tells whether a password is a user's.
func (f *fixture) knows(c *catalog.Client, username, password string) bool {
	f.t.Helper()
	ok, err := f.CheckPassword(f.t.Context(), c.Pool, f.get(c, username), username, password)
	if err != nil {
		f.t.Fatalf("CheckPassword(%s): %v", username, err)
	}
	return ok
}

// events returns the records of a user, newest first.
func (f *fixture) events(u *idp.User) []*idp.Event {
	f.t.Helper()
	var out []*idp.Event
	err := f.Store.View(f.t.Context(), func(tx store.Tx) (err error) {
		out, err = tx.ListEvents(u.PoolID, u.Username, "", 60)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func (f *fixture) update(do func(store.Tx) error) {
	f.t.Helper()
	if err := f.Store.Update(f.t.Context(), do); err != nil {
		f.t.Fatal(err)
	}
}

// wantErr fails unless err is want, or no error where want is nil.
func wantErr(t testing.TB, call string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", call, err, want)
	}
}

// mailbox keeps what is sent.
type mailbox struct {
	mu     sync.Mutex
	sent   []message.Message
	queued int   // how many of them nobody waited for
	fail   error // what Send answers instead
}

func (m *mailbox) Send(_ context.Context, msg message.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.sent = append(m.sent, msg)
	return nil
}

func (m *mailbox) Enqueue(_ context.Context, msg message.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, msg)
	m.queued++
	return nil
}

// count is how many messages were sent.
func (m *mailbox) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sent)
}

// last returns the newest message to an address, or one without anything.
func (m *mailbox) last(to string) message.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := len(m.sent) - 1; i >= 0; i-- {
		if m.sent[i].To == to {
			return m.sent[i]
		}
	}
	return message.Message{}
}

// code returns the newest code sent to an address; there must be one.
func (f *fixture) code(to string) string {
	f.t.Helper()
	m := f.mail.last(to)
	if m.Code == "" {
		f.t.Fatalf("no code was sent to %s", to)
	}
	return m.Code
}

// wrong returns a code that is not the one given.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}
