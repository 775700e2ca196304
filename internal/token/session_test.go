package token

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// tracked is a fixture whose pool keeps track of at most so many sessions.
func tracked(t testing.TB, most int64, change ...func(*cognito.UserPoolClientType)) *fixture {
	t.Helper()
	f := newFixture(t, change...)
	f.track(idp.PoolSessions{Tracking: true, MaxPerUser: most})
	return f
}

// track changes what the pool keeps track of.
func (f *fixture) track(sessions idp.PoolSessions) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		p, err := tx.Pool(testPool)
		if err != nil {
			return err
		}
		p.Features.Sessions = sessions
		return tx.UpdatePool(p)
	})
	f.Catalog.ForgetPool(testPool)
	f.client = f.find(f.Service, testClient)
}

// sessionIDs are the active sessions of the user, used last first.
func (f *fixture) sessionIDs() []string {
	f.t.Helper()
	list, _, err := f.Sessions(f.t.Context(), f.client.Pool, "jane", "", idp.MaxUserSessions)
	if err != nil {
		f.t.Fatalf("Sessions: %v", err)
	}
	ids := []string{}
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	return ids
}

// wantSessions checks which sign-ins are on record, used last first.
func (f *fixture) wantSessions(what string, want ...*Issued) {
	f.t.Helper()
	ids := []string{}
	for _, i := range want {
		ids = append(ids, i.Family.SessionID)
	}
	if got := f.sessionIDs(); !slices.Equal(got, ids) {
		f.t.Errorf("sessions %s: got %v, want %v", what, got, ids)
	}
}

// wantDead checks that the tokens of a sign-in are refused.
func (f *fixture) wantDead(what string, i *Issued) {
	f.t.Helper()
	if _, err := f.Access(f.t.Context(), i.AccessToken); !errors.Is(err, idp.ErrAccessTokenRevoked) {
		f.t.Errorf("Access, %s: got %v, want %v", what, err, idp.ErrAccessTokenRevoked)
	}
	if _, err := f.refresh(i.RefreshToken); !errors.Is(err, idp.ErrRefreshTokenRevoked) {
		f.t.Errorf("refresh, %s: got %v, want %v", what, err, idp.ErrRefreshTokenRevoked)
	}
}

func TestSessionOfSignIn(t *testing.T) {
	f := tracked(t, 3)
	issued := f.prepare(Grant{
		Client: f.client, User: f.user, Address: "192.0.2.1",
		Agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36",
	})
	f.update(issued.Save)
	list, next, err := f.Sessions(t.Context(), f.client.Pool, "jane", "", 10)
	if err != nil || len(list) != 1 || next != "" {
		t.Fatalf("Sessions: got %v, %q, %v, want one", list, next, err)
	}
	s := list[0]
	if !regexp.MustCompile(`^tkn[a-z0-9]{25}$`).MatchString(s.ID) {
		t.Errorf("ID: got %q", s.ID)
	}
	at := testTime.Truncate(time.Microsecond)
	want := idp.UserSession{
		PoolID: testPool, Username: "jane", ID: s.ID, Type: cognito.SessionTypeToken, ClientID: testClient, FamilyID: issued.Family.ID,
		Created: at, LastActive: at, ExpiresAt: testTime.Truncate(time.Second).Add(30 * 24 * time.Hour),
		Device: "Chrome 125 / macOS 15.0", Address: "192.0.2.1",
	}
	if *s != want {
		t.Errorf("session: got %+v, want %+v", *s, want)
	}
	for use, token := range map[string]string{"id": issued.IDToken, "access": issued.AccessToken} {
		if got := payload(t, token)[sessionClaim]; got != s.ID {
			t.Errorf("%s of the %s token: got %v, want %s", sessionClaim, use, got, s.ID)
		}
	}
}

// Neither a trigger nor a suppressed claim changes which session tokens name.
func TestSessionClaimIsReserved(t *testing.T) {
	f := tracked(t, 3)
	o := ClaimOverrides{AddOrOverride: map[string]any{sessionClaim: "tknother"}, Suppress: []string{sessionClaim}}
	for _, overrides := range []*Overrides{{ID: o, Access: o}, {ID: ClaimOverrides{AddOrOverride: o.AddOrOverride}, Access: ClaimOverrides{AddOrOverride: o.AddOrOverride}}} {
		issued := f.prepare(Grant{Client: f.client, User: f.user, Overrides: overrides})
		for _, token := range []string{issued.IDToken, issued.AccessToken} {
			if got := payload(t, token)[sessionClaim]; got != issued.Family.SessionID {
				t.Errorf("%s: got %v, want %s", sessionClaim, got, issued.Family.SessionID)
			}
		}
	}
}

