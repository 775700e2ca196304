package ops

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// readClient returns a client of a pool inside a transaction. A client of
// another pool is not found.
func readClient(tx store.Tx, poolID, id string) (*idp.Client, error) {
	c, err := tx.Client(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && c.PoolID != poolID {
		return nil, idp.ErrClientNotFound(id)
	}
	if err != nil {
		return nil, fmt.Errorf("reading client: %w", err)
	}
	return c, nil
}

// describeClient is a client as its owner sees it, with the newest of its
// secrets in the clear.
func (a *API) describeClient(ctx context.Context, c *idp.Client) (*cognito.UserPoolClientType, error) {
	out := c.Settings
	if len(c.Secrets) == 0 {
		return &out, nil
	}
	pool, err := a.Catalog.Pool(ctx, c.PoolID)
	if err != nil {
		return nil, err
	}
	secrets, err := (&catalog.Client{Client: c, Pool: pool}).OpenSecrets()
	if err != nil {
		return nil, err
	}
	out.ClientSecret = secrets[len(secrets)-1]
	return &out, nil
}

// addSecret gives a client one more secret: the one given, or a new one if it
// is empty. It returns the secret in the clear.
func (a *API) addSecret(pool *catalog.Pool, c *idp.Client, given string) (string, error) {
	clear := given
	if clear == "" {
		clear = secret.ID(a.Rand, 52, lowerAlphanumeric)
	}
	now := a.Now()
	id := c.ID + "--" + strconv.FormatInt(now.Unix(), 10)
	sealed, err := pool.Key.Seal(catalog.PurposeClientSecret, id, []byte(clear))
	if err != nil {
		return "", fmt.Errorf("sealing secret of client %s: %w", c.ID, err)
	}
	c.Secrets = append(c.Secrets, idp.ClientSecret{ID: id, Sealed: sealed, Created: now})
	return clear, nil
}
