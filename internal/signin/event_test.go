package signin_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// events returns the records of sign-ins of a user, newest first.
func (f *fixture) events(username string) (out []*idp.Event) {
	f.t.Helper()
	err := f.store.View(f.t.Context(), func(tx store.Tx) (err error) {
		out, err = tx.ListEvents(poolID, username, "", 60)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// Each attempt with a password leaves a record of how it ended and where it
// came from; that of a success carries the id of the tokens.
func TestEvents(t *testing.T) {
	f := newService(t)
	c := f.client()
	u := f.user(c, "ada")
	want := func(step, address, outcome string) *idp.Event {
		t.Helper()
		e := f.events("ada")[0]
		if e.Type != idp.EventSignIn || e.SourceIP != address || e.ClientID != c.ID || e.Outcome != outcome || e.Passed != (outcome == "") {
			t.Errorf("%s: got the record %+v, want outcome %q from %s", step, e, outcome, address)
		}
		return e
	}
	out := f.signedIn(c, "ada", goodPassword)
	if e := want("password", "192.0.2.1", ""); e.ID != claims(t, out.AccessToken)["event_id"] {
		t.Errorf("the record's id is %s, the event_id of the tokens %v", e.ID, claims(t, out.AccessToken)["event_id"])
	}
	f.advance(1e9)
	f.password(c, "ada", wrongPassword)
	want("wrong password", "192.0.2.1", "NotAuthorizedException")
	f.advance(1e9)
	f.srp(admin(c), "ada", wrongPassword)
	want("wrong proof", "192.0.2.2", "NotAuthorizedException")
	f.advance(1e9)
	r, err := f.srp(admin(c), "ada", goodPassword)
	wantTokens(t, "AdminRespondToAuthChallenge", r, err)
	if e := want("right proof", "192.0.2.2", ""); e.ID != claims(t, r.Tokens.AccessToken)["event_id"] {
		t.Errorf("the record's id is %s, the event_id of the tokens %v", e.ID, claims(t, r.Tokens.AccessToken)["event_id"])
	}
	f.advance(1e9)
	f.alter(u, status(cognito.UserStatusUnconfirmed))
	f.password(c, "ada", goodPassword)
	want("unconfirmed", "192.0.2.1", "UserNotConfirmedException")
	if n := len(f.events("ada")); n != 5 {
		t.Errorf("got %d records, want 5", n)
	}
}
