package ops_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// bareClient is what CreateUserPoolClient answers to a name alone.
const bareClient = `{
  "UserPoolId": "POOL",
  "ClientName": "client",
  "ClientId": "CLIENT",
  "LastModifiedDate": 1795435200.022,
  "CreationDate": 1795435200.022,
  "RefreshTokenValidity": 30,
  "TokenValidityUnits": {},
  "AllowedOAuthFlowsUserPoolClient": false,
  "EnableTokenRevocation": true,
  "EnablePropagateAdditionalUserContextData": false,
  "AuthSessionValidity": 3,
  "ClientType": "REGULAR"
}`

func TestCreateUserPoolClientBare(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	created := a.client(t, pool.ID, "")
	if !regexp.MustCompile(`^[a-z0-9]{26}$`).MatchString(created.ClientID) {
		t.Errorf("CreateUserPoolClient: got id %q, want 26 letters and digits", created.ClientID)
	}
	want := strings.NewReplacer("POOL", pool.ID, "CLIENT", created.ClientID).Replace(bareClient)
	if diff := cmp.Diff(want, indented(t, created)); diff != "" {
		t.Errorf("CreateUserPoolClient (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, indented(t, a.describeClient(t, pool.ID, created.ClientID))); diff != "" {
		t.Errorf("DescribeUserPoolClient (-want +got):\n%s", diff)
	}
}

// A secret, made or given, is shown by each answer about the client, checked
// by the catalog, and not to be read in the store.
func TestCreateUserPoolClientSecret(t *testing.T) {
	tests := []struct {
		name, in string
		form     string
	}{
		{"made", `"GenerateSecret":true`, `^[a-z0-9]{52}$`},
		{"given", `"ClientSecret":"Given_secret+0123456789ab"`, `^Given_secret\+0123456789ab$`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newAPI(t)
			pool := a.pool(t, "")
			created := a.client(t, pool.ID, tt.in)
			if !regexp.MustCompile(tt.form).MatchString(created.ClientSecret) {
				t.Errorf("CreateUserPoolClient: the secret has %d characters, want one like %s", len(created.ClientSecret), tt.form)
			}
			if a.describeClient(t, pool.ID, created.ClientID).ClientSecret != created.ClientSecret {
				t.Error("DescribeUserPoolClient: another secret than the one made")
			}
			updated, err := a.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientRequest{UserPoolID: pool.ID, ClientID: created.ClientID})
			if err != nil || updated.UserPoolClient.ClientSecret != created.ClientSecret {
				t.Errorf("UpdateUserPoolClient: another secret than the one made (%v)", err)
			}

			c, err := a.Catalog.Client(t.Context(), created.ClientID)
			if err != nil {
				t.Fatal(err)
			}
			hash := secret.SecretHash(created.ClientSecret, "ann", created.ClientID)
			if ok, err := c.CheckSecretHash("ann", hash); !ok || err != nil {
				t.Errorf("CheckSecretHash: got %v, %v, want true", ok, err)
			}
			if len(c.Secrets) != 1 || c.Secrets[0].ID != fmt.Sprint(c.ID, "--", start.Unix()) {
				t.Errorf("stored secrets: got %d, want one with the client's id and %d", len(c.Secrets), start.Unix())
			}
			if strings.Contains(string(c.Secrets[0].Sealed), created.ClientSecret) || c.Settings.ClientSecret != "" {
				t.Error("the store has the secret in the clear")
			}
		})
	}
}

func TestCreateUserPoolClientRefuses(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	tests := []struct {
		name, in string
		want     error
	}{
		{"pool gone", `{"UserPoolId":"` + gone + `","ClientName":"c"}`, errPoolGone},
		{"both secrets", `{"UserPoolId":"` + pool.ID + `","ClientName":"c","GenerateSecret":true,"ClientSecret":"0123456789abcdefghijklmn"}`, idp.ErrSecretGivenAndGenerated},
		{"unknown attribute", `{"UserPoolId":"` + pool.ID + `","ClientName":"c","ReadAttributes":["custom:x"]}`, idp.ErrReadAttributes},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.CreateUserPoolClient(t.Context(), fromJSON[cognito.CreateUserPoolClientRequest](t, tt.in))
			wantErr(t, "CreateUserPoolClient("+tt.in+")", err, tt.want)
		})
	}
	out, err := a.ListUserPoolClients(t.Context(), &cognito.ListUserPoolClientsRequest{UserPoolID: pool.ID})
	if err != nil || len(out.UserPoolClients) != 0 {
		t.Errorf("ListUserPoolClients after refusals: got %v, %v, want none", out, err)
	}
}

// A pool deleted by another node is gone, even if this one remembers it.
func TestCreateUserPoolClientOfForgottenPool(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	if _, err := a.Catalog.Pool(t.Context(), pool.ID); err != nil {
		t.Fatal(err)
	}
	a.must(t, func(tx store.Tx) error { return tx.DeletePool(pool.ID) })
	_, err := a.CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientRequest{UserPoolID: pool.ID, ClientName: "c"})
	wantErr(t, "CreateUserPoolClient", err, idp.ErrPoolNotFound(pool.ID))
}

func TestCreateUserPoolClientIDTaken(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	r := &again{Reader: a.Rand}
	a.Rand = r
	first, second := a.client(t, pool.ID, ""), a.client(t, pool.ID, "")
	if first.ClientID == second.ClientID || r.reads < 3 {
		t.Errorf("CreateUserPoolClient: got ids %s and %s after %d draws, want two after 3", first.ClientID, second.ClientID, r.reads)
	}
}

func TestCreateUserPoolClientLimit(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.must(t, func(tx store.Tx) error {
		for i := range idp.MaxClientsPerPool - 1 {
			if err := tx.CreateClient(&idp.Client{ID: fmt.Sprintf("client%04d", i), PoolID: pool.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	a.client(t, pool.ID, "")
	_, err := a.CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientRequest{UserPoolID: pool.ID, ClientName: "c"})
	wantErr(t, "CreateUserPoolClient(one too many)", err, idp.ErrTooManyClients)
	a.client(t, other.ID, "") // has room
}
