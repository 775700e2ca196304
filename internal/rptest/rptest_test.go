package rptest_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/config"
	"rockpool/internal/idp"
	"rockpool/internal/rptest"
	"rockpool/internal/server"
	"rockpool/internal/sigv4"
	"rockpool/internal/store"
	"rockpool/internal/store/faulty"
)

// The whole journey of a forgotten password, on both databases.
func TestResetJourney(t *testing.T) {
	for name, opts := range map[string][]rptest.Option{"SQLite": nil, "PostgreSQL": {rptest.Postgres()}} {
		t.Run(name, func(t *testing.T) {
			srv := rptest.New(t, opts...)
			pool := srv.AddPool()
			client := srv.AddClient(pool)
			srv.AddUser(pool, "ada", "Old-passw0rd", "email", "ada@example.com")

			srv.Must("ForgotPassword", &cognito.ForgotPasswordRequest{ClientID: client, Username: "ada"}, nil)
			confirm := &cognito.ConfirmForgotPasswordRequest{
				ClientID: client, Username: "ada", ConfirmationCode: srv.LastCode("ada@example.com"), Password: "N3w-password",
			}
			srv.Advance(61 * time.Minute)
			rptest.WantError(t, srv.Call("ConfirmForgotPassword", confirm, nil), idp.ErrCodeExpired)

			srv.Must("ForgotPassword", &cognito.ForgotPasswordRequest{ClientID: client, Username: "ada"}, nil)
			confirm.ConfirmationCode = srv.LastCode("ada@example.com")
			rptest.WantError(t, srv.Call("ConfirmForgotPassword", confirm, nil), nil)

			tokens := srv.SignIn(client, "ada", "N3w-password")
			var me cognito.GetUserResponse
			srv.Must("GetUser", &cognito.GetUserRequest{AccessToken: tokens.AccessToken}, &me)
			if me.Username != "ada" {
				t.Errorf("GetUser: got %q, want ada", me.Username)
			}
		})
	}
}

func TestTwoNodesShareADatabase(t *testing.T) {
	for name, opts := range map[string][]rptest.Option{"SQLite": nil, "PostgreSQL": {rptest.Postgres()}} {
		t.Run(name, func(t *testing.T) {
			one := rptest.New(t, opts...)
			two := one.Node()
			pool := one.AddPool()
			client := two.AddClient(pool)
			two.AddUser(pool, "ada", "Old-passw0rd")
			one.SignIn(client, "ada", "Old-passw0rd")
			if one.Endpoint == two.Endpoint {
				t.Errorf("both nodes are at %s", one.Endpoint)
			}
		})
	}
}

func TestSignatures(t *testing.T) {
	srv := rptest.New(t, rptest.Signatures())
	list := &cognito.ListUserPoolsRequest{MaxResults: 1}
	rptest.WantError(t, srv.Call("ListUserPools", list, nil), &idp.Error{Code: "UnrecognizedClientException", Message: "The security token included in the request is invalid."})
	rptest.WantError(t, srv.CallAs(rptest.Credentials{}, "ListUserPools", list, nil), &idp.Error{Code: sigv4.ErrMissing.Code, Message: sigv4.ErrMissing.Message})

	srv.Credentials = srv.AddAccessKey("")
	srv.Advance(100 * time.Hour) // signatures are made and checked by the moved clock
	rptest.WantError(t, srv.Call("ListUserPools", list, nil), nil)

	reader := srv.AddAccessKey(`{"Statement":[{"Effect":"Allow","Action":"cognito-idp:List*","Resource":"*"}]}`)
	rptest.WantError(t, srv.CallAs(reader, "ListUserPools", list, nil), nil)
	err := srv.CallAs(reader, "CreateUserPool", &cognito.CreateUserPoolRequest{PoolName: "p"}, nil)
	if e, ok := err.(*idp.Error); !ok || e.Code != "AccessDeniedException" {
		t.Errorf("CreateUserPool without permission: got %v, want AccessDeniedException", err)
	}
}

