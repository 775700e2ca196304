package ops_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

const givenSecret = "Given_secret+0123456789ab"

// addSecret gives a client a second secret: the one given, or a new one.
func (a *testAPI) addSecret(t *testing.T, poolID, clientID, given string) *cognito.ClientSecretDescriptorType {
	t.Helper()
	out, err := a.AddUserPoolClientSecret(t.Context(), &cognito.AddUserPoolClientSecretRequest{UserPoolID: poolID, ClientID: clientID, ClientSecret: given})
	if err != nil {
		t.Fatalf("AddUserPoolClientSecret: %v", err)
	}
	return out.ClientSecretDescriptor
}

func (a *testAPI) secrets(t *testing.T, poolID, clientID string) []*cognito.ClientSecretDescriptorType {
	t.Helper()
	out, err := a.ListUserPoolClientSecrets(t.Context(), &cognito.ListUserPoolClientSecretsRequest{UserPoolID: poolID, ClientID: clientID})
	if err != nil {
		t.Fatalf("ListUserPoolClientSecrets: %v", err)
	}
	return out.ClientSecrets
}

// registered makes a client with two secrets that registered itself.
func (a *testAPI) registered(t *testing.T, poolID string) string {
	t.Helper()
	a.must(t, func(tx store.Tx) error {
		return tx.CreateClient(&idp.Client{
			ID: "registered", PoolID: poolID, Settings: cognito.UserPoolClientType{ClientType: cognito.ClientTypeDcr},
			Secrets: []idp.ClientSecret{{ID: "registered--1"}, {ID: "registered--2"}},
		})
	})
	return "registered"
}

// The value is shown if the service made it, and never again.
func TestAddUserPoolClientSecret(t *testing.T) {
	for given, form := range map[string]string{"": `^[a-z0-9]{52}$`, givenSecret: `^$`} {
		t.Run("given "+given, func(t *testing.T) {
			a := newAPI(t)
			pool := a.pool(t, "")
			client := a.client(t, pool.ID, `"GenerateSecret":true`)
			a.now = a.now.Add(time.Hour)
			d := a.addSecret(t, pool.ID, client.ClientID, given)
			if !regexp.MustCompile(form).MatchString(d.ClientSecretValue) || d.ClientSecretValue == client.ClientSecret {
				t.Errorf("ClientSecretValue has %d characters, want a new one like %s", len(d.ClientSecretValue), form)
			}
			if want := fmt.Sprint(client.ClientID, "--", a.now.Unix()); d.ClientSecretID != want || d.ClientSecretCreateDate != cognito.At(a.now) {
				t.Errorf("got id %s of %v, want %s of %v", d.ClientSecretID, d.ClientSecretCreateDate.Time(), want, a.now)
			}
			if got := a.describeClient(t, pool.ID, client.ClientID).LastModifiedDate; got != cognito.At(a.now) {
				t.Errorf("LastModifiedDate of the client: got %v, want %v", got.Time(), a.now)
			}
		})
	}
}

// Applications change from one secret to the other one by one: both are good
// until one is deleted, which ends at once.
func TestClientSecretRotation(t *testing.T) {
	a := newAccounts(t, "")
	second := a.addSecret(t, a.poolID, a.clientID, "").ClientSecretValue
	users := 0
	try := func(when, value string, want error) {
		t.Helper()
		users++
		name := fmt.Sprint("user", users)
		_, err := a.SignUp(t.Context(), &cognito.SignUpRequest{
			ClientID: a.clientID, Username: name, Password: goodPassword, SecretHash: secret.SecretHash(value, name, a.clientID),
		})
		wantErr(t, "SignUp with "+when, err, want)
	}
	try("the first secret", a.secret, nil)
	try("the second secret", second, nil)
	try("no secret of the client", givenSecret, idp.ErrSecretHashWrong(a.clientID))
	_, err := a.DeleteUserPoolClientSecret(t.Context(), &cognito.DeleteUserPoolClientSecretRequest{
		UserPoolID: a.poolID, ClientID: a.clientID, ClientSecretID: a.secrets(t, a.poolID, a.clientID)[0].ClientSecretID,
	})
	if err != nil {
		t.Fatal(err)
	}
	try("the deleted secret", a.secret, idp.ErrSecretHashWrong(a.clientID))
	try("the second secret, now alone", second, nil)
	a.addSecret(t, a.poolID, a.clientID, givenSecret)
	try("a third secret, in the place of the first", givenSecret, nil)
}

// Secrets of one second have different ids.
func TestClientSecretsOfOneSecond(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	client := a.client(t, pool.ID, `"GenerateSecret":true`).ClientID
	a.addSecret(t, pool.ID, client, "")
	list := a.secrets(t, pool.ID, client)
	if len(list) != 2 || list[0].ClientSecretID == list[1].ClientSecretID {
		t.Errorf("ListUserPoolClientSecrets: got %s, want two secrets with different ids", indented(t, list))
	}
}

func TestAddUserPoolClientSecretRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	one := a.client(t, pool.ID, `"GenerateSecret":true`).ClientID
	two := a.client(t, pool.ID, `"GenerateSecret":true`).ClientID
	a.addSecret(t, pool.ID, two, "")
	public := a.client(t, pool.ID, "").ClientID
	tests := []struct {
		name, pool, client string
		want               error
	}{
		{"pool gone", gone, one, errPoolGone},
		{"client gone", pool.ID, "gone", idp.ErrClientNotFound("gone")},
		{"client of another pool", other.ID, one, idp.ErrClientNotFound(one)},
		{"third secret", pool.ID, two, idp.ErrTooManySecrets},
		{"public client", pool.ID, public, idp.ErrNoSecret},
		{"client that registered itself", pool.ID, a.registered(t, pool.ID), idp.ErrRegisteredClient},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.AddUserPoolClientSecret(t.Context(), &cognito.AddUserPoolClientSecretRequest{UserPoolID: tt.pool, ClientID: tt.client})
			wantErr(t, "AddUserPoolClientSecret", err, tt.want)
		})
	}
	for client, want := range map[string]int{one: 1, two: 2, public: 0} {
		if got := a.secrets(t, pool.ID, client); len(got) != want {
			t.Errorf("after refusals a client has %d secrets, want %d", len(got), want)
		}
	}
}
