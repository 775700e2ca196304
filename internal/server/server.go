// Package server puts a whole Rockpool together: the use cases over a store,
// the faces on one mux, what runs in the background. It chooses no adapter and
// reads no setting: cmd and rptest hand it databases, transports and clocks.
package server

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/analytics"
	"rockpool/internal/awsjson"
	"rockpool/internal/catalog"
	"rockpool/internal/encsdk"
	"rockpool/internal/gate"
	"rockpool/internal/message"
	"rockpool/internal/metrics"
	"rockpool/internal/oauth"
	"rockpool/internal/ops"
	"rockpool/internal/passkey"
	"rockpool/internal/secret"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
)

// Options is what a server is made of. Store, Master, Invoker and PublicURL
// are required.
type Options struct {
	Store     store.Store
	Master    *secret.Master
	Invoker   trigger.Invoker
	PublicURL string // without a slash at the end; issuers are made of it

	Email, SMS message.Transport // nil: messages of that medium are refused
	KeyService encsdk.Keyring    // encrypts codes for functions that send them; nil: such messages are refused
	Analytics  analytics.Sink    // nil: nobody listens
	Metrics    *metrics.Metrics  // nil: the server makes its own
	Keys       *token.KeyPool    // nil: the server makes its own; else the caller closes it
	Region     string
	AccountID  string
	Version    string

	// AnySignature accepts every signature, whoever made it: development only.
	AnySignature bool
	// Rates turns the request rates of the service on.
	Rates bool
	// Unlimited lifts the limits per user: load tests only.
	Unlimited bool
	Filters   []*gate.Filter
	Proxies   []netip.Prefix // whose X-Forwarded-For is believed

	Now    func() time.Time // nil: time.Now
	Rand   io.Reader        // nil: crypto/rand
	Logger *slog.Logger     // nil: slog.Default()

	// TriggerTimeout limits an attempt to run a trigger; 0 is the service's 5 s.
	TriggerTimeout time.Duration
	// MessageBackoff overrides the wait between attempts to deliver; nil is
	// the dispatcher's own.
	MessageBackoff func(attempt int) time.Duration
	// HandedOver is told of messages that functions send: development only.
	HandedOver func(m message.Message, err error)
	// OnUndeclared is told of errors that the model does not declare.
	OnUndeclared func(op, code string)
}

// Server is a running service without a listener.
type Server struct {
	API     *ops.API
	Metrics *metrics.Metrics
	Public  http.Handler // for --listen
	Admin   *http.ServeMux

	options    Options
	messages   *message.Dispatcher
	keys       *token.KeyPool
	background *background
}

// New builds a server and starts its background work. The caller closes it,
// and afterwards the store.
func New(o Options) (*Server, error) {
	if o.Store == nil || o.Master == nil || o.Invoker == nil || o.PublicURL == "" {
		return nil, errors.New("server: Store, Master, Invoker and PublicURL are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Metrics == nil {
		o.Metrics = metrics.New(o.Version)
	}
	s := &Server{options: o, Metrics: o.Metrics, keys: o.Keys}
	if s.keys == nil {
		s.keys = token.NewKeyPool(readyKeys)
	}
	s.messages = message.NewDispatcher(message.Config{
		Email: o.Email, SMS: o.SMS, Backoff: o.MessageBackoff, Observe: s.Metrics.Message, Logger: o.Logger, Now: o.Now,
	})
	s.build()
	handler, err := s.handler()
	if err != nil {
		return nil, err
	}
	s.Public = s.publicMux(handler)
	s.Admin = s.adminMux()
	s.background = startBackground(o.Store, o.Now, o.Logger)
	return s, nil
}

// readyKeys is how many signing keys are made ahead.
const readyKeys = 4

// build makes the use cases.
func (s *Server) build() {
	o := s.options
	pools := catalog.New(o.Store, o.Master, time.Now)
	triggers := &trigger.Engine{
		Invoker: o.Invoker, Region: o.Region, Logger: o.Logger, Now: time.Now, Observe: s.Metrics.Trigger, Timeout: o.TriggerTimeout,
	}
	budget := srp.NewBudget(0, 0)
	s.Metrics.Gauge("rockpool_password_queue", "Calls that wait for their turn at password arithmetic.", func() float64 { return float64(budget.Waiting()) })
	s.Metrics.Gauge("rockpool_messages_waiting", "Messages that wait for delivery.", func() float64 { return float64(s.messages.Waiting()) })
	tokens := &token.Service{
		Store: o.Store, Catalog: pools, Keys: s.keys, Now: o.Now, Rand: o.Rand,
		Issuer: func(poolID string) string { return o.PublicURL + "/" + poolID },
	}
	accounts := &account.Service{
		Store: o.Store, Catalog: pools, Triggers: triggers, Messages: s.messages, Keys: o.KeyService, HandedOver: o.HandedOver, Budget: budget,
		Now: o.Now, Rand: o.Rand, Logger: o.Logger, Unlimited: o.Unlimited,
	}
	s.API = &ops.API{
		Store: o.Store, Catalog: pools, Accounts: accounts, Tokens: tokens,
		Passkeys:  &passkey.Service{Store: o.Store, Now: o.Now, Rand: o.Rand},
		SignIns:   &signin.Service{Accounts: accounts, Tokens: tokens},
		Analytics: o.Analytics, Master: o.Master, Now: o.Now, Rand: o.Rand, Region: o.Region, AccountID: o.AccountID,
	}
}

// handler makes the face of the API.
func (s *Server) handler() (http.Handler, error) {
	o := s.options
	var authorizer awsjson.Authorizer = awsjson.AnySignature{AccountID: o.AccountID}
	if !o.AnySignature {
		authorizer = awsjson.NewSignatures(o.Region, o.AccountID, o.Now, s.accessKey)
	}
	g := &gate.Gate{Catalog: s.API.Catalog, Filters: o.Filters, PoolOf: token.PoolOf, ClientOf: signin.ClientOf, Blocked: s.Metrics.Filtered}
	if o.Rates {
		g.Rates = gate.NewRates(o.Now)
	}
	return awsjson.New(awsjson.Config{
		Service: s.API, Authorizer: authorizer, Region: o.Region, AccountID: o.AccountID,
		Admit: g.Admit, Observe: s.Metrics.Request, Logger: o.Logger, Now: o.Now, ClientIP: clientIP(o.Proxies),
		OnUndeclared: func(op, code string) {
			s.Metrics.Undeclared(op, code)
			if o.OnUndeclared != nil {
				o.OnUndeclared(op, code)
			}
		},
	})
}

func (s *Server) publicMux(api http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/{$}", api)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok\n") })
	(&oauth.WellKnown{Tokens: s.API.Tokens, Logger: s.options.Logger}).Register(mux)
	return mux
}

// MessagesWaiting is how many messages are neither delivered nor given up.
func (s *Server) MessagesWaiting() int { return s.messages.Waiting() }

// Close drains: background work ends, messages under way get their time, at
// most until ctx ends.
func (s *Server) Close(ctx context.Context) error {
	s.background.stop()
	if s.options.Keys == nil {
		s.keys.Close()
	}
	return s.messages.Close(ctx)
}
