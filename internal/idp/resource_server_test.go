package idp

import (
	"fmt"
	"testing"

	"rockpool/internal/cognito"
)

func TestResourceServerCheck(t *testing.T) {
	tests := []struct {
		name, identifier string
		scopes           []string
		want             *Error
	}{
		{"plain", "shop", []string{"read", "write"}, nil},
		{"no scopes", "https://shop.example.com", nil, nil},
		{"names in other letters", "shop", []string{"read", "Read"}, nil},
		{"a name twice", "shop", []string{"read", "write", "read"}, ErrResourceServerScopeDoubled},
		{"the service's own", "aws.cognito/dcr", []string{"register"}, ErrResourceServerReserved},
		{"the service's own in other letters", "AWS.Cognito", nil, ErrResourceServerReserved},
		{"the service's name elsewhere", "my-aws.cognito", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &ResourceServer{Identifier: tt.identifier}
			for _, name := range tt.scopes {
				r.Scopes = append(r.Scopes, &cognito.ResourceServerScopeType{ScopeName: name, ScopeDescription: "x"})
			}
			wantErr(t, "Check", r.Check(), tt.want)
		})
	}
}

func TestHasScope(t *testing.T) {
	scopes := func(names ...string) (out []*cognito.ResourceServerScopeType) {
		for _, name := range names {
			out = append(out, &cognito.ResourceServerScopeType{ScopeName: name})
		}
		return out
	}
	servers := []*ResourceServer{
		{Identifier: "shop", Scopes: scopes("read", "write")},
		{Identifier: "https://shop.example.com/", Scopes: scopes("read")},
		{Identifier: "bare"},
	}
	for scope, want := range map[string]bool{
		"shop/read": true, "shop/write": true, "https://shop.example.com//read": true,
		"shop": false, "shop/": false, "/read": false, "read": false, "": false, "shop/delete": false, "Shop/read": false,
		"shop/Read": false, "bare/read": false, "https://shop.example.com/read": false, "shop/read/write": false, "shop//read": false,
	} {
		if got := HasScope(servers, scope); got != want {
			t.Errorf("HasScope(%q): got %t, want %t", scope, got, want)
		}
	}
	if HasScope(nil, "shop/read") {
		t.Error("HasScope without servers: got true")
	}
}

func TestCheckScopes(t *testing.T) {
	servers := []*ResourceServer{{Identifier: "shop", Scopes: []*cognito.ResourceServerScopeType{{ScopeName: "read"}}}}
	system := []string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}
	tests := []struct {
		scopes []string
		reads  bool
		want   *Error
	}{
		{nil, false, nil},
		{system, false, nil},
		{[]string{"openid", "shop/read"}, true, nil},
		{[]string{"shop/read", "shop/write"}, true, ErrScopeNotFound("shop/write")},
		{[]string{"Openid"}, true, ErrScopeNotFound("Openid")},
		{[]string{"shop"}, true, ErrScopeNotFound("shop")},
	}
	for _, tt := range tests {
		wantErr(t, fmt.Sprintf("CheckScopes(%v)", tt.scopes), CheckScopes(tt.scopes, servers), tt.want)
		if got := NeedsResourceServer(tt.scopes); got != tt.reads {
			t.Errorf("NeedsResourceServer(%v): got %t, want %t", tt.scopes, got, tt.reads)
		}
	}
}
