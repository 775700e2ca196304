package loadtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

// Password is everybody's password.
const Password = "Correct-horse-9"

// batch is how many users one transaction of Populate stores.
const batch = 500

// Populate stores confirmed users from number first up to last in a pool, as
// signing up and confirming would have left them. It writes to the database
// beside the server: a hundred thousand requests would take minutes.
func Populate(ctx context.Context, s store.Store, m *secret.Master, poolID string, first, last, workers int) error {
	pool, err := catalog.New(s, m, time.Now).Pool(ctx, poolID)
	if err != nil {
		return fmt.Errorf("populating: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed error
	)
	for w := range workers {
		wg.Go(func() {
			for from := first + w*batch; from < last; from += workers * batch {
				if err := populate(ctx, s, pool, from, min(from+batch, last)); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					cancel()
					return
				}
			}
		})
	}
	wg.Wait()
	return failed
}

func populate(ctx context.Context, s store.Store, pool *catalog.Pool, from, to int) error {
	accounts := &account.Service{Now: time.Now}
	users := make([]*idp.User, 0, to-from)
	for i := from; i < to; i++ {
		u, err := newUser(accounts, pool, username(i))
		if err != nil {
			return err
		}
		users = append(users, u)
	}
	err := s.Update(ctx, func(tx store.Tx) error {
		for _, u := range users {
			if err := tx.CreateUser(u, u.Identifiers(pool.UserPool)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("storing users from %d: %w", from, err)
	}
	return nil
}

func newUser(accounts *account.Service, pool *catalog.Pool, name string) (*idp.User, error) {
	salt := srp.NewSalt(nil)
	now := time.Now()
	u := &idp.User{
		PoolID: pool.ID, Username: name, Sub: secret.UUID(nil), Status: cognito.UserStatusConfirmed, Enabled: true,
		Created: now, Modified: now, Salt: salt[:],
		Attributes: map[string]string{"email": name + "@example.com", "email_verified": "true"},
	}
	return u, accounts.SetPassword(pool, u, srp.Verifier(pool.Name(), name, Password, salt[:]))
}

func username(i int) string { return fmt.Sprintf("user-%07d", i) }
