package ops

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/store"
)

// configuredFactors lists what a user can prove to be themselves with.
func (a *API) configuredFactors(ctx context.Context, pool *idp.UserPool, u *idp.User) (list []cognito.AuthFactorType, err error) {
	err = a.Store.View(ctx, func(tx store.Tx) error {
		keys, err := passkey.Of(tx, pool, u.Username)
		if err != nil {
			return err
		}
		list = u.ConfiguredFactors(pool, len(keys) > 0)
		return nil
	})
	return list, err
}
