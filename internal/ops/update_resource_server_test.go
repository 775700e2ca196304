package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// An update replaces name and scopes, and removes scopes that it leaves out.
func TestUpdateResourceServer(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	a.resourceServer(t, pool.ID, "shop", "read", "write")
	for _, scopes := range [][]*cognito.ResourceServerScopeType{scopeTypes("write", "order"), nil} {
		want := &cognito.ResourceServerType{UserPoolID: pool.ID, Identifier: "shop", Name: "New", Scopes: scopes}
		out, err := a.UpdateResourceServer(t.Context(), &cognito.UpdateResourceServerRequest{
			UserPoolID: pool.ID, Identifier: "shop", Name: "New", Scopes: scopes,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := indented(t, out.ResourceServer); got != indented(t, want) {
			t.Errorf("UpdateResourceServer: got %s, want %s", got, indented(t, want))
		}
		if got := indented(t, a.describeResourceServer(t, pool.ID, "shop")); got != indented(t, want) {
			t.Errorf("DescribeResourceServer after UpdateResourceServer: got %s, want %s", got, indented(t, want))
		}
	}
}

func TestUpdateResourceServerRefuses(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	a.resourceServer(t, pool.ID, "shop", "read")
	tests := []struct {
		name, pool, identifier string
		want                   *idp.Error
	}{
		{"pool gone", gone, "shop", errPoolGone},
		{"no such server", pool.ID, "bank", idp.ErrResourceServerNotFound("bank")},
		{"scope twice", pool.ID, "shop", idp.ErrResourceServerScopeDoubled},
	}
	for _, tt := range tests {
		scopes := scopeTypes("a", "b")
		if tt.want == idp.ErrResourceServerScopeDoubled {
			scopes = scopeTypes("a", "a")
		}
		_, err := a.UpdateResourceServer(t.Context(), &cognito.UpdateResourceServerRequest{
			UserPoolID: tt.pool, Identifier: tt.identifier, Name: "New", Scopes: scopes,
		})
		refuses(t, "UpdateResourceServer", tt.name, err, tt.want)
	}
	if got := a.describeResourceServer(t, pool.ID, "shop").Name; got != "Server" {
		t.Errorf("after a refused UpdateResourceServer: got name %q, want Server", got)
	}
}
