package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestDeleteResourceServer(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	a.resourceServer(t, pool.ID, "shop", "read")
	a.resourceServer(t, other.ID, "shop", "read")
	del := func(pool string) error {
		return a.DeleteResourceServer(t.Context(), &cognito.DeleteResourceServerRequest{UserPoolID: pool, Identifier: "shop"})
	}
	refuses(t, "DeleteResourceServer", "pool gone", del(gone), errPoolGone)
	wantErr(t, "DeleteResourceServer", del(pool.ID), nil)
	refuses(t, "DeleteResourceServer", "again", del(pool.ID), idp.ErrResourceServerNotFound("shop"))
	a.describeResourceServer(t, other.ID, "shop")
}
