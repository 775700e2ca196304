// Package ops is what each operation of the API does, one file per operation.
// A handler translates a request, calls the use case, and translates its
// result back; decoding, constraints, signatures and the writing of errors are
// dealt with elsewhere. Operations that only keep a setting check it with
// package idp and save it with package store.
package ops

import (
	"context"
	"io"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/analytics"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/secret"
	"rockpool/internal/signin"
	"rockpool/internal/store"
	"rockpool/internal/token"
)

// API answers the operations of the service. Those without a file of their
// own come from cognito.Unimplemented and say so.
type API struct {
	cognito.Unimplemented

	Store     store.Store
	Catalog   *catalog.Catalog
	Accounts  *account.Service
	Passkeys  *passkey.Service
	SignIns   *signin.Service
	Tokens    *token.Service
	Analytics analytics.Sink // nil: nobody listens
	Master    *secret.Master
	Now       func() time.Time
	Rand      io.Reader
	Region    string
	AccountID string
}

var _ cognito.Service = (*API)(nil)

// client returns the app client of a public operation, after its secret hash
// was checked over the username as it was sent.
func (a *API) client(ctx context.Context, clientID, username, secretHash string) (*catalog.Client, error) {
	c, err := a.Catalog.Client(ctx, clientID)
	if err != nil {
		return nil, err
	}
	if !c.HasSecret() {
		return c, nil // a hash that is not needed does no harm
	}
	if secretHash == "" {
		return nil, idp.ErrSecretHashMissing(clientID)
	}
	ok, err := c.CheckSecretHash(username, secretHash)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, idp.ErrSecretHashWrong(clientID)
	}
	return c, nil
}
