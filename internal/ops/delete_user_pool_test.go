package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestDeleteUserPool(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	client := a.client(t, pool.ID, "")
	if _, err := a.Catalog.Client(t.Context(), client.ClientID); err != nil {
		t.Fatal(err) // the catalog remembers both
	}
	wantErr(t, "DeleteUserPool", a.DeleteUserPool(t.Context(), &cognito.DeleteUserPoolRequest{UserPoolID: pool.ID}), nil)

	_, err := a.DescribeUserPool(t.Context(), &cognito.DescribeUserPoolRequest{UserPoolID: pool.ID})
	wantErr(t, "DescribeUserPool", err, idp.ErrPoolNotFound(pool.ID))
	_, err = a.Catalog.Client(t.Context(), client.ClientID)
	wantErr(t, "Catalog.Client", err, idp.ErrClientNotFound(client.ClientID))
	wantErr(t, "DeleteUserPool again", a.DeleteUserPool(t.Context(), &cognito.DeleteUserPoolRequest{UserPoolID: pool.ID}), idp.ErrPoolNotFound(pool.ID))
}

func TestDeleteUserPoolProtected(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, `"DeletionProtection":"ACTIVE"`)
	in := &cognito.DeleteUserPoolRequest{UserPoolID: pool.ID}
	wantErr(t, "DeleteUserPool", a.DeleteUserPool(t.Context(), in), idp.ErrDeletionProtected)
	_, err := a.UpdateUserPool(t.Context(), &cognito.UpdateUserPoolRequest{UserPoolID: pool.ID, DeletionProtection: cognito.DeletionProtectionInactive})
	wantErr(t, "UpdateUserPool", err, nil)
	wantErr(t, "DeleteUserPool without protection", a.DeleteUserPool(t.Context(), in), nil)
}
