package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var deviceTests = []test{
	{"Devices/Kept", testDeviceKept},
	{"Devices/Update", testUpdateDevice},
	{"Devices/List", testListDevices},
	{"Devices/Delete", testDeleteDevice},
	{"Devices/EndRefresh", testEndRefresh},
	{"Devices/GoWithTheUser", testDevicesOfDeletedUser},
	{"Devices/PurgePools", testPurgeDevices},
}

// sampleDevice has every field set.
func sampleDevice(poolID, username, key string) *idp.Device {
	return &idp.Device{
		PoolID: poolID, Username: username, Key: key, GroupKey: "-ExAmPlE1", Salt: []byte{1, 0}, Verifier: []byte{2, 0, 3},
		Remembered: true, Name: "Ada's phone \u0000 ✆", SDK: "aws-sdk-js-3", LastIP: "2001:db8::1",
		Created: now, Modified: now.Add(time.Minute), Authenticated: now.Add(time.Hour),
	}
}

func deviceOf(username, key string) func(store.Tx) (*idp.Device, error) {
	return func(tx store.Tx) (*idp.Device, error) { return tx.Device(pool1, username, key) }
}

func createDevices(t *testing.T, s store.Store, poolID, username string, keys ...string) {
	t.Helper()
	update(t, s, func(tx store.Tx) error {
		for _, key := range keys {
			if err := tx.CreateDevice(sampleDevice(poolID, username, key)); err != nil {
				return err
			}
		}
		return nil
	})
}

func deviceKeys(t *testing.T, s store.Store, poolID, username, after string, limit int) (keys []string) {
	t.Helper()
	for _, d := range read(t, s, func(tx store.Tx) ([]*idp.Device, error) { return tx.ListDevices(poolID, username, after, limit) }) {
		keys = append(keys, d.Key)
	}
	return keys
}

func testDeviceKept(t *testing.T, s store.Store) {
	createPools(t, s)
	wantView(t, s, "Device of none", store.ErrNotFound, deviceOf("ada", "k1"))
	createDevices(t, s, pool1, "ada", "k1")
	want(t, "Device", read(t, s, deviceOf("ada", "k1")), sampleDevice(pool1, "ada", "k1"))
	wantUpdate(t, s, "CreateDevice again", store.ErrExists, func(tx store.Tx) error {
		return tx.CreateDevice(&idp.Device{PoolID: pool1, Username: "ada", Key: "k1"})
	})
	want(t, "Device, not replaced", read(t, s, deviceOf("ada", "k1")), sampleDevice(pool1, "ada", "k1"))
	wantView(t, s, "Device of another user", store.ErrNotFound, deviceOf("grace", "k1"))
	createDevices(t, s, pool1, "grace", "k1")
	createDevices(t, s, pool2, "ada", "k1")
	bare := &idp.Device{PoolID: pool1, Username: "ada", Key: "bare", Created: now, Modified: now, Authenticated: now}
	update(t, s, func(tx store.Tx) error { return tx.CreateDevice(bare) })
	want(t, "Device without a name", read(t, s, deviceOf("ada", "bare")), bare)
}

func testUpdateDevice(t *testing.T, s store.Store) {
	createPools(t, s)
	changed := sampleDevice(pool1, "ada", "k1")
	changed.Remembered, changed.LastIP = false, "192.0.2.9"
	changed.Modified, changed.Authenticated = now.Add(2*time.Hour), now.Add(3*time.Hour)
	change := func(tx store.Tx) error {
		d := *changed
		d.Created, d.Verifier, d.Salt, d.GroupKey = now.Add(time.Hour), []byte{9}, []byte{9}, "-else" // which stay
		return tx.UpdateDevice(&d)
	}
	wantUpdate(t, s, "UpdateDevice of none", store.ErrNotFound, change)
	createDevices(t, s, pool1, "ada", "k1", "k2")
	createDevices(t, s, pool1, "grace", "k1")
	update(t, s, change)
	want(t, "Device, updated", read(t, s, deviceOf("ada", "k1")), changed)
	want(t, "another Device", read(t, s, deviceOf("ada", "k2")), sampleDevice(pool1, "ada", "k2"))
	want(t, "Device of another user", read(t, s, deviceOf("grace", "k1")), sampleDevice(pool1, "grace", "k1"))
}

func testListDevices(t *testing.T, s store.Store) {
	createPools(t, s)
	createDevices(t, s, pool1, "ada", "c", "a", "B", "d")
	createDevices(t, s, pool1, "grace", "a1")
	createDevices(t, s, pool2, "ada", "a2")
	for after, page := range map[string][]string{"": {"B", "a"}, "a": {"c", "d"}, "b": {"c", "d"}, "d": nil} {
		want(t, "ListDevices after "+after, deviceKeys(t, s, pool1, "ada", after, 2), page)
	}
	for _, d := range read(t, s, func(tx store.Tx) ([]*idp.Device, error) { return tx.ListDevices(pool1, "ada", "", 10) }) {
		want(t, "ListDevices", d, sampleDevice(pool1, "ada", d.Key))
	}
}

