// Package catalog gives requests the pools and app clients they need: read
// from the store, kept for a moment, with the pool's data key opened. It owns
// that short-lived memory and nothing else; what changes a pool or a client
// writes to the store and then tells the catalog to forget it.
package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// TTL is how long another node's change to a pool or a client may go unseen.
const TTL = 2 * time.Second

// Pool is a user pool with its data key.
type Pool struct {
	*idp.UserPool
	Key *secret.PoolKey
}

// Client is an app client with its pool.
type Client struct {
	*idp.Client
	Pool *Pool
}

// Catalog finds pools and clients. It is safe for concurrent use. What it
// returns is shared and must not be changed.
type Catalog struct {
	store   store.Store
	master  *secret.Master
	pools   *memory[*Pool]
	clients *memory[*idp.Client]
}

// New returns a catalog over a store, which opens pool keys with the master
// key. now is the wall clock (time.Now outside tests of this package): what is
// remembered ages in real time even where the service's clock is moved.
func New(s store.Store, m *secret.Master, now func() time.Time) *Catalog {
	return &Catalog{store: s, master: m, pools: newMemory[*Pool](now), clients: newMemory[*idp.Client](now)}
}

// Pool returns a pool, or idp.ErrPoolNotFound.
func (c *Catalog) Pool(ctx context.Context, id string) (*Pool, error) {
	return c.pools.get(id, func() (*Pool, error) {
		var p *idp.UserPool
		err := c.store.View(ctx, func(tx store.Tx) (err error) {
			p, err = tx.Pool(id)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return nil, idp.ErrPoolNotFound(id)
		}
		if err != nil {
			return nil, fmt.Errorf("reading pool: %w", err)
		}
		key, err := c.master.OpenPoolKey(id, p.SealedKey)
		if err != nil {
			return nil, fmt.Errorf("opening the key of pool %s: %w", id, err)
		}
		return &Pool{UserPool: p, Key: key}, nil
	})
}

// Client returns an app client by its id alone, as public operations name it,
// or idp.ErrClientNotFound.
func (c *Catalog) Client(ctx context.Context, id string) (*Client, error) {
	cl, err := c.clients.get(id, func() (*idp.Client, error) {
		var cl *idp.Client
		err := c.store.View(ctx, func(tx store.Tx) (err error) {
			cl, err = tx.Client(id)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return nil, idp.ErrClientNotFound(id)
		}
		if err != nil {
			return nil, fmt.Errorf("reading client: %w", err)
		}
		return cl, nil
	})
	if err != nil {
		return nil, err
	}
	pool, err := c.Pool(ctx, cl.PoolID)
	var gone *idp.Error
	if errors.As(err, &gone) {
		return nil, idp.ErrClientNotFound(id)
	}
	if err != nil {
		return nil, err
	}
	return &Client{Client: cl, Pool: pool}, nil
}

// PoolClient returns a client of a pool. A client of another pool is not
// found.
func (c *Catalog) PoolClient(ctx context.Context, poolID, clientID string) (*Client, error) {
	if _, err := c.Pool(ctx, poolID); err != nil {
		return nil, err
	}
	cl, err := c.Client(ctx, clientID)
	if err != nil {
		return nil, err
	}
	if cl.PoolID != poolID {
		return nil, idp.ErrClientNotFound(clientID)
	}
	return cl, nil
}

// ForgetPool makes the next request read a pool anew.
func (c *Catalog) ForgetPool(id string) { c.pools.forget(id) }

// ForgetClient makes the next request read a client anew.
func (c *Catalog) ForgetClient(id string) { c.clients.forget(id) }

// ForgetAll empties the catalog, after the store was replaced or emptied.
func (c *Catalog) ForgetAll() {
	c.pools.forgetAll()
	c.clients.forgetAll()
}
