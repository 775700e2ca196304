package ops_test

import (
	"fmt"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestCreateResourceServer(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	bare := `{
  "UserPoolId": "` + pool.ID + `",
  "Identifier": "%s",
  "Name": "Shop"
}`
	tests := []struct{ name, identifier, scopes, want string }{
		{"without scopes", "https://shop.example.com", ``, fmt.Sprintf(bare, "https://shop.example.com")},
		{"with an empty list", "empty", `,"Scopes":[]`, fmt.Sprintf(bare, "empty")},
		{"full", "shop", `,"Scopes":[{"ScopeName":"write","ScopeDescription":"Change"},{"ScopeName":"read","ScopeDescription":"See"}]`, `{
  "UserPoolId": "` + pool.ID + `",
  "Identifier": "shop",
  "Name": "Shop",
  "Scopes": [
    {
      "ScopeName": "write",
      "ScopeDescription": "Change"
    },
    {
      "ScopeName": "read",
      "ScopeDescription": "See"
    }
  ]
}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := a.CreateResourceServer(t.Context(), fromJSON[cognito.CreateResourceServerRequest](t,
				`{"UserPoolId":"`+pool.ID+`","Identifier":"`+tt.identifier+`","Name":"Shop"`+tt.scopes+`}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := indented(t, out.ResourceServer); got != tt.want {
				t.Errorf("CreateResourceServer: got %s, want %s", got, tt.want)
			}
			if got := indented(t, a.describeResourceServer(t, pool.ID, tt.identifier)); got != tt.want {
				t.Errorf("DescribeResourceServer: got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCreateResourceServerRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.resourceServer(t, pool.ID, "shop", "read")
	deleted := a.pool(t, "")
	if _, err := a.Catalog.Pool(t.Context(), deleted.ID); err != nil {
		t.Fatal(err)
	}
	a.deletePool(t, deleted.ID)
	tests := []struct {
		name, pool, identifier string
		scopes                 []string
		want                   *idp.Error
	}{
		{"pool gone", gone, "r", nil, errPoolGone},
		{"pool deleted elsewhere", deleted.ID, "r", nil, idp.ErrPoolNotFound(deleted.ID)},
		{"identifier taken", pool.ID, "shop", nil, idp.ErrResourceServerExists("shop", pool.ID)},
		{"scope twice", pool.ID, "r", []string{"a", "a"}, idp.ErrResourceServerScopeDoubled},
		{"the service's own", pool.ID, "aws.cognito/dcr", []string{"register"}, idp.ErrResourceServerReserved},
	}
	for _, tt := range tests {
		_, err := a.CreateResourceServer(t.Context(), &cognito.CreateResourceServerRequest{
			UserPoolID: tt.pool, Identifier: tt.identifier, Name: "second", Scopes: scopeTypes(tt.scopes...),
		})
		refuses(t, "CreateResourceServer", tt.name, err, tt.want)
	}
	if got := a.describeResourceServer(t, pool.ID, "shop").Name; got != "Server" {
		t.Errorf("after a refused CreateResourceServer: got name %q, want Server", got)
	}
	a.resourceServer(t, pool.ID, "Shop")  // other letters
	a.resourceServer(t, other.ID, "shop") // another pool's
}

func TestCreateResourceServerLimit(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	for i := range idp.MaxResourceServersPerPool {
		a.resourceServer(t, pool.ID, fmt.Sprintf("r%02d", i))
	}
	create := func(identifier string) error {
		_, err := a.CreateResourceServer(t.Context(), &cognito.CreateResourceServerRequest{UserPoolID: pool.ID, Identifier: identifier, Name: "n"})
		return err
	}
	refuses(t, "CreateResourceServer", "beyond the limit", create("more"), idp.ErrTooManyResourceServers)
	_, err := a.DescribeResourceServer(t.Context(), &cognito.DescribeResourceServerRequest{UserPoolID: pool.ID, Identifier: "more"})
	wantErr(t, "DescribeResourceServer of a refused one", err, idp.ErrResourceServerNotFound("more"))
	if err := a.DeleteResourceServer(t.Context(), &cognito.DeleteResourceServerRequest{UserPoolID: pool.ID, Identifier: "r00"}); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "CreateResourceServer after one was deleted", create("more"), nil)
}