func testDeleteDevice(t *testing.T, s store.Store) {
	createPools(t, s)
	del := func(tx store.Tx) error { return tx.DeleteDevice(pool1, "ada", "k1") }
	wantUpdate(t, s, "DeleteDevice of none", store.ErrNotFound, del)
	createDevices(t, s, pool1, "ada", "k1", "k2")
	createDevices(t, s, pool1, "grace", "k1")
	update(t, s, del)
	wantView(t, s, "Device, deleted", store.ErrNotFound, deviceOf("ada", "k1"))
	wantUpdate(t, s, "DeleteDevice again", store.ErrNotFound, del)
	read(t, s, deviceOf("ada", "k2"))
	read(t, s, deviceOf("grace", "k1"))
}

// Only the families of the user and the device lose their refresh tokens.
func testEndRefresh(t *testing.T, s store.Store) {
	createPools(t, s)
	families := map[string]*idp.Family{}
	for id, of := range map[string][2]string{"f1": {"ada", "d1"}, "f2": {"ada", "d1"}, "f3": {"ada", "d2"}, "f4": {"ada", ""}, "f5": {"grace", "d1"}} {
		f := sampleFamily(id, of[0])
		f.DeviceKey = of[1]
		families[id] = f
	}
	update(t, s, func(tx store.Tx) error {
		for _, f := range families {
			if err := tx.CreateFamily(f); err != nil {
				return err
			}
		}
		return nil
	})
	update(t, s, func(tx store.Tx) error { return tx.EndRefresh(pool1, "ada", "d1") })
	update(t, s, func(tx store.Tx) error { return tx.EndRefresh(pool1, "ada", "none") })
	update(t, s, func(tx store.Tx) error { return tx.EndRefresh(pool2, "ada", "d2") })
	for _, id := range []string{"f1", "f2"} {
		families[id].RefreshHash, families[id].FormerHash = nil, nil
	}
	for id, f := range families {
		want(t, "Family "+id, read(t, s, familyOf(id)), f)
	}
	next := *families["f1"]
	next.RefreshHash = []byte{5}
	wantUpdate(t, s, "RotateFamily after EndRefresh", store.ErrNotFound, func(tx store.Tx) error {
		return tx.RotateFamily(&next, sampleFamily("f1", "ada").RefreshHash)
	})
}

// A later user of the same name has none of the devices.
func testDevicesOfDeletedUser(t *testing.T, s store.Store) {
	createPools(t, s)
	for _, pool := range []string{pool1, pool2} {
		createUsers(t, s, pool, "ada", "grace")
		createDevices(t, s, pool, "ada", "k1", "k2")
		createDevices(t, s, pool, "grace", "k3")
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteUser(pool1, "ada") })
	createUsers(t, s, pool1, "ada")
	if keys := deviceKeys(t, s, pool1, "ada", "", 10); keys != nil {
		t.Errorf("ListDevices of a new user with an old name: got %v, want none", keys)
	}
	want(t, "ListDevices of another user", deviceKeys(t, s, pool1, "grace", "", 10), []string{"k3"})
	want(t, "ListDevices in another pool", deviceKeys(t, s, pool2, "ada", "", 10), []string{"k1", "k2"})
}

func testPurgeDevices(t *testing.T, s store.Store) {
	createPools(t, s)
	for _, pool := range []string{pool1, pool2} {
		createDevices(t, s, pool, "ada", "k1", "k2", "k3")
	}
	update(t, s, func(tx store.Tx) error { return tx.DeletePool(pool1) })
	for n := 1; n > 0; {
		update(t, s, func(tx store.Tx) (err error) {
			n, err = tx.PurgePools(2)
			return err
		})
	}
	for pool, want := range map[string]int{pool1: 0, pool2: 3} {
		if keys := deviceKeys(t, s, pool, "ada", "", 10); len(keys) != want {
			t.Errorf("ListDevices(%s) after PurgePools: got %v, want %d", pool, keys, want)
		}
	}
}

func raceCreateDevice(t *testing.T, nodes []store.Store) {
	createPools(t, nodes[0])
	n := race(t, nodes, is(store.ErrExists), func(_ int, tx store.Tx) error {
		return tx.CreateDevice(sampleDevice(pool1, "ada", "k1"))
	})
	wantWins(t, "CreateDevice with one key", n, 1)
}

// A device that is forgotten while its refresh token is rotated does not keep
// a live one.
func raceEndRefresh(t *testing.T, nodes []store.Store) {
	createPools(t, nodes[0])
	f := sampleFamily("f1", "ada")
	update(t, nodes[0], func(tx store.Tx) error { return tx.CreateFamily(f) })
	createDevices(t, nodes[0], pool1, "ada", f.DeviceKey)
	race(t, nodes, is(store.ErrNotFound), func(i int, tx store.Tx) error {
		if i == 0 {
			return errors.Join(tx.DeleteDevice(pool1, "ada", f.DeviceKey), tx.EndRefresh(pool1, "ada", f.DeviceKey))
		}
		next := *f
		next.RefreshHash, next.FormerHash = []byte{byte(i), 7}, f.RefreshHash
		return tx.RotateFamily(&next, f.RefreshHash)
	})
	got := read(t, nodes[1], familyOf("f1"))
	if slices.Concat(got.RefreshHash, got.FormerHash) != nil {
		t.Errorf("Family after EndRefresh: got refresh hashes %v and %v, want none", got.RefreshHash, got.FormerHash)
	}
}
