package ops_test

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Either secret can go, and the other one stays; that one cannot go.
func TestDeleteUserPoolClientSecret(t *testing.T) {
	for i, name := range []string{"older", "newer"} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t)
			pool := a.pool(t, "")
			client := a.client(t, pool.ID, `"GenerateSecret":true`)
			a.now = a.now.Add(time.Minute)
			values := []string{client.ClientSecret, a.addSecret(t, pool.ID, client.ClientID, "").ClientSecretValue}
			list := a.secrets(t, pool.ID, client.ClientID)
			del := func(id string) error {
				_, err := a.DeleteUserPoolClientSecret(t.Context(), &cognito.DeleteUserPoolClientSecretRequest{
					UserPoolID: pool.ID, ClientID: client.ClientID, ClientSecretID: id,
				})
				return err
			}
			goes, stays := list[i].ClientSecretID, list[1-i].ClientSecretID
			wantErr(t, "DeleteUserPoolClientSecret", del(goes), nil)
			wantErr(t, "DeleteUserPoolClientSecret again", del(goes), idp.ErrSecretNotFound(goes))
			wantErr(t, "DeleteUserPoolClientSecret of the last one", del(stays), idp.ErrLastSecret)
			if left := a.secrets(t, pool.ID, client.ClientID); len(left) != 1 || left[0].ClientSecretID != stays {
				t.Errorf("ListUserPoolClientSecrets: got %s, want %s alone", indented(t, left), stays)
			}
			if a.describeClient(t, pool.ID, client.ClientID).ClientSecret != values[1-i] {
				t.Error("DescribeUserPoolClient shows another secret than the one that stayed")
			}
		})
	}
}

func TestDeleteUserPoolClientSecretRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	client := a.client(t, pool.ID, `"GenerateSecret":true`).ClientID
	a.addSecret(t, pool.ID, client, "")
	id := a.secrets(t, pool.ID, client)[0].ClientSecretID
	public := a.client(t, pool.ID, "").ClientID
	tests := []struct {
		name, pool, client, id string
		want                   error
	}{
		{"pool gone", gone, client, id, errPoolGone},
		{"client gone", pool.ID, "gone", id, idp.ErrClientNotFound("gone")},
		{"client of another pool", other.ID, client, id, idp.ErrClientNotFound(client)},
		{"no such secret", pool.ID, client, client + "--1", idp.ErrSecretNotFound(client + "--1")},
		{"public client", pool.ID, public, id, idp.ErrSecretNotFound(id)},
		{"client that registered itself", pool.ID, a.registered(t, pool.ID), "registered--1", idp.ErrRegisteredClient},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.DeleteUserPoolClientSecret(t.Context(), &cognito.DeleteUserPoolClientSecretRequest{UserPoolID: tt.pool, ClientID: tt.client, ClientSecretID: tt.id})
			wantErr(t, "DeleteUserPoolClientSecret", err, tt.want)
		})
	}
	if got := a.secrets(t, pool.ID, client); len(got) != 2 {
		t.Errorf("after refusals the client has %d secrets, want 2", len(got))
	}
}
