package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var userSessionTests = []test{
	{"UserSessions/Kept", testUserSessionKept},
	{"UserSessions/List", testListUserSessions},
	{"UserSessions/Touch", testTouchUserSession},
	{"UserSessions/Delete", testDeleteUserSession},
	{"UserSessions/GoWithFamily", testUserSessionGoesWithFamily},
	{"UserSessions/GoWithFamilies", testUserSessionsGoWithFamilies},
	{"UserSessions/GoWithRefresh", testUserSessionsGoWithRefresh},
	{"UserSessions/GoWithUser", testUserSessionsGoWithUser},
	{"UserSessions/GoWithPool", testUserSessionsGoWithPool},
	{"UserSessions/Sweep", testSweepUserSessions},
	{"UserSessions/Forget", testForgetUserSessions},
	{"UserSessions/Keep", testKeepUserSessions},
}

// sampleUserSession has every field set.
func sampleUserSession(poolID, username, id string) *idp.UserSession {
	return &idp.UserSession{
		PoolID: poolID, Username: username, ID: id, Type: cognito.SessionTypeToken, ClientID: "c1", FamilyID: "f-" + id,
		OriginID: "sso1", Created: now, LastActive: now.Add(time.Minute), ExpiresAt: now.Add(time.Hour),
		Device: "Chrome 125 / macOS 15.0", Address: "2001:db8::1",
	}
}

func userSessionOf(username, id string) func(store.Tx) (*idp.UserSession, error) {
	return func(tx store.Tx) (*idp.UserSession, error) { return tx.UserSession(pool1, username, id) }
}

// addUserSessions stores sessions of a user with their families.
func addUserSessions(t *testing.T, s store.Store, poolID, username string, ids ...string) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		for _, id := range ids {
			session := sampleUserSession(poolID, username, id)
			family := sampleFamily(session.FamilyID, username)
			family.PoolID, family.SessionID = poolID, id
			if err := tx.CreateFamily(family); err != nil {
				return err
			}
			if err := tx.CreateUserSession(session); err != nil {
				return err
			}
		}
		return nil
	})
}

// sessionIDs are the ids of the sessions of a user.
func sessionIDs(t *testing.T, s store.Store, poolID, username, after string, limit int) []string {
	t.Helper()
	list := read(t, s, func(tx store.Tx) ([]*idp.UserSession, error) {
		return tx.ListUserSessions(poolID, username, after, limit)
	})
	ids := []string{}
	for _, session := range list {
		ids = append(ids, session.ID)
	}
	return ids
}

func wantSessions(t *testing.T, s store.Store, what, poolID, username string, want ...string) {
	t.Helper()
	if got := sessionIDs(t, s, poolID, username, "", 1000); !slices.Equal(got, want) {
		t.Errorf("sessions of %s %s: got %v, want %v", username, what, got, want)
	}
}

func testUserSessionKept(t *testing.T, s store.Store) {
	wantView(t, s, "UserSession that was never created", store.ErrNotFound, userSessionOf("ada", "tkn1"))
	session := sampleUserSession(pool1, "ada", "tkn1")
	create := func(tx store.Tx) error { return tx.CreateUserSession(session) }
	update(t, s, create)
	want(t, "UserSession", read(t, s, userSessionOf("ada", "tkn1")), session)
	wantUpdate(t, s, "CreateUserSession again", store.ErrExists, create)
	wantView(t, s, "UserSession of another user", store.ErrNotFound, userSessionOf("grace", "tkn1"))

	browser := &idp.UserSession{
		PoolID: pool1, Username: "ada", ID: "sso1", Type: cognito.SessionTypeSso, ClientID: "c1",
		Created: now, LastActive: now, ExpiresAt: now.Add(-time.Hour), Device: "unknown",
	}
	update(t, s, func(tx store.Tx) error { return tx.CreateUserSession(browser) })
	want(t, "UserSession of a browser, expired", read(t, s, userSessionOf("ada", "sso1")), browser)
}

func testListUserSessions(t *testing.T, s store.Store) {
	addUserSessions(t, s, pool1, "ada", "tkn3", "tkn1", "tkn4", "tkn2")
	addUserSessions(t, s, pool1, "grace", "tkn5")
	addUserSessions(t, s, pool2, "ada", "tkn6")
	wantSessions(t, s, "", pool1, "ada", "tkn1", "tkn2", "tkn3", "tkn4")
	if got, want := sessionIDs(t, s, pool1, "ada", "tkn1", 2), []string{"tkn2", "tkn3"}; !slices.Equal(got, want) {
		t.Errorf("ListUserSessions(after tkn1, 2): got %v, want %v", got, want)
	}
	wantSessions(t, s, "", pool1, "nobody")
	list := read(t, s, func(tx store.Tx) ([]*idp.UserSession, error) { return tx.ListUserSessions(pool1, "ada", "", 1) })
	want(t, "ListUserSessions", list, []*idp.UserSession{sampleUserSession(pool1, "ada", "tkn1")})
}

