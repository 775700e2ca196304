package token

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func TestRefreshWithoutRotation(t *testing.T) {
	f := newFixture(t)
	first := f.signIn()
	f.advance(time.Hour)
	f.setUser(func(u *idp.User) { u.Attributes["email"] = "new@example.com" })
	for range 2 { // the same token works again
		again := f.mustRefresh(first.RefreshToken)
		if again.RefreshToken != "" || again.NeedsSave() {
			t.Errorf("refresh: got a new refresh token or something to save")
		}
		was, is := payload(t, first.IDToken), payload(t, again.IDToken)
		for _, name := range []string{"origin_jti", "event_id", "auth_time", "sub"} {
			if was[name] != is[name] {
				t.Errorf("%s: got %v, want %v as before", name, is[name], was[name])
			}
		}
		if was["jti"] == is["jti"] || was["iat"] == is["iat"] {
			t.Errorf("jti and iat are those of the first token")
		}
		if is["email"] != "new@example.com" {
			t.Errorf("email: got %v, want the present one", is["email"])
		}
		if _, err := f.Access(t.Context(), again.AccessToken); err != nil {
			t.Errorf("Access: %v", err)
		}
	}
}

func TestRefreshKeepsScopes(t *testing.T) {
	f := newFixture(t)
	issued := f.prepare(Grant{Client: f.client, User: f.user, OAuth: true, Scopes: []string{"openid", "email"}})
	f.update(issued.Save)
	got := payload(t, f.mustRefresh(issued.RefreshToken).AccessToken)
	if got["scope"] != "openid email" || got["version"] == nil {
		t.Errorf("scope, version: got %v, %v, want openid email, 2", got["scope"], got["version"])
	}
}

func TestRefreshRefuses(t *testing.T) {
	other := "2example23456789abcdefghij"
	tests := []struct {
		name string
		do   func(f *fixture, issued *Issued) (token string)
		want error
	}{
		{"garbage", func(*fixture, *Issued) string { return "abc" }, idp.ErrRefreshTokenInvalid},
		{"access token", func(_ *fixture, i *Issued) string { return i.AccessToken }, idp.ErrRefreshTokenInvalid},
		{"other client", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.CreateClient(newClient(f.client.Pool, other).Client) })
			f.client = f.find(f.Service, other)
			return i.RefreshToken
		}, idp.ErrRefreshTokenInvalid},
		{"revoked", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return SignOutEverywhere(tx, testPool, "jane") })
			return i.RefreshToken
		}, idp.ErrRefreshTokenRevoked},
		{"expired", func(f *fixture, i *Issued) string {
			f.advance(30 * 24 * time.Hour)
			return i.RefreshToken
		}, idp.ErrRefreshTokenExpired},
		{"user disabled", func(f *fixture, i *Issued) string {
			f.setUser(func(u *idp.User) { u.Enabled = false })
			f.update(func(tx store.Tx) error { return SignOutEverywhere(tx, testPool, "jane") })
			return i.RefreshToken
		}, idp.ErrUserDisabled},
		{"user deleted", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(testPool, "jane") })
			return i.RefreshToken
		}, idp.ErrRefreshTokenInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			if _, err := f.refresh(tt.do(f, f.signIn())); !errors.Is(err, tt.want) {
				t.Errorf("refresh: got %v, want %v", err, tt.want)
			}
		})
	}
}

// The last moment of a refresh token is before its expiry.
func TestRefreshAtTheEnd(t *testing.T) {
	f := newFixture(t)
	issued := f.signIn()
	f.advance(30*24*time.Hour - time.Second)
	late := f.mustRefresh(issued.RefreshToken)
	f.advance(time.Hour - time.Second)
	if _, err := f.Access(t.Context(), late.AccessToken); err != nil {
		t.Errorf("Access with a token of the last refresh: %v", err)
	}
}

func TestRefreshWantsTheDevice(t *testing.T) {
	f := newFixture(t)
	f.client.Pool.Settings.DeviceConfiguration = &cognito.DeviceConfigurationType{ChallengeRequiredOnNewDevice: ptr(true)}
	issued := f.prepare(Grant{Client: f.client, User: f.user, DeviceKey: "us-east-1_a"})
	f.update(issued.Save)
	for key, want := range map[string]error{"": idp.ErrRefreshTokenInvalid, "us-east-1_b": idp.ErrRefreshTokenInvalid, "us-east-1_a": nil} {
		if _, err := f.Refresh(t.Context(), f.client, issued.RefreshToken, key); !errors.Is(err, want) {
			t.Errorf("Refresh with device %q: got %v, want %v", key, err, want)
		}
	}
}

func TestRotation(t *testing.T) {
	f := newFixture(t, rotating(0))
	first := f.signIn()
	f.advance(10 * 24 * time.Hour)
	second := f.mustRefresh(first.RefreshToken)
	if second.RefreshToken == "" || second.RefreshToken == first.RefreshToken {
		t.Fatalf("refresh: got no new refresh token")
	}
	if _, err := f.refresh(first.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenReused) {
		t.Errorf("refresh with the old token: got %v, want %v", err, idp.ErrRefreshTokenReused)
	}
	third := f.mustRefresh(second.RefreshToken) // reuse did not end the family
	// The life of the first token is the life of all.
	f.advance(20 * 24 * time.Hour)
	if _, err := f.refresh(third.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenExpired) {
		t.Errorf("refresh 30 days after signing in: got %v, want %v", err, idp.ErrRefreshTokenExpired)
	}
}