// A pool that keeps track of nothing has tokens and records as ever.
func TestUntracked(t *testing.T) {
	f := newFixture(t)
	issued := f.signIn()
	if issued.Family.SessionID != "" || payload(t, issued.AccessToken)[sessionClaim] != nil || payload(t, issued.IDToken)[sessionClaim] != nil {
		t.Errorf("without tracking: got the session %q and the claims %v", issued.Family.SessionID, payload(t, issued.AccessToken))
	}
	if again := f.mustRefresh(issued.RefreshToken); again.NeedsSave() {
		t.Error("a refresh without tracking writes")
	}
	f.track(idp.PoolSessions{Tracking: true}) // what began before stays without a record
	later := f.mustRefresh(issued.RefreshToken)
	if later.NeedsSave() || payload(t, later.AccessToken)[sessionClaim] != nil {
		t.Error("tracking makes a session of an earlier sign-in")
	}
	f.wantSessions("of an earlier sign-in")
}

// A refresh keeps the session and tells when and where it was used last.
func TestRefreshTouchesSession(t *testing.T) {
	for name, change := range map[string]func(*cognito.UserPoolClientType){
		"plain": func(*cognito.UserPoolClientType) {}, "rotating": rotating(60),
	} {
		t.Run(name, func(t *testing.T) {
			f := tracked(t, 3, change)
			first := f.signIn()
			for range 2 { // the second time within the grace period
				f.advance(10 * time.Second)
				grant, err := f.Refresh(t.Context(), f.client, first.RefreshToken, "")
				if err != nil {
					t.Fatalf("Refresh: %v", err)
				}
				grant.Address, grant.Agent = "198.51.100.7", "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
				issued := f.prepare(*grant)
				f.update(issued.Save)
				if got := payload(t, issued.AccessToken)[sessionClaim]; got != first.Family.SessionID {
					t.Errorf("%s after a refresh: got %v, want %s", sessionClaim, got, first.Family.SessionID)
				}
				list, _, err := f.Sessions(t.Context(), f.client.Pool, "jane", "", 10)
				if err != nil || len(list) != 1 {
					t.Fatalf("Sessions: got %v, %v, want one", list, err)
				}
				s := list[0]
				if !s.LastActive.Equal(f.clock()) || !s.Created.Equal(testTime) || s.Device != "Firefox 126 / Linux" || s.Address != "198.51.100.7" {
					t.Errorf("session after a refresh: got %+v", *s)
				}
			}
		})
	}
}

// At the limit the session that was not used for longest goes, with its
// tokens.
func TestEviction(t *testing.T) {
	f := tracked(t, 3)
	var all []*Issued
	for range 3 {
		all = append(all, f.signIn())
		f.advance(time.Minute)
	}
	f.mustRefresh(all[0].RefreshToken)
	f.advance(time.Minute)
	all = append(all, f.signIn())
	f.wantSessions("after one too many", all[3], all[0], all[2])
	f.wantDead("evicted", all[1])
	for _, i := range []int{0, 2, 3} {
		if _, err := f.Access(t.Context(), all[i].AccessToken); err != nil {
			t.Errorf("Access of a session within the limit: %v", err)
		}
	}
}

// A lower limit ends nothing before the next sign-in.
func TestLoweredLimit(t *testing.T) {
	f := tracked(t, 4)
	var all []*Issued
	for range 4 {
		all = append(all, f.signIn())
		f.advance(time.Minute)
	}
	f.track(idp.PoolSessions{Tracking: true, MaxPerUser: 2})
	f.mustRefresh(all[0].RefreshToken)
	f.wantSessions("after lowering the limit", all[0], all[3], all[2], all[1])
	f.advance(time.Minute)
	all = append(all, f.signIn())
	f.wantSessions("after the next sign-in", all[4], all[0])
	f.wantDead("beyond the lower limit", all[3])
}

// Expired sessions neither show nor count, and go with the next sign-in.
func TestExpiredSessions(t *testing.T) {
	f := tracked(t, 2, func(c *cognito.UserPoolClientType) { c.RefreshTokenValidity = ptr(int64(1)) })
	f.signIn()
	f.advance(23 * time.Hour)
	live := f.signIn()
	f.advance(time.Hour)
	f.wantSessions("when one has expired", live)
	last := f.signIn()
	f.wantSessions("after another sign-in", last, live)
	f.update(func(tx store.Tx) error {
		list, err := tx.ListUserSessions(testPool, "jane", "", 10)
		if err == nil && len(list) != 2 {
			t.Errorf("records after another sign-in: got %d, want 2", len(list))
		}
		return err
	})
}

