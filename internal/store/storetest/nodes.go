package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// requests is how many requests race in each test.
const requests = 12

// RunNodes runs the tests of what happens at once. open returns n stores on
// one new database, which are closed when the test ends.
func RunNodes(t *testing.T, open func(t *testing.T, n int) []store.Store) {
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, nodes []store.Store)
	}{
		{"CodeRedeemedOnce", raceDeleteCode},
		{"CodeRedeemedInLargerTransactions", raceRedeem},
		{"FamilyRotatedOnce", raceRotateFamily},
		{"UserSessionLimitHolds", raceUserSessionLimit},
		{"MarkSpentOnce", raceSpend},
		{"UserCreatedOnce", raceCreateUser},
		{"AddressTakenOnce", raceUpdateUser},
		{"PoolCreatedOnce", raceCreatePool},
		{"PoolUpdatesNotLost", raceUpdatePool},
		{"AttemptsAllCounted", raceAttempts},
		{"NoWriteSkew", raceWriteSkew},
		{"ErrorsStayApart", raceErrors},
		{"GroupCreatedOnce", raceCreateGroup},
		{"GroupLimitHolds", raceGroupLimit},
		{"NoMemberWithoutGroupOrUser", raceAddMember},
		{"ResourceServerCreatedOnce", raceCreateResourceServer},
		{"ResourceServerLimitHolds", raceResourceServerLimit},
		{"DeviceConfirmedOnce", raceCreateDevice},
		{"ForgottenDeviceKeepsNoToken", raceEndRefresh},
		{"PasskeyRegisteredOnce", raceSpendRegistration},
		{"PasskeyLimitHolds", racePasskeyLimit},
	} {
		t.Run("Races/"+tt.name, func(t *testing.T) { tt.run(t, open(t, 2)) })
	}
}