func testTouchUserSession(t *testing.T, s store.Store) {
	seen := sampleUserSession(pool1, "ada", "tkn1")
	touch := func(tx store.Tx) error { return tx.TouchUserSession(seen) }
	wantUpdate(t, s, "TouchUserSession of none", store.ErrNotFound, touch)
	addUserSessions(t, s, pool1, "ada", "tkn1")
	seen.LastActive, seen.Device, seen.Address = now.Add(time.Hour), "unknown", ""
	for range 2 { // a second request of the same moment is fine
		update(t, s, touch)
	}
	want(t, "UserSession, touched", read(t, s, userSessionOf("ada", "tkn1")), seen)
	earlier := *seen
	earlier.LastActive, earlier.Device = now, "Firefox 130 / Linux"
	update(t, s, func(tx store.Tx) error { return tx.TouchUserSession(&earlier) })
	want(t, "UserSession, touched by a node whose clock is slow", read(t, s, userSessionOf("ada", "tkn1")), seen)
}

func testDeleteUserSession(t *testing.T, s store.Store) {
	remove := func(tx store.Tx) error { return tx.DeleteUserSession(pool1, "ada", "tkn1") }
	wantUpdate(t, s, "DeleteUserSession of none", store.ErrNotFound, remove)
	addUserSessions(t, s, pool1, "ada", "tkn1", "tkn2")
	update(t, s, remove)
	wantUpdate(t, s, "DeleteUserSession again", store.ErrNotFound, remove)
	wantSessions(t, s, "after DeleteUserSession", pool1, "ada", "tkn2")
}

func testUserSessionGoesWithFamily(t *testing.T, s store.Store) {
	addUserSessions(t, s, pool1, "ada", "tkn1", "tkn2")
	addUserSessions(t, s, pool2, "ada", "tkn1")
	update(t, s, func(tx store.Tx) error { return tx.CreateFamily(sampleFamily("bare", "ada")) })
	for _, id := range []string{"bare", "f-tkn1"} {
		update(t, s, func(tx store.Tx) error { return tx.RevokeFamily(pool1, id) })
	}
	wantSessions(t, s, "after RevokeFamily", pool1, "ada", "tkn2")
	wantSessions(t, s, "of another pool", pool2, "ada", "tkn1")
}

func testUserSessionsGoWithFamilies(t *testing.T, s store.Store) {
	addUserSessions(t, s, pool1, "ada", "tkn1", "tkn2")
	addUserSessions(t, s, pool1, "grace", "tkn3")
	addUserSessions(t, s, pool2, "ada", "tkn1")
	browser := sampleUserSession(pool1, "ada", "sso1")
	browser.Type, browser.FamilyID = cognito.SessionTypeSso, ""
	update(t, s, func(tx store.Tx) error { return tx.CreateUserSession(browser) })
	update(t, s, func(tx store.Tx) error { return tx.RevokeFamilies(pool1, "ada") })
	wantSessions(t, s, "after RevokeFamilies", pool1, "ada")
	wantSessions(t, s, "after RevokeFamilies", pool1, "grace", "tkn3")
	wantSessions(t, s, "of another pool", pool2, "ada", "tkn1")
}

// All samples are of one device.
func testUserSessionsGoWithRefresh(t *testing.T, s store.Store) {
	addUserSessions(t, s, pool1, "ada", "tkn1", "tkn2")
	addUserSessions(t, s, pool1, "grace", "tkn3")
	addUserSessions(t, s, pool2, "ada", "tkn1")
	update(t, s, func(tx store.Tx) error { return tx.EndRefresh(pool1, "ada", "none") })
	wantSessions(t, s, "after EndRefresh of another device", pool1, "ada", "tkn1", "tkn2")
	update(t, s, func(tx store.Tx) error { return tx.EndRefresh(pool1, "ada", sampleFamily("", "").DeviceKey) })
	wantSessions(t, s, "after EndRefresh", pool1, "ada")
	wantSessions(t, s, "after EndRefresh", pool1, "grace", "tkn3")
	wantSessions(t, s, "of another pool", pool2, "ada", "tkn1")
}

func testUserSessionsGoWithUser(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) error { return tx.CreateUser(sampleUser(pool1, "ada"), named("ada")) })
	addUserSessions(t, s, pool1, "ada", "tkn1")
	addUserSessions(t, s, pool1, "grace", "tkn2")
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(pool1, "ada") })
	wantSessions(t, s, "after DeleteUser", pool1, "ada")
	wantSessions(t, s, "after DeleteUser", pool1, "grace", "tkn2")
}

