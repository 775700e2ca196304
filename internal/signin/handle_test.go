package signin_test

import (
	"context"
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/store"
)

// counting is a store that counts transactions that may write.
type counting struct {
	store.Store
	updates int
}

func (c *counting) Update(ctx context.Context, do func(store.Tx) error) error {
	c.updates++
	return c.Store.Update(ctx, do)
}

// The length of a session tells nothing: not of whom it is, nor how far the
// sign-in has come.
func TestSessionsLookAlike(t *testing.T) {
	f := riddle(t, nil)
	c := f.customClient(hiding)
	f.user(c, "ada")
	f.user(c, "a-user-with-quite-a-long-name-indeed")
	f.invited(c, "grace")
	lengths := map[int]bool{}
	for _, name := range []string{"ada", "a-user-with-quite-a-long-name-indeed", "nobody", strings.Repeat("n", 100)} {
		lengths[len(f.custom(by(c), name).Session)] = true
	}
	r, err := f.password(c, "grace", temporary)
	if err != nil {
		t.Fatalf("InitiateAuth: %v", err)
	}
	lengths[len(r.Session)] = true
	if len(lengths) != 1 {
		t.Errorf("sessions are of %d lengths, want 1: %v", len(lengths), lengths)
	}
	if n := len(r.Session); n > 2048 {
		t.Errorf("a session has %d characters, want 2048 at most", n)
	}
}

// A sign-in that is only begun leaves nothing behind.
func TestSessionBeginsWithoutAWrite(t *testing.T) {
	s := newService(t)
	c := s.client(hiding, flows(cognito.ExplicitAuthFlowsAllowUserAuth))
	s.user(c, "ada")
	watched := &counting{Store: s.store}
	s.Accounts.Store = watched
	for _, name := range []string{"ada", "nobody"} {
		s.chosen(by(c), cognito.ChallengeNameSelectChallenge, name)
	}
	if watched.updates != 0 {
		t.Errorf("InitiateAuth: got %d transactions that may write, want none", watched.updates)
	}
}

func TestSessionAltered(t *testing.T) {
	s := newService(t)
	c := s.client()
	s.invited(c, "ada")
	in := s.challenged(c, "ada", "NEW_PASSWORD", goodPassword)
	real := in.Session
	other := s.client()
	for name, handle := range map[string]string{
		"one letter":     strings.Replace(real, real[100:101], string(real[100]^1), 1),
		"cut short":      real[:len(real)-4],
		"longer":         real + "AAAA",
		"no client":      real[strings.Index(real, ".")+1:],
		"another client": other.ID + real[strings.Index(real, "."):],
		"only a client":  c.ID + ".",
		"no base64":      c.ID + "." + strings.Repeat("!", 40),
	} {
		in.Session = handle
		_, err := s.answer(in)
		wantErr(t, "RespondToAuthChallenge, "+name, err, idp.ErrSessionInvalid)
	}
	in.Session = real
	r, err := s.answer(in)
	wantTokens(t, "RespondToAuthChallenge", r, err)
}

// A session that is written in another way is the same session.
func TestSessionSpentHoweverWritten(t *testing.T) {
	s := newService(t)
	c := s.client()
	s.invited(c, "ada")
	in := s.challenged(c, "ada", "NEW_PASSWORD", goodPassword)
	real := in.Session
	if r, err := s.answer(in); err != nil || r.Tokens == nil {
		t.Fatalf("RespondToAuthChallenge: got %+v, %v, want tokens", r, err)
	}
	s.set(s.get(c, "ada"), temporary, false)
	again := s.challenged(c, "ada", "NEW_PASSWORD", otherPassword)
	spent := again.Session
	if r, err := s.answer(again); err != nil || r.Tokens == nil {
		t.Fatalf("RespondToAuthChallenge: got %+v, %v, want tokens", r, err)
	}
	for _, handle := range []string{real, spent} {
		for _, written := range []string{handle, handle + "\n", handle[:50] + "\r\n" + handle[50:], handle + "="} {
			in.Session = written
			if r, err := s.answer(in); err == nil {
				t.Errorf("RespondToAuthChallenge with a spent session, written as %q…: got %+v, want a refusal", written[len(written)-8:], r)
			}
		}
	}
	// Every letter that could stand for the last one.
	for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		in.Session = spent[:len(spent)-1] + string(last)
		if r, err := s.answer(in); err == nil {
			t.Errorf("RespondToAuthChallenge with a spent session that ends in %c: got %+v, want a refusal", last, r)
		}
	}
}

// What does not fit into a session is stored beside it, and the client sees no
// difference.
func TestSessionTooLargeToTravel(t *testing.T) {
	f := riddle(t, nil)
	large := strings.Repeat("x", 100_000)
	f.lambda.Handle("create", func(event map[string]any) (any, error) {
		event["response"] = map[string]any{
			"publicChallengeParameters":  map[string]any{"question": "2 + 3"},
			"privateChallengeParameters": map[string]any{"sum": "5", "large": large},
		}
		return event, nil
	})
	f.lambda.Handle("verify", func(event map[string]any) (any, error) {
		private := event["request"].(map[string]any)["privateChallengeParameters"].(map[string]any)
		event["response"] = map[string]any{"answerCorrect": private["sum"] == "5" && private["large"] == large}
		return event, nil
	})
	c := f.customClient(hiding)
	f.user(c, "ada")
	r := f.custom(by(c), "ada")
	if got, want := len(r.Session), len(f.custom(by(c), "nobody").Session); got != want {
		t.Errorf("InitiateAuth: got a session of %d characters, want %d as that of nobody", got, want)
	}
	done, err := f.reply(by(c), r, "5")
	wantTokens(t, "RespondToAuthChallenge", done, err)
	_, err = f.reply(by(c), r, "5")
	wantErr(t, "RespondToAuthChallenge again", err, idp.ErrSessionSpent)

	r = f.custom(by(c), "ada")
	f.advance(c.AuthSessionLife() + 1)
	if _, err := f.store.Sweep(t.Context(), store.SweepTimes{Ended: f.clock(), Limit: 100}); err != nil {
		t.Fatalf("Sweep: %v", err)
	}
	_, err = f.reply(by(c), r, "5")
	wantErr(t, "RespondToAuthChallenge after the state was swept", err, idp.ErrSessionExpired)
}

// Whoever gets the name of a user who was deleted does not get the session.
func TestSessionOfFormerUser(t *testing.T) {
	s := newService(t)
	c := s.client(hiding, flows(cognito.ExplicitAuthFlowsAllowUserAuth, cognito.ExplicitAuthFlowsAllowUserPasswordAuth))
	first := s.user(c, "ada")
	r := s.chosen(by(c), cognito.ChallengeNameSelectChallenge, "ada")
	s.update(func(tx store.Tx) error { return tx.DeleteUser(c.PoolID, first.Username) })
	s.user(c, "ada")
	_, err := s.answer(signin.Answer{
		Caller: by(c), Challenge: r.Challenge, Session: r.Session,
		Responses: pairs("USERNAME", "ada", "ANSWER", "PASSWORD", "PASSWORD", goodPassword),
	})
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrSessionInvalid)
}