func TestTriggersReachLambda(t *testing.T) {
	srv := rptest.New(t)
	arn := srv.Lambda.Handle("pre-sign-up", func(event map[string]any) (any, error) {
		event["response"] = map[string]any{"autoConfirmUser": true}
		return event, nil
	})
	pool := srv.AddPool(func(in *cognito.CreateUserPoolRequest) { in.LambdaConfig = &cognito.LambdaConfigType{PreSignUp: arn} })
	client := srv.AddClient(pool)
	var out cognito.SignUpResponse
	srv.Must("SignUp", &cognito.SignUpRequest{ClientID: client, Username: "ada", Password: "Old-passw0rd"}, &out)
	if !out.UserConfirmed || srv.Lambda.Calls("pre-sign-up") != 1 {
		t.Errorf("SignUp: got confirmed %t after %d calls, want true after 1", out.UserConfirmed, srv.Lambda.Calls("pre-sign-up"))
	}
}

func TestBrokenStore(t *testing.T) {
	srv := rptest.New(t)
	pool := srv.AddPool()
	ready := func() int {
		res, err := http.Get(srv.AdminURL + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	srv.Store.Fail(faulty.Update)
	srv.Store.Fail(faulty.Ready)
	err := srv.Call("CreateUserPoolClient", &cognito.CreateUserPoolClientRequest{UserPoolID: pool, ClientName: "c"}, nil)
	if e, ok := err.(*idp.Error); !ok || e.Code != "InternalErrorException" {
		t.Errorf("CreateUserPoolClient on a broken store: got %v, want InternalErrorException", err)
	}
	if got := ready(); got != http.StatusServiceUnavailable {
		t.Errorf("GET /readyz on a broken store: got %d, want 503", got)
	}
	srv.Store.Heal()
	srv.AddClient(pool)
	if got := ready(); got != http.StatusOK {
		t.Errorf("GET /readyz: got %d, want 200", got)
	}
}

func TestFilters(t *testing.T) {
	srv := rptest.New(t, rptest.Filters(config.Filter{Name: "closed", Operations: []string{"SignUp"}}))
	client := srv.AddClient(srv.AddPool())
	sign := &cognito.SignUpRequest{ClientID: client, Username: "ada", Password: "Old-passw0rd"}
	rptest.WantError(t, srv.Call("SignUp", sign, nil), idp.ErrForbidden)
}

func TestRates(t *testing.T) {
	srv := rptest.New(t, rptest.Rates())
	in := &cognito.DescribeUserPoolRequest{UserPoolID: srv.AddPool()}
	var err error
	for range 1000 { // the rate is 15 a second
		if err = srv.Call("DescribeUserPool", in, nil); err != nil {
			break
		}
	}
	rptest.WantError(t, err, idp.ErrTooManyRequests)
}

// refusing is a store with an answer of its own to every change.
type refusing struct {
	store.Store
	err error
}

func (r refusing) Update(context.Context, func(store.Tx) error) error { return r.err }

// failures counts what a test would fail for.
type failures struct {
	testing.TB
	n int
}

func (f *failures) Errorf(string, ...any) { f.n++ }

// A server that answers with what cannot occur fails its test.
func TestImpossibleExceptionFails(t *testing.T) {
	for code, want := range map[string]int{"OperationNotEnabledException": 1, "LimitExceededException": 0} {
		f := &failures{TB: t}
		srv := rptest.New(f, rptest.With(func(o *server.Options) {
			o.Store = refusing{o.Store, &idp.Error{Code: code, Message: "no"}}
		}))
		err := srv.Call("CreateUserPool", &cognito.CreateUserPoolRequest{PoolName: "p"}, nil)
		rptest.WantError(t, err, &idp.Error{Code: code, Message: "no"})
		if f.n != want {
			t.Errorf("%s: the test fails %d times, want %d", code, f.n, want)
		}
	}
}