func testUserSessionsGoWithPool(t *testing.T, s store.Store) {
	for _, pool := range []string{pool1, pool2} {
		update(t, s, func(tx store.Tx) error { return tx.CreatePool(samplePool(pool)) })
		addUserSessions(t, s, pool, "ada", "tkn1", "tkn2")
	}
	update(t, s, func(tx store.Tx) error { return tx.DeletePool(pool1) })
	for left := 1; left > 0; {
		update(t, s, func(tx store.Tx) (err error) {
			left, err = tx.PurgePools(3)
			return err
		})
	}
	wantSessions(t, s, "after PurgePools", pool1, "ada")
	wantSessions(t, s, "after PurgePools", pool2, "ada", "tkn1", "tkn2")
}

func testSweepUserSessions(t *testing.T, s store.Store) {
	for i := range 3 {
		session := sampleUserSession(pool1, "ada", fmt.Sprint("tkn", i))
		session.ExpiresAt = now.Add(time.Duration(i-1) * time.Second)
		update(t, s, func(tx store.Tx) error { return tx.CreateUserSession(session) })
	}
	if got, err := s.Sweep(t.Context(), store.SweepTimes{Ended: now, Limit: 10}); err != nil || got != 1 {
		t.Errorf("Sweep: got %d, %v, want 1", got, err)
	}
	wantSessions(t, s, "after Sweep", pool1, "ada", "tkn1", "tkn2")
}

// sweepAll sweeps until nothing is left to sweep.
func sweepAll(t *testing.T, s store.Store, limit int) (rounds int) {
	t.Helper()
	for ; rounds < 1000; rounds++ {
		n, err := s.Sweep(t.Context(), store.SweepTimes{Limit: limit})
		if err != nil || n > limit+1 {
			t.Fatalf("Sweep(%d): got %d, %v", limit, n, err)
		}
		if n == 0 {
			break
		}
	}
	return rounds
}

func testForgetUserSessions(t *testing.T, s store.Store) {
	for _, pool := range []string{pool1, pool2} {
		addUserSessions(t, s, pool, "ada", "tkn1", "tkn2", "tkn3")
		addUserSessions(t, s, pool, "grace", "tkn4", "tkn5")
	}
	for range 2 { // twice is fine
		update(t, s, func(tx store.Tx) error { return tx.ForgetUserSessions(pool1) })
	}
	if rounds := sweepAll(t, s, 2); rounds != 3 {
		t.Errorf("Sweep of 5 records, 2 at a time: got %d rounds, want 3", rounds)
	}
	wantSessions(t, s, "of a forgotten pool", pool1, "ada")
	wantSessions(t, s, "of a forgotten pool", pool1, "grace")
	wantSessions(t, s, "of another pool", pool2, "ada", "tkn1", "tkn2", "tkn3")
	addUserSessions(t, s, pool1, "hedy", "tkn6")
	sweepAll(t, s, 2)
	wantSessions(t, s, "after the pool was forgotten", pool1, "hedy", "tkn6")
}

func testKeepUserSessions(t *testing.T, s store.Store) {
	addUserSessions(t, s, pool1, "ada", "tkn1")
	for _, mark := range []func(store.Tx) error{
		func(tx store.Tx) error { return tx.ForgetUserSessions(pool1) },
		func(tx store.Tx) error { return tx.KeepUserSessions(pool1) },
		func(tx store.Tx) error { return tx.KeepUserSessions(pool1) }, // without a mark
	} {
		update(t, s, mark)
	}
	sweepAll(t, s, 2)
	wantSessions(t, s, "kept", pool1, "ada", "tkn1")
}

// Of many sign-ins at the limit each ends an older one, and the limit holds.
func raceUserSessionLimit(t *testing.T, nodes []store.Store) {
	const limit = 3
	n := race(t, nodes, is(nil), func(i int, tx store.Tx) error {
		there, err := tx.ListUserSessions(pool1, "ada", "", 100)
		if err != nil {
			return err
		}
		for _, s := range there[:max(0, len(there)-limit+1)] {
			if err := tx.RevokeFamily(pool1, s.FamilyID); err != nil {
				return err
			}
		}
		session := sampleUserSession(pool1, "ada", fmt.Sprintf("tkn%02d", i))
		family := sampleFamily(session.FamilyID, "ada")
		family.SessionID = session.ID
		if err := tx.CreateFamily(family); err != nil {
			return err
		}
		return tx.CreateUserSession(session)
	})
	wantWins(t, "CreateUserSession at the limit", n, requests)
	alive := 0
	for i := range requests {
		f := read(t, nodes[i%len(nodes)], familyOf(fmt.Sprintf("f-tkn%02d", i)))
		if !f.Revoked {
			alive++
		}
	}
	if ids := sessionIDs(t, nodes[0], pool1, "ada", "", 100); len(ids) != limit || alive != limit {
		t.Errorf("after the race: got the sessions %v and %d live families, want %d of both", ids, alive, limit)
	}
}
