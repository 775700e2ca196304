package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// What DescribeResourceServer shows is tested beside CreateResourceServer,
// whose answer is the same.
func TestDescribeResourceServerRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.resourceServer(t, pool.ID, "shop")
	tests := []struct {
		name, pool, identifier string
		want                   *idp.Error
	}{
		{"pool gone", gone, "shop", errPoolGone},
		{"no such server", pool.ID, "bank", idp.ErrResourceServerNotFound("bank")},
		{"other letters", pool.ID, "Shop", idp.ErrResourceServerNotFound("Shop")},
		{"another pool's", other.ID, "shop", idp.ErrResourceServerNotFound("shop")},
	}
	for _, tt := range tests {
		_, err := a.DescribeResourceServer(t.Context(), &cognito.DescribeResourceServerRequest{UserPoolID: tt.pool, Identifier: tt.identifier})
		refuses(t, "DescribeResourceServer", tt.name, err, tt.want)
	}
}
