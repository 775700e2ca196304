package ops_test

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// The list is oldest first and shows no values; that of a public client is
// empty.
func TestListUserPoolClientSecrets(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	client := a.client(t, pool.ID, `"GenerateSecret":true`).ClientID
	public := a.client(t, pool.ID, "").ClientID
	a.now = a.now.Add(time.Minute)
	a.addSecret(t, pool.ID, client, givenSecret)
	for id, want := range map[string]string{
		client: `{
  "ClientSecrets": [
    {
      "ClientSecretId": "` + client + `--1795435200",
      "ClientSecretCreateDate": 1795435200.022
    },
    {
      "ClientSecretId": "` + client + `--1795435260",
      "ClientSecretCreateDate": 1795435260.022
    }
  ]
}`,
		public: `{
  "ClientSecrets": []
}`,
	} {
		out, err := a.ListUserPoolClientSecrets(t.Context(), &cognito.ListUserPoolClientSecretsRequest{UserPoolID: pool.ID, ClientID: id})
		if err != nil {
			t.Fatal(err)
		}
		if got := indented(t, out); got != want {
			t.Errorf("ListUserPoolClientSecrets: got %s, want %s", got, want)
		}
	}
}

func TestListUserPoolClientSecretsRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	client := a.client(t, pool.ID, `"GenerateSecret":true`).ClientID
	tests := []struct {
		name string
		in   cognito.ListUserPoolClientSecretsRequest
		want error
	}{
		{"pool gone", cognito.ListUserPoolClientSecretsRequest{UserPoolID: gone, ClientID: client}, errPoolGone},
		{"client gone", cognito.ListUserPoolClientSecretsRequest{UserPoolID: pool.ID, ClientID: "gone"}, idp.ErrClientNotFound("gone")},
		{"client of another pool", cognito.ListUserPoolClientSecretsRequest{UserPoolID: other.ID, ClientID: client}, idp.ErrClientNotFound(client)},
		{"token", cognito.ListUserPoolClientSecretsRequest{UserPoolID: pool.ID, ClientID: client, NextToken: "x"}, idp.ErrInvalidPaginationToken},
		{"client that registered itself", cognito.ListUserPoolClientSecretsRequest{UserPoolID: pool.ID, ClientID: a.registered(t, pool.ID)}, idp.ErrRegisteredClient},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.ListUserPoolClientSecrets(t.Context(), &tt.in)
			wantErr(t, "ListUserPoolClientSecrets", err, tt.want)
		})
	}
}