func TestRotationGrace(t *testing.T) {
	f := newFixture(t, rotating(30))
	first := f.signIn()
	second := f.mustRefresh(first.RefreshToken)
	f.advance(29 * time.Second)
	retried := f.mustRefresh(first.RefreshToken) // the answer was lost: ask again
	if f.liveHash(retried.RefreshToken) != f.liveHash(second.RefreshToken) {
		t.Errorf("asking twice gave two refresh tokens, want one")
	}
	third := f.mustRefresh(second.RefreshToken)
	if _, err := f.refresh(first.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenReused) {
		t.Errorf("refresh with the token before the last: got %v, want %v", err, idp.ErrRefreshTokenReused)
	}
	f.advance(30 * time.Second)
	if _, err := f.refresh(second.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenReused) {
		t.Errorf("refresh after the grace period: got %v, want %v", err, idp.ErrRefreshTokenReused)
	}
	f.mustRefresh(third.RefreshToken)
}

// A token that died while the client rotated stays dead when it no longer does.
func TestRotationSwitchedOff(t *testing.T) {
	f := newFixture(t, rotating(60))
	first := f.signIn()
	second := f.mustRefresh(first.RefreshToken)
	f.setClient(func(c *cognito.UserPoolClientType) { c.RefreshTokenRotation = nil })
	if _, err := f.refresh(first.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenInvalid) {
		t.Errorf("refresh with the old token: got %v, want %v", err, idp.ErrRefreshTokenInvalid)
	}
	f.mustRefresh(second.RefreshToken)
}

// Of a revocation and a rotation that meet, the revocation wins.
func TestRotationOfRevokedFamily(t *testing.T) {
	f := newFixture(t, rotating(60))
	grant, err := f.Refresh(t.Context(), f.client, f.signIn().RefreshToken, "")
	if err != nil {
		t.Fatal(err)
	}
	issued := f.prepare(*grant)
	f.update(func(tx store.Tx) error { return SignOutEverywhere(tx, testPool, "jane") })
	if err := f.Store.Update(t.Context(), issued.Save); !errors.Is(err, idp.ErrRefreshTokenRevoked) {
		t.Errorf("Save: got %v, want %v", err, idp.ErrRefreshTokenRevoked)
	}
}

// race refreshes with one token many times at once, every request having been
// checked before any is saved, and returns what came of it.
func race(t *testing.T, f *fixture, token string) (issued []*Issued, reused int) {
	const n = 16
	var (
		wg    sync.WaitGroup
		ready sync.WaitGroup
		mu    sync.Mutex
		lost  atomic.Int32
	)
	ready.Add(n)
	for range n {
		wg.Go(func() {
			grant, err := f.Refresh(t.Context(), f.client, token, "")
			ready.Done()
			ready.Wait()
			if err != nil {
				t.Errorf("Refresh: %v", err)
				return
			}
			i, err := f.Prepare(t.Context(), *grant)
			if err == nil {
				err = f.Store.Update(t.Context(), i.Save)
			}
			switch {
			case err == nil:
				mu.Lock()
				issued = append(issued, i)
				mu.Unlock()
			case errors.Is(err, idp.ErrRefreshTokenReused):
				lost.Add(1)
			default:
				t.Errorf("refresh: %v", err)
			}
		})
	}
	wg.Wait()
	return issued, int(lost.Load())
}

func TestRacingRefreshesHaveOneWinner(t *testing.T) {
	f := newFixture(t, rotating(0))
	issued, reused := race(t, f, f.signIn().RefreshToken)
	if len(issued) != 1 || reused != 15 {
		t.Fatalf("%d requests won and %d were told of reuse, want 1 and 15", len(issued), reused)
	}
	f.mustRefresh(issued[0].RefreshToken)
}

// Without grace the one who comes second is refused, also if it looked at the
// clock first, or at a clock that is slow.
func TestRotationWithoutGraceByOtherClocks(t *testing.T) {
	f := newFixture(t, rotating(0))
	first := f.signIn()
	grant, err := f.Refresh(t.Context(), f.client, first.RefreshToken, "")
	if err != nil {
		t.Fatal(err)
	}
	early := f.prepare(*grant)
	f.advance(time.Second)
	f.mustRefresh(first.RefreshToken)
	if err := f.Store.Update(t.Context(), early.Save); !errors.Is(err, idp.ErrRefreshTokenReused) {
		t.Errorf("Save of a refresh that began earlier: got %v, want %v", err, idp.ErrRefreshTokenReused)
	}
	f.advance(-2 * time.Second)
	if _, err := f.refresh(first.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenReused) {
		t.Errorf("refresh by a slow clock: got %v, want %v", err, idp.ErrRefreshTokenReused)
	}
}

// Within the grace period all who race get the one successor.
func TestRacingRefreshesWithGraceAgree(t *testing.T) {
	f := newFixture(t, rotating(60))
	issued, _ := race(t, f, f.signIn().RefreshToken)
	if len(issued) != 16 {
		t.Fatalf("%d requests were answered, want 16", len(issued))
	}
	hashes := map[string]bool{}
	for _, i := range issued {
		hashes[f.liveHash(i.RefreshToken)] = true
	}
	if len(hashes) != 1 {
		t.Errorf("%d refresh tokens are about, want 1", len(hashes))
	}
	f.mustRefresh(issued[3].RefreshToken)
}
