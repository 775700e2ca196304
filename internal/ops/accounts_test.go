package ops_test

import (
	"context"
	"sync"
	"testing"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/secret"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/token"
	"rockpool/internal/trigger"
)

const (
	adaMail      = "ada@example.com"
	goodPassword = "Corr3ct-horse"
)

// accounts is an API whose users can be worked with: it has everything that
// the operations on accounts need, and keeps the messages.
type accounts struct {
	*testAPI
	poolID, clientID, secret string
	mail                     *outbox
}

// newAccounts makes an API with a pool, from the members of a request, and a
// confidential client of it.
func newAccounts(t *testing.T, pool string) *accounts {
	t.Helper()
	a := &accounts{testAPI: newAPI(t), mail: &outbox{sent: map[string]message.Message{}}}
	a.Accounts = &account.Service{
		Store:    a.Store,
		Catalog:  a.Catalog,
		Triggers: &trigger.Engine{},
		Messages: a.mail,
		Budget:   srp.NewBudget(0, 0),
		Now:      a.Now,
		Rand:     a.Rand,
	}
	a.Tokens = &token.Service{
		Store: a.Store, Catalog: a.Catalog, Now: a.Now,
		Issuer: func(poolID string) string { return "https://idp.example.com/" + poolID },
	}
	a.poolID = a.pool(t, pool).ID
	c := a.client(t, a.poolID, `"GenerateSecret":true`)
	a.clientID, a.secret = c.ClientID, c.ClientSecret
	return a
}

// hash is the SecretHash of a username.
func (a *accounts) hash(username string) string {
	return secret.SecretHash(a.secret, username, a.clientID)
}

// user makes a confirmed user with goodPassword.
func (a *accounts) user(t *testing.T, username string, attributes ...*cognito.AttributeType) *cognito.UserType {
	t.Helper()
	out, err := a.AdminCreateUser(t.Context(), &cognito.AdminCreateUserRequest{
		UserPoolID: a.poolID, Username: username, UserAttributes: attributes, MessageAction: cognito.MessageActionSuppress,
	})
	if err != nil {
		t.Fatalf("AdminCreateUser(%s): %v", username, err)
	}
	_, err = a.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordRequest{
		UserPoolID: a.poolID, Username: username, Password: goodPassword, Permanent: new(true),
	})
	if err != nil {
		t.Fatalf("AdminSetUserPassword(%s): %v", username, err)
	}
	return out.User
}

// token signs a user in through a client and returns the access token.
func (a *accounts) token(t *testing.T, clientID, username string) string {
	t.Helper()
	c, err := a.Catalog.Client(t.Context(), clientID)
	if err != nil {
		t.Fatal(err)
	}
	u, err := a.Accounts.User(t.Context(), c.Pool, username)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := a.Tokens.Prepare(t.Context(), token.Grant{Client: c, User: u})
	if err != nil {
		t.Fatal(err)
	}
	a.must(t, func(tx store.Tx) error { return issued.Save(tx) })
	return issued.AccessToken
}

func (a *accounts) adminGet(t *testing.T, username string) *cognito.AdminGetUserResponse {
	t.Helper()
	out, err := a.AdminGetUser(t.Context(), &cognito.AdminGetUserRequest{UserPoolID: a.poolID, Username: username})
	if err != nil {
		t.Fatalf("AdminGetUser(%s): %v", username, err)
	}
	return out
}

// attribute is a name and a value.
func attribute(name, value string) *cognito.AttributeType {
	return &cognito.AttributeType{Name: name, Value: value}
}

// outbox keeps the newest message to each address.
type outbox struct {
	mu   sync.Mutex
	sent map[string]message.Message
}

func (o *outbox) Send(_ context.Context, m message.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent[m.To] = m
	return nil
}

func (o *outbox) Enqueue(ctx context.Context, m message.Message) error { return o.Send(ctx, m) }

func (o *outbox) code(t *testing.T, to string) string {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sent[to].Code == "" {
		t.Fatalf("no code was sent to %s", to)
	}
	return o.sent[to].Code
}

var _ message.Sender = (*outbox)(nil)

var errNoUser = idp.ErrUserNotFound
