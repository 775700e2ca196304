package ops

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

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
	id := secretID(c, now)
	sealed, err := pool.Key.Seal(catalog.PurposeClientSecret, id, []byte(clear))
	if err != nil {
		return "", fmt.Errorf("sealing secret of client %s: %w", c.ID, err)
	}
	c.Secrets = append(c.Secrets, idp.ClientSecret{ID: id, Sealed: sealed, Created: now})
	return clear, nil
}

// secretID is the id of a secret that a client gets at a time. A second secret
// of one second takes the id of the next.
func secretID(c *idp.Client, now time.Time) string {
	for n := now.Unix(); ; n++ {
		if id := c.ID + "--" + strconv.FormatInt(n, 10); !c.HasSecretID(id) {
			return id
		}
	}
}

// changeClient changes a client of a pool: change gets both as they are
// stored, and the client is written back unless change fails. busy is the
// error when others keep changing it. The client that was stored is returned.
func (a *API) changeClient(ctx context.Context, poolID, id string, busy *idp.Error, change func(tx store.Tx, p *idp.UserPool, c *idp.Client) error) (*idp.Client, error) {
	for range maxTries {
		var c *idp.Client
		err := a.Store.Update(ctx, func(tx store.Tx) error {
			p, err := readPool(tx, poolID)
			if err != nil {
				return err
			}
			if c, err = readClient(tx, p.ID, id); err != nil {
				return err
			}
			if err := change(tx, p, c); err != nil {
				return err
			}
			c.Settings.LastModifiedDate = cognito.At(a.Now())
			return tx.UpdateClient(c)
		})
		if errors.Is(err, store.ErrNotFound) {
			continue // its version grew in between
		}
		if err != nil {
			return nil, err
		}
		a.Catalog.ForgetClient(c.ID)
		return c, nil
	}
	return nil, busy
}
