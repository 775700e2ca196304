// Package rptest is a whole server inside a test: a real listener, a real
// database, and fakes at the edges only - the clock, the mailbox, Lambda. It
// owns putting them together and the shortcuts that keep tests short; what a
// test is about it does through the API, as a client would.
package rptest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/clock"
	"rockpool/internal/config"
	"rockpool/internal/encsdk/localkms"
	"rockpool/internal/exceptiontest"
	"rockpool/internal/gate"
	"rockpool/internal/message/inbox"
	"rockpool/internal/netguard"
	"rockpool/internal/ops"
	"rockpool/internal/secret"
	"rockpool/internal/server"
	"rockpool/internal/store"
	"rockpool/internal/store/faulty"
	"rockpool/internal/store/pgtest"
	"rockpool/internal/store/postgres"
	"rockpool/internal/store/sqlite"
	"rockpool/internal/token"
	"rockpool/internal/trigger/lambda"
	"rockpool/internal/trigger/lambdatest"
)

// The region and the account of every server.
const (
	Region    = "us-east-1"
	AccountID = "000000000000"
)

// Server is a running server. It stops with the test, which fails if the
// server answered with an error that the model does not declare, or with one
// that cannot occur (see exceptiontest.Impossible).
type Server struct {
	Endpoint string // URL of the API
	AdminURL string // URL of metrics and health

	Clock  *clock.Clock
	Inbox  *inbox.Inbox // gets every message, unless an option sends them elsewhere
	Lambda *lambdatest.Server
	KMS    *localkms.KMS  // opens the codes that functions are handed
	Store  *faulty.Store  // the database of this node, which can be broken
	Master *secret.Master // the master key

	// Credentials sign the requests of Call. Any will do, unless the server
	// was made with Signatures.
	Credentials Credentials

	t      testing.TB
	opts   []Option
	server *server.Server
	open   func() (store.Store, error) // another connection to the same database
	http   *http.Client
}

// signingKeys are made ahead for all servers of a test binary: each would
// otherwise spend a quarter of a second of a processor on keys that most tests
// do not need.
var signingKeys = sync.OnceValue(func() *token.KeyPool { return token.NewKeyPool(2) })

// settings is what options change.
type settings struct {
	server.Options
	postgres bool
	filters  []config.Filter
}

// Option makes a server different.
type Option func(*settings)

// Postgres keeps the data in PostgreSQL.
func Postgres() Option { return func(s *settings) { s.postgres = true } }

// Signatures has requests signed by keys that exist: see AddAccessKey.
func Signatures() Option { return func(s *settings) { s.AnySignature = false } }

// Rates turns the request rates of the service on.
func Rates() Option { return func(s *settings) { s.Rates = true } }

// Unlimited lifts the limits per user.
func Unlimited() Option { return func(s *settings) { s.Unlimited = true } }

// Filters puts filters in front of the pools.
func Filters(f ...config.Filter) Option { return func(s *settings) { s.filters = f } }

// With changes the options of the server underneath, after everything else.
func With(change func(*server.Options)) Option { return func(s *settings) { change(&s.Options) } }

// New starts a server.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := &Server{
		Clock: &clock.Clock{}, Lambda: lambdatest.New(t), Credentials: Credentials{"AKIAROCKPOOLTEST0000", "secret"},
		t: t, opts: opts,
	}
	s.Inbox = inbox.New(inbox.Config{Now: s.Clock.Now})
	dir := t.TempDir()
	key := filepath.Join(dir, "master.key")
	if err := secret.CreateMasterKeyFile(key); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.Master, err = secret.OpenMasterKey(key); err != nil {
		t.Fatal(err)
	}
	if s.KMS, err = localkms.New([]byte(strings.Repeat("test", 8))); err != nil {
		t.Fatal(err)
	}
	var o settings
	for _, opt := range opts {
		opt(&o)
	}
	s.open = func() (store.Store, error) {
		return sqlite.Open(context.Background(), sqlite.Options{Path: filepath.Join(dir, sqlite.FileName)})
	}
	if o.postgres {
		url := pgtest.URL(t)
		s.open = func() (store.Store, error) {
			return postgres.Open(context.Background(), url, postgres.Options{MaxConns: 8})
		}
	}
	s.start()
	return s
}