// Two sign-ins that meet at the limit both succeed, and the limit holds.
func TestEvictionRace(t *testing.T) {
	f := tracked(t, 2)
	nodes := []*Service{f.Service, f.node(f.Store)}
	for range 5 {
		var wg sync.WaitGroup
		for i := range 4 {
			grant := Grant{Client: f.find(nodes[i%2], testClient), User: f.user}
			wg.Go(func() {
				issued, err := nodes[i%2].Prepare(t.Context(), grant)
				if err == nil {
					err = f.Store.Update(t.Context(), issued.Save)
				}
				if err != nil {
					t.Errorf("sign-in: %v", err)
				}
			})
		}
		wg.Wait()
		if ids := f.sessionIDs(); len(ids) != 2 {
			t.Errorf("sessions after a race: got %v, want 2", ids)
		}
	}
}

// A refresh that was under way when its session ended gives no tokens.
func TestRefreshOfEndedSession(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(f *fixture)
		want error
	}{
		"evicted": {func(f *fixture) { f.signIn() }, idp.ErrRefreshTokenRevoked},
		"user deleted": {func(f *fixture) {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(testPool, "jane") })
		}, idp.ErrRefreshTokenRevoked},
		"device forgotten": {func(f *fixture) {
			f.update(func(tx store.Tx) error { return tx.EndRefresh(testPool, "jane", "d1") })
		}, idp.ErrRefreshTokenInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			f := tracked(t, 1)
			first := f.prepare(Grant{Client: f.client, User: f.user, DeviceKey: "d1"})
			f.update(first.Save)
			grant, err := f.Refresh(t.Context(), f.client, first.RefreshToken, "d1")
			if err != nil {
				t.Fatalf("Refresh: %v", err)
			}
			late := f.prepare(*grant)
			tt.end(f)
			if err := f.Store.Update(t.Context(), late.Save); !errors.Is(err, tt.want) {
				t.Errorf("Save after the session ended: got %v, want %v", err, tt.want)
			}
		})
	}
}

// When the records of a pool are gone because it stopped keeping track, the
// sign-ins go on without one.
func TestRefreshOfForgottenSession(t *testing.T) {
	f := tracked(t, 3)
	first := f.signIn()
	grant, err := f.Refresh(t.Context(), f.client, first.RefreshToken, "")
	if err != nil {
		t.Fatalf("Refresh: %v", err)
	}
	late := f.prepare(*grant)
	f.track(idp.PoolSessions{})
	f.wantSessions("of a pool that keeps track no more")
	if again := f.mustRefresh(first.RefreshToken); again.NeedsSave() || payload(t, again.AccessToken)[sessionClaim] != nil {
		t.Error("a refresh in a pool that keeps track no more writes or names a session")
	}
	f.update(func(tx store.Tx) error { return tx.DeleteUserSession(testPool, "jane", first.Family.SessionID) })
	f.update(late.Save) // it was under way
	f.track(idp.PoolSessions{Tracking: true})
	if again := f.mustRefresh(first.RefreshToken); again.NeedsSave() || payload(t, again.AccessToken)[sessionClaim] != nil {
		t.Error("a session without a record is written or named")
	}
}

func TestSignOutEverywhereEndsSessions(t *testing.T) {
	f := tracked(t, 3)
	issued := f.signIn()
	f.browser("sso1")
	f.update(func(tx store.Tx) error { return SignOutEverywhere(tx, testPool, "jane") })
	f.wantSessions("after signing out everywhere")
	f.wantDead("signed out", issued)
}

// browser stores an SSO session of the user.
func (f *fixture) browser(id string) {
	f.t.Helper()
	f.update(func(tx store.Tx) error {
		return tx.CreateUserSession(&idp.UserSession{
			PoolID: testPool, Username: "jane", ID: id, Type: cognito.SessionTypeSso, ClientID: testClient,
			Created: f.clock(), LastActive: f.clock(), ExpiresAt: f.clock().Add(time.Hour), Device: "unknown",
		})
	})
}

// through signs the user in and has the session come through an SSO session.
func (f *fixture) through(origin string) *Issued {
	f.t.Helper()
	issued := f.prepare(Grant{Client: f.client, User: f.user})
	issued.session.OriginID = origin
	f.update(issued.Save)
	return issued
}

func TestSessionsPages(t *testing.T) {
	f := tracked(t, 100)
	for i := range 7 {
		f.browser(fmt.Sprint("sso", i))
	}
	var got []string
	pages, after := 0, ""
	for ok := true; ok; ok = after != "" {
		list, next, err := f.Sessions(t.Context(), f.client.Pool, "jane", after, 3)
		if err != nil || len(list) > 3 {
			t.Fatalf("Sessions: got %d, %v", len(list), err)
		}
		for _, s := range list {
			got = append(got, s.ID)
		}
		after = next
		pages++
	}
	if want := []string{"sso0", "sso1", "sso2", "sso3", "sso4", "sso5", "sso6"}; !slices.Equal(got, want) || pages != 3 {
		t.Errorf("Sessions: got %v on %d pages, want %v on 3", got, pages, want)
	}
}
