package ops_test

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// A client can be given the scopes that its own pool's resource servers have
// at that moment.
func TestClientScopes(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.resourceServer(t, pool.ID, "https://shop.example.com/v1", "read", "write")
	a.resourceServer(t, pool.ID, "bank", "read")
	a.resourceServer(t, other.ID, "elsewhere", "read")
	tests := []struct {
		name   string
		scopes []string
		want   *idp.Error
	}{
		{"the service's", []string{"openid", "aws.cognito.signin.user.admin"}, nil},
		{"of several servers", []string{"https://shop.example.com/v1/write", "bank/read", "openid"}, nil},
		{"no such scope", []string{"bank/read", "bank/write"}, idp.ErrScopeNotFound("bank/write")},
		{"no such server", []string{"v1/read"}, idp.ErrScopeNotFound("v1/read")},
		{"another pool's", []string{"elsewhere/read"}, idp.ErrScopeNotFound("elsewhere/read")},
	}
	for _, tt := range tests {
		var want error
		if tt.want != nil {
			want = tt.want
		}
		created, err := a.CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientRequest{
			UserPoolID: pool.ID, ClientName: "c", AllowedOAuthScopes: tt.scopes,
		})
		wantErr(t, "CreateUserPoolClient, "+tt.name, err, want)
		if err == nil && !slices.Equal(created.UserPoolClient.AllowedOAuthScopes, tt.scopes) {
			t.Errorf("CreateUserPoolClient, %s: got scopes %v", tt.name, created.UserPoolClient.AllowedOAuthScopes)
		}
		id := a.client(t, pool.ID, `"AllowedOAuthScopes":["phone"]`).ClientID
		_, err = a.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientRequest{
			UserPoolID: pool.ID, ClientID: id, AllowedOAuthScopes: tt.scopes,
		})
		wantErr(t, "UpdateUserPoolClient, "+tt.name, err, want)
		kept := tt.scopes
		if tt.want != nil {
			kept = []string{"phone"}
		}
		if got := a.describeClient(t, pool.ID, id).AllowedOAuthScopes; !slices.Equal(got, kept) {
			t.Errorf("UpdateUserPoolClient, %s: scopes are %v then, want %v", tt.name, got, kept)
		}
	}
	for _, op := range []string{"CreateUserPoolClient", "UpdateUserPoolClient"} {
		if code := idp.ErrScopeNotFound("x").Code; !slices.Contains(cognito.Operations[op].Errors, code) {
			t.Errorf("%s does not declare %s", op, code)
		}
	}
}

// A scope that is gone stays with the clients that have it, but nobody can be
// given it, not even them once more.
func TestClientScopesOfDeletedServer(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	a.resourceServer(t, pool.ID, "shop", "read")
	id := a.client(t, pool.ID, `"AllowedOAuthScopes":["shop/read"]`).ClientID
	if err := a.DeleteResourceServer(t.Context(), &cognito.DeleteResourceServerRequest{UserPoolID: pool.ID, Identifier: "shop"}); err != nil {
		t.Fatal(err)
	}
	if got := a.describeClient(t, pool.ID, id).AllowedOAuthScopes; !slices.Equal(got, []string{"shop/read"}) {
		t.Errorf("scopes after DeleteResourceServer: got %v, want [shop/read]", got)
	}
	_, err := a.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientRequest{
		UserPoolID: pool.ID, ClientID: id, AllowedOAuthScopes: []string{"shop/read"},
	})
	wantErr(t, "UpdateUserPoolClient", err, idp.ErrScopeNotFound("shop/read"))
}