// race runs f as many requests at once, spread over the nodes, and returns how
// many of them won; the others must lose with the error given.
func race(t *testing.T, nodes []store.Store, lose func(error) bool, f func(i int, tx store.Tx) error) int {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	wins := 0
	start := make(chan struct{})
	for i := range requests {
		wg.Go(func() {
			<-start
			err := nodes[i%len(nodes)].Update(t.Context(), func(tx store.Tx) error { return f(i, tx) })
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				wins++
			case !lose(err):
				t.Errorf("request %d: got the error %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return wins
}

func is(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }

func never(error) bool { return false }

func wantWins(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d requests won, want %d", what, got, want)
	}
}

func raceDeleteCode(t *testing.T, nodes []store.Store) {
	for round := range 5 {
		code := sampleCode("ada", byte(round))
		update(t, nodes[0], func(tx store.Tx) error { return tx.PutCode(code) })
		n := race(t, nodes, is(store.ErrNotFound), func(_ int, tx store.Tx) error { return tx.DeleteCode(code) })
		wantWins(t, "DeleteCode", n, 1)
	}
}

// Redeeming a code as a use case does it: read, decide, write several rows.
func raceRedeem(t *testing.T, nodes []store.Store) {
	createUser(t, nodes[0], sampleUser(pool1, "ada"), named("ada"))
	update(t, nodes[0], func(tx store.Tx) error { return tx.PutCode(sampleCode("ada", 1)) })
	n := race(t, nodes, is(store.ErrNotFound), func(i int, tx store.Tx) error {
		u, err := tx.FindUser(pool1, named("ada"))
		if err != nil {
			return err
		}
		code, err := tx.Code(pool1, "ada", idp.PurposeResetPassword)
		if err != nil {
			return err
		}
		u.Password = &idp.Password{Verifier: []byte{byte(i)}, SetAt: now}
		if err := tx.SetUser(u); err != nil {
			return err
		}
		return tx.DeleteCode(code)
	})
	wantWins(t, "redeeming a code", n, 1)
}

func raceRotateFamily(t *testing.T, nodes []store.Store) {
	f := sampleFamily("f1", "ada")
	update(t, nodes[0], func(tx store.Tx) error { return tx.CreateFamily(f) })
	n := race(t, nodes, is(store.ErrNotFound), func(i int, tx store.Tx) error {
		next := *f
		next.RefreshHash, next.FormerHash = []byte{100, byte(i)}, f.RefreshHash
		return tx.RotateFamily(&next, f.RefreshHash)
	})
	wantWins(t, "RotateFamily", n, 1)
}

func raceSpend(t *testing.T, nodes []store.Store) {
	for round := range 3 {
		n := race(t, nodes, is(store.ErrExists), func(_ int, tx store.Tx) error { return tx.Spend(pool1, []byte{byte(round)}, now.Add(time.Minute)) })
		wantWins(t, "Spend", n, 1)
	}
}

func isTaken(err error) bool {
	var taken *store.IdentifierTaken
	return errors.As(err, &taken)
}

func raceCreateUser(t *testing.T, nodes []store.Store) {
	n := race(t, nodes, isTaken, func(_ int, tx store.Tx) error {
		return tx.CreateUser(sampleUser(pool1, "ada"), named("ada"))
	})
	wantWins(t, "CreateUser with one name", n, 1)
	n = race(t, nodes, isTaken, func(i int, tx store.Tx) error {
		name := fmt.Sprint("u", i)
		return tx.CreateUser(sampleUser(pool1, name), withEmail(name, "one@example.com"))
	})
	wantWins(t, "CreateUser with one address", n, 1)
	if users, _ := list(t, nodes[0], store.UserQuery{Limit: 50}); len(users) != 2 {
		t.Errorf("after the races there are the users %v, want two", users)
	}
}

func raceUpdateUser(t *testing.T, nodes []store.Store) {
	for i := range requests {
		name := fmt.Sprint("u", i)
		createUser(t, nodes[0], sampleUser(pool1, name), named(name))
	}
	n := race(t, nodes, isTaken, func(i int, tx store.Tx) error {
		name := fmt.Sprint("u", i)
		return tx.UpdateUser(sampleUser(pool1, name), withEmail(name, "one@example.com"))
	})
	wantWins(t, "UpdateUser with one address", n, 1)
}

func raceCreatePool(t *testing.T, nodes []store.Store) {
	n := race(t, nodes, is(store.ErrExists), func(_ int, tx store.Tx) error { return tx.CreatePool(samplePool(pool1)) })
	wantWins(t, "CreatePool", n, 1)
}

// Changes of a pool at once: each is refused or kept, none is lost.
func raceUpdatePool(t *testing.T, nodes []store.Store) {
	update(t, nodes[0], func(tx store.Tx) error { return tx.CreatePool(samplePool(pool1)) })
	n := race(t, nodes, is(store.ErrNotFound), func(i int, tx store.Tx) error {
		p := samplePool(pool1)
		p.Settings.Name = fmt.Sprint("change ", i)
		return tx.UpdatePool(p)
	})
	wantWins(t, "UpdatePool of one version", n, 1)

	n = race(t, nodes, never, func(i int, tx store.Tx) error {
		p, err := tx.Pool(pool1)
		if err != nil {
			return err
		}
		if p.Settings.UserPoolTags == nil {
			p.Settings.UserPoolTags = map[string]string{}
		}
		p.Settings.UserPoolTags[fmt.Sprint("tag", i)] = "kept"
		return tx.UpdatePool(p)
	})
	wantWins(t, "UpdatePool of the newest version", n, requests)
	p := read(t, nodes[1], poolOf(pool1))
	if got := len(p.Settings.UserPoolTags); got != requests+1 {
		t.Errorf("after %d changes the pool has %d tags, want %d", requests, got, requests+1)
	}
	if p.Version != requests+2 {
		t.Errorf("version: got %d, want %d", p.Version, requests+2)
	}
}

// Attempts are read and written back; none is lost.
func raceAttempts(t *testing.T, nodes []store.Store) {
	n := race(t, nodes, never, func(_ int, tx store.Tx) error {
		a, err := tx.Attempts(pool1, "ada", idp.AttemptPassword)
		if err != nil {
			return err
		}
		a.Count++
		return tx.PutAttempts(a)
	})
	wantWins(t, "PutAttempts", n, requests)
	a := read(t, nodes[0], func(tx store.Tx) (*idp.Attempts, error) { return tx.Attempts(pool1, "ada", idp.AttemptPassword) })
	if a.Count != requests {
		t.Errorf("Attempts.Count after %d attempts: got %d", requests, a.Count)
	}
}

// Two requests that each read what the other writes do not both go through:
// here, each disables its user only if all others are enabled.
func raceWriteSkew(t *testing.T, nodes []store.Store) {
	for i := range requests {
		name := fmt.Sprint("u", i)
		createUser(t, nodes[0], plainUser(pool1, name, nil), named(name))
	}
	errLost := errors.New("somebody is disabled already")
	n := race(t, nodes, is(errLost), func(i int, tx store.Tx) error {
		for j := range requests {
			u, err := tx.User(pool1, fmt.Sprint("u", j))
			if err != nil {
				return err
			}
			if !u.Enabled {
				return errLost
			}
		}
		u := plainUser(pool1, fmt.Sprint("u", i), nil)
		u.Enabled, u.Status = false, cognito.UserStatusConfirmed
		return tx.SetUser(u)
	})
	wantWins(t, "disabling the first", n, 1)
}

// Requests that fail do not take others with them.
func raceErrors(t *testing.T, nodes []store.Store) {
	errMine := errors.New("mine")
	n := race(t, nodes, is(errMine), func(i int, tx store.Tx) error {
		if err := tx.PutCode(sampleCode(fmt.Sprint("u", i), 1)); err != nil {
			return err
		}
		if i%3 == 0 {
			return errMine
		}
		return nil
	})
	wantWins(t, "PutCode", n, requests-requests/3)
	for i := range requests {
		wanted := error(nil)
		if i%3 == 0 {
			wanted = store.ErrNotFound
		}
		wantView(t, nodes[0], fmt.Sprint("Code ", i), wanted, codeOf(fmt.Sprint("u", i)))
	}
}
