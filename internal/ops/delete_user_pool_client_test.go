package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestDeleteUserPoolClient(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	client := a.client(t, pool.ID, "").ClientID
	if _, err := a.Catalog.Client(t.Context(), client); err != nil {
		t.Fatal(err) // the catalog remembers the client
	}
	del := func(pool, client string) error {
		return a.DeleteUserPoolClient(t.Context(), &cognito.DeleteUserPoolClientRequest{UserPoolID: pool, ClientID: client})
	}
	wantErr(t, "DeleteUserPoolClient(pool gone)", del(gone, client), errPoolGone)
	wantErr(t, "DeleteUserPoolClient(another pool)", del(other.ID, client), idp.ErrClientNotFound(client))
	a.describeClient(t, pool.ID, client) // is still there

	wantErr(t, "DeleteUserPoolClient", del(pool.ID, client), nil)
	_, err := a.Catalog.Client(t.Context(), client)
	wantErr(t, "Catalog.Client", err, idp.ErrClientNotFound(client))
	wantErr(t, "DeleteUserPoolClient again", del(pool.ID, client), idp.ErrClientNotFound(client))
}
