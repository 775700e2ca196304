package account_test

import (
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// family gives a user a sign-in and returns how to look at it.
func (f *fixture) family(u *idp.User) func() (*idp.Family, error) {
	f.update(func(tx store.Tx) error {
		return tx.CreateFamily(&idp.Family{
			PoolID: u.PoolID, ID: "f1", ClientID: "c1", Username: u.Username, AuthTime: f.Now(), ExpiresAt: f.Now().Add(time.Hour),
			RefreshHash: []byte("h"),
		})
	})
	return func() (out *idp.Family, err error) {
		err = f.Store.View(f.t.Context(), func(tx store.Tx) (err error) {
			out, err = tx.Family(u.PoolID, "f1")
			return err
		})
		return out, err
	}
}

func TestDisableAndEnable(t *testing.T) {
	f := newService(t)
	c := f.pool()
	family := f.family(f.user(c, "ada"))
	f.advance(time.Minute)
	for range 2 { // twice is fine
		wantErr(t, "AdminDisableUser", f.Disable(t.Context(), c.Pool, "ada"), nil)
	}
	if u := f.get(c, "ada"); u.Enabled || !u.Modified.Equal(f.Now()) {
		t.Errorf("AdminDisableUser: got enabled %t, modified %s, want false, %s", u.Enabled, u.Modified, f.Now())
	}
	if got, err := family(); err != nil || !got.Revoked {
		t.Errorf("AdminDisableUser: got family %+v, %v, want it revoked", got, err)
	}
	for range 2 {
		wantErr(t, "AdminEnableUser", f.Enable(t.Context(), c.Pool, "ada"), nil)
	}
	if !f.get(c, "ada").Enabled {
		t.Error("AdminEnableUser: the user is disabled")
	}
	wantErr(t, "AdminDisableUser(eve)", f.Disable(t.Context(), c.Pool, "eve"), idp.ErrUserNotFound)
	wantErr(t, "AdminEnableUser(eve)", f.Enable(t.Context(), c.Pool, "eve"), idp.ErrUserNotFound)
}

func TestAdminDelete(t *testing.T) {
	f := newService(t)
	c := f.pool()
	u := f.user(c, "ada", "email", adaMail)
	family := f.family(u)
	wantErr(t, "AdminDeleteUser", f.AdminDelete(t.Context(), c.Pool, "ada"), nil)
	_, err := f.User(t.Context(), c.Pool, "ada")
	wantErr(t, "User", err, idp.ErrUserNotFound)
	_, err = family()
	wantErr(t, "Family", err, store.ErrNotFound)
	wantErr(t, "AdminDeleteUser again", f.AdminDelete(t.Context(), c.Pool, "ada"), idp.ErrUserNotFound)
}

// A token of a deleted user does not delete whoever has the name now.
func TestDelete(t *testing.T) {
	f := newService(t)
	c := f.pool()
	former := f.user(c, "ada")
	wantErr(t, "DeleteUser", f.Delete(t.Context(), former), nil)
	present := f.user(c, "ada")
	wantErr(t, "DeleteUser again", f.Delete(t.Context(), former), idp.ErrUserNotFound)
	if u := f.get(c, "ada"); u.Sub != present.Sub || u.Sub == former.Sub {
		t.Errorf("User: got sub %s, want %s", u.Sub, present.Sub)
	}
}