// Node starts another server on the same database, with the same clock, inbox
// and functions, and with further options.
func (s *Server) Node(opts ...Option) *Server {
	s.t.Helper()
	n := *s
	n.opts = append(slices.Clip(s.opts), opts...)
	n.start()
	return &n
}

// start opens the database and serves on it until the test ends.
func (s *Server) start() {
	s.t.Helper()
	db, err := s.open()
	if err != nil {
		s.t.Fatalf("opening the database: %v", err)
	}
	s.Store = faulty.New(db)
	s.t.Cleanup(func() {
		if err := db.Close(); err != nil {
			s.t.Errorf("closing the database: %v", err)
		}
	})
	public := httptest.NewUnstartedServer(nil)
	s.Endpoint = "http://" + public.Listener.Addr().String()
	o := settings{Options: server.Options{
		Store: s.Store, Master: s.Master, PublicURL: s.Endpoint, Email: s.Inbox, SMS: s.Inbox,
		KeyService: s.KMS, HandedOver: s.Inbox.HandedOver, Region: Region, AccountID: AccountID, Version: "test", AnySignature: true,
		Now: s.Clock.Now, Keys: signingKeys(), Logger: slog.New(slog.NewTextHandler(s.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		MessageBackoff: func(int) time.Duration { return 10 * time.Millisecond },
		OnUndeclared:   func(op, code string) { s.t.Errorf("%s answered %s, which the model does not declare", op, code) },
	}}
	functions, err := lambda.New(s.t.Context(), lambda.Config{
		Endpoint: s.Lambda.URL, Region: Region, DummyCredentials: true, Dialer: netguard.Dialer{LoopbackOnly: true},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(functions.Close)
	o.Invoker = functions
	for _, opt := range s.opts {
		opt(&o)
	}
	if o.Filters, err = gate.NewFilters(o.filters, s.Clock.Now); err != nil {
		s.t.Fatal(err)
	}
	if s.server, err = server.New(o.Options); err != nil {
		s.t.Fatal(err)
	}
	public.Config.Handler = s.watched(s.server.Public)
	public.Start()
	admin := httptest.NewServer(s.server.Admin)
	s.AdminURL, s.http = admin.URL, public.Client()
	s.t.Cleanup(func() {
		public.Close()
		admin.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.server.Close(ctx); err != nil {
			s.t.Errorf("closing the server: %v", err)
		}
	})
}

// For is the same server for a part of the test, which fails in its place if a
// call does that must succeed.
func (s *Server) For(t testing.TB) *Server {
	part := *s
	part.t = t
	return &part
}

// watched fails the test when an operation answers with an exception of which
// the project says that it cannot.
func (s *Server) watched(public http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		public.ServeHTTP(w, req)
		code := w.Header().Get("X-Amzn-Errortype")
		if code == "" {
			return
		}
		op := strings.TrimPrefix(req.Header.Get("X-Amz-Target"), targetPrefix)
		if why, impossible := exceptiontest.Cannot(op, code); impossible {
			s.t.Errorf("%s answered %s, which cannot be: %s", op, code, why)
		}
	})
}

// Advance moves the clock of every node.
func (s *Server) Advance(d time.Duration) { s.Clock.Advance(d) }

// API is what the listener calls. Use Call, unless a test needs what no client
// can ask for.
func (s *Server) API() *ops.API { return s.server.API }

// settled is how long a message may take to arrive.
const settled = 5 * time.Second

// Messages returns the messages to an address, newest first, once all that are
// under way have arrived.
func (s *Server) Messages(to string) []inbox.Entry {
	s.t.Helper()
	for deadline := time.Now().Add(settled); s.server.MessagesWaiting() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("messages are still under way after %v", settled)
		}
	}
	return s.Inbox.Messages(inbox.Filter{To: to})
}

// LastCode returns the code of the latest message to an address. The test
// fails if there is none.
func (s *Server) LastCode(to string) string {
	s.t.Helper()
	found := s.Messages(to)
	if len(found) == 0 {
		s.t.Fatalf("no message to %s", to)
	}
	return found[0].Code
}
