package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
)

// resourceServer makes a resource server with scopes of the names given.
func (a *testAPI) resourceServer(t *testing.T, poolID, identifier string, scopes ...string) *cognito.ResourceServerType {
	t.Helper()
	in := &cognito.CreateResourceServerRequest{UserPoolID: poolID, Identifier: identifier, Name: "Server", Scopes: scopeTypes(scopes...)}
	out, err := a.CreateResourceServer(t.Context(), in)
	if err != nil {
		t.Fatalf("CreateResourceServer(%s): %v", identifier, err)
	}
	return out.ResourceServer
}

// setScopes replaces the scopes of a resource server.
func (a *testAPI) setScopes(t *testing.T, poolID, identifier string, scopes ...string) {
	t.Helper()
	in := &cognito.UpdateResourceServerRequest{UserPoolID: poolID, Identifier: identifier, Name: "Server", Scopes: scopeTypes(scopes...)}
	if _, err := a.UpdateResourceServer(t.Context(), in); err != nil {
		t.Fatalf("UpdateResourceServer(%s): %v", identifier, err)
	}
}

func scopeTypes(names ...string) (out []*cognito.ResourceServerScopeType) {
	for _, name := range names {
		out = append(out, &cognito.ResourceServerScopeType{ScopeName: name, ScopeDescription: "to " + name})
	}
	return out
}

func (a *testAPI) describeResourceServer(t *testing.T, poolID, identifier string) *cognito.ResourceServerType {
	t.Helper()
	out, err := a.DescribeResourceServer(t.Context(), &cognito.DescribeResourceServerRequest{UserPoolID: poolID, Identifier: identifier})
	if err != nil {
		t.Fatalf("DescribeResourceServer(%s): %v", identifier, err)
	}
	return out.ResourceServer
}
