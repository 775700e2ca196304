package signin_test

import (
	"encoding/base64"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

func TestSRP(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	e := f.begun(by(c), "ada")
	if e.Session != "" || e.Tokens != nil {
		t.Errorf("InitiateAuth: got Session %q and tokens %v, want none: the block carries the state", e.Session, e.Tokens)
	}
	if e.Parameters["USERNAME"] != "ada" || e.Parameters["USER_ID_FOR_SRP"] != "ada" || len(e.Parameters) != 5 {
		t.Errorf("InitiateAuth: got parameters %v", e.Parameters)
	}
	r, err := f.answer(e.prove(goodPassword, f.clock()))
	wantTokens(t, "RespondToAuthChallenge", r, err)
	if _, err := f.Tokens.Access(t.Context(), r.Tokens.AccessToken); err != nil {
		t.Errorf("Access: %v", err)
	}
}

func TestSRPWrongPassword(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	e := f.begun(by(c), "ada")
	for range 2 { // a block takes more than one wrong answer
		_, err := f.answer(e.prove(wrongPassword, f.clock()))
		wantErr(t, "RespondToAuthChallenge", err, idp.ErrIncorrectUsernameOrPassword)
	}
	r, err := f.answer(e.prove(goodPassword, f.clock()))
	wantTokens(t, "RespondToAuthChallenge with the right password after all", r, err)
}

// With a multiple of N a client would know the key without the password.
func TestSRPPublicValue(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	n := "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
		"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
		"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
		"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
		"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
		"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718" +
		"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
		"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
		"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
		"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2" +
		"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"
	for name, a := range map[string]string{"0": "0", "zeros": "000000", "N": n, "padded": "00" + strings.ToLower(n), "no hex": "xyz", "long": strings.Repeat("a", 1025)} {
		_, err := f.initiate(by(c), cognito.AuthFlowUserSrpAuth, "USERNAME", "ada", "SRP_A", a)
		wantErr(t, "InitiateAuth(SRP_A "+name+")", err, idp.ErrIncorrectUsernameOrPassword)
	}
}

// A block works for three minutes, or as long as the client's sessions.
func TestSRPExpired(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	e := f.begun(by(c), "ada")
	f.advance(3*time.Minute - time.Second)
	r, err := f.answer(e.prove(goodPassword, f.clock()))
	wantTokens(t, "RespondToAuthChallenge in time", r, err)
	e = f.begun(by(c), "ada")
	f.advance(3 * time.Minute)
	_, err = f.answer(e.prove(goodPassword, f.clock()))
	wantErr(t, "RespondToAuthChallenge after three minutes", err, idp.ErrSessionExpired)

	slow := f.client(func(in *cognito.CreateUserPoolClientRequest) { in.AuthSessionValidity = new(int64(15)) })
	e = f.begun(by(slow), "ada")
	f.advance(14 * time.Minute)
	r, err = f.answer(e.prove(goodPassword, f.clock()))
	wantTokens(t, "RespondToAuthChallenge with AuthSessionValidity 15", r, err)
}

// Only the block that the client was given works, and only for the client.
func TestSRPBlock(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	e := f.begun(by(c), "ada")
	raw, err := base64.StdEncoding.DecodeString(e.Parameters["SECRET_BLOCK"])
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]string{
		"no base64": "%%%", "short": base64.StdEncoding.EncodeToString(raw[:10]), "of another client": f.begun(by(f.client()), "ada").Parameters["SECRET_BLOCK"],
		"long": strings.Repeat("A", 20<<10),
	}
	in := e.prove(goodPassword, f.clock())
	for i := 0; i < len(raw); i += 100 {
		tampered := append([]byte(nil), raw...)
		tampered[i] ^= 1
		blocks["tampered"] = base64.StdEncoding.EncodeToString(tampered)
		for name, block := range blocks {
			in := in
			in.Responses = maps.Clone(in.Responses)
			in.Responses["PASSWORD_CLAIM_SECRET_BLOCK"] = block
			_, err := f.answer(in)
			wantErr(t, "RespondToAuthChallenge("+name+")", err, idp.ErrIncorrectUsernameOrPassword)
		}
	}
	r, err := f.answer(in)
	wantTokens(t, "RespondToAuthChallenge(untouched)", r, err)
}

// An answer lets in once.
func TestSRPReplay(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	e := f.begun(by(c), "ada")
	in := e.prove(goodPassword, f.clock())
	r, err := f.answer(in)
	wantTokens(t, "RespondToAuthChallenge", r, err)
	_, err = f.answer(in)
	wantErr(t, "RespondToAuthChallenge again", err, idp.ErrIncorrectUsernameOrPassword)
	_, err = f.answer(e.prove(goodPassword, f.clock().Add(time.Second)))
	wantErr(t, "RespondToAuthChallenge with another timestamp", err, idp.ErrIncorrectUsernameOrPassword)
	if n := f.attempts("ada").Count; n != 0 {
		t.Errorf("a replayed answer counted as %d wrong passwords, want 0", n)
	}
}

func TestSRPReplayAtOnce(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	in := f.begun(by(c), "ada").prove(goodPassword, f.clock())
	if n := winners(t, f, in, idp.ErrIncorrectUsernameOrPassword); n != 1 {
		t.Errorf("of 8 answers at once %d were let in, want 1", n)
	}
}

// winners gives an answer eight times at once and counts those that led
// somewhere; the others must be told lost.
func winners(t *testing.T, f *fixture, in signin.Answer, lost error) int {
	var n atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := f.answer(in)
			if err == nil {
				n.Add(1)
				if r.Tokens == nil && r.Session == "" {
					t.Errorf("RespondToAuthChallenge: got %+v, want tokens or a challenge", r)
				}
				return
			}
			wantErr(t, "RespondToAuthChallenge", err, lost)
		})
	}
	wg.Wait()
	return int(n.Load())
}

// A device's clock may be off by five minutes; it is compared with the clock
// that devices are supposed to have, not with the service's.
func TestSRPTimestamp(t *testing.T) {
	f := newService(t)
	devices := noon.Add(72 * time.Hour)
	f.ClientClock = func() time.Time { return devices }
	c := f.client()
	f.user(c, "ada")
	for skew, want := range map[time.Duration]error{
		-5 * time.Minute: nil, 5 * time.Minute: nil, 0: nil,
		-5*time.Minute - time.Second: idp.ErrIncorrectUsernameOrPassword, 5*time.Minute + time.Second: idp.ErrIncorrectUsernameOrPassword,
		-72 * time.Hour: idp.ErrIncorrectUsernameOrPassword,
	} {
		_, err := f.answer(f.begun(by(c), "ada").prove(goodPassword, devices.Add(skew)))
		wantErr(t, "RespondToAuthChallenge, off by "+skew.String(), err, want)
	}
	in := f.begun(by(c), "ada").prove(goodPassword, devices)
	in.Responses["TIMESTAMP"] = "2026-11-23T12:00:00Z"
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge(RFC 3339)", err, idp.InvalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."))
	in = f.begun(by(c), "ada").prove(goodPassword, devices)
	in.Responses["TIMESTAMP"] = srp.FormatTimestamp(devices.Add(time.Second))
	_, err = f.answer(in)
	wantErr(t, "RespondToAuthChallenge with another timestamp than was signed", err, idp.ErrIncorrectUsernameOrPassword)
}

func TestSRPMissingResponses(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.user(c, "ada")
	in := f.begun(by(c), "ada").prove(goodPassword, f.clock())
	for name := range in.Responses {
		without := in
		without.Responses = maps.Clone(in.Responses)
		delete(without.Responses, name)
		_, err := f.answer(without)
		wantErr(t, "RespondToAuthChallenge", err, errMissing(name))
	}
}

// The second step may name the user in every way in which the first could.
func TestSRPNames(t *testing.T) {
	f := newService(t, aliases("email"))
	c := f.client()
	f.user(c, "ada", "email", "ada@example.com", "email_verified", "true")
	f.user(c, "eve", "email", "eve@example.com", "email_verified", "true")
	for name, want := range map[string]error{
		"ada": nil, "ada@example.com": nil,
		"eve": idp.ErrIncorrectUsernameOrPassword, "eve@example.com": idp.ErrIncorrectUsernameOrPassword, "nobody": idp.ErrIncorrectUsernameOrPassword,
	} {
		e := f.begun(by(c), "ada@example.com")
		if id := e.Parameters["USER_ID_FOR_SRP"]; id != "ada" {
			t.Fatalf("USER_ID_FOR_SRP: got %q, want ada", id)
		}
		in := e.prove(goodPassword, f.clock())
		in.Responses["USERNAME"] = name
		_, err := f.answer(in)
		wantErr(t, "RespondToAuthChallenge(USERNAME "+name+")", err, want)
	}
}

// A name without a user gets a challenge that is the same every time and that
// nobody can answer.
func TestSRPUnknown(t *testing.T) {
	f := newService(t, aliases("email"))
	c := f.client(hiding)
	f.user(c, "ada")
	_, err := f.begin(by(f.client()), "nobody")
	wantErr(t, "InitiateAuth, not hidden", err, idp.ErrUserNotFound)
	for _, name := range []string{"nobody", "nobody@example.com"} {
		first, second := f.begun(by(c), name), f.begun(by(f.client(hiding)), name)
		for _, p := range []string{"SALT", "USERNAME", "USER_ID_FOR_SRP"} {
			if first.Parameters[p] == "" || first.Parameters[p] != second.Parameters[p] {
				t.Errorf("%s of %s: got %q, then %q, want the same", p, name, first.Parameters[p], second.Parameters[p])
			}
		}
		if first.Parameters["SRP_B"] == second.Parameters["SRP_B"] {
			t.Errorf("SRP_B of %s: got the same twice", name)
		}
		_, err := f.answer(first.prove(goodPassword, f.clock()))
		wantErr(t, "RespondToAuthChallenge("+name+")", err, idp.ErrIncorrectUsernameOrPassword)
	}
	alias := f.begun(by(c), "nobody@example.com").Parameters["USER_ID_FOR_SRP"]
	if alias == "nobody@example.com" || len(alias) != 36 {
		t.Errorf("USER_ID_FOR_SRP of an alias without a user: got %q, want a UUID", alias)
	}
	if got, ada := f.begun(by(c), "nobody").Parameters, f.begun(by(c), "ada").Parameters; len(got) != len(ada) || len(got["SECRET_BLOCK"])-len(ada["SECRET_BLOCK"]) > 32 {
		t.Errorf("the challenge of a name without a user has another shape than a user's: %v, %v", got, ada)
	}
}

// A name that gets its user between the steps is still the name without one.
func TestSRPUserAppears(t *testing.T) {
	f := newService(t)
	c := f.client(hiding)
	e := f.begun(by(c), "ada")
	f.user(c, "ada")
	_, err := f.answer(e.prove(goodPassword, f.clock()))
	wantErr(t, "RespondToAuthChallenge", err, idp.ErrIncorrectUsernameOrPassword)
}

func TestSRPUserDisappears(t *testing.T) {
	for _, tt := range []struct {
		client func(*cognito.CreateUserPoolClientRequest)
		want   error
	}{{hiding, idp.ErrIncorrectUsernameOrPassword}, {func(*cognito.CreateUserPoolClientRequest) {}, idp.ErrUserNotFound}} {
		f := newService(t)
		c := f.client(tt.client)
		f.user(c, "ada")
		e := f.begun(by(c), "ada")
		f.update(func(tx store.Tx) error { return tx.DeleteUser(poolID, "ada") })
		_, err := f.answer(e.prove(goodPassword, f.clock()))
		wantErr(t, "RespondToAuthChallenge", err, tt.want)
	}
}

// What becomes known only with the second step.
func TestSRPStates(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*idp.User)
		want   error
	}{
		"disabled":    {disabled, idp.ErrUserDisabled},
		"reset":       {status(cognito.UserStatusResetRequired), idp.ErrPasswordResetRequired},
		"unconfirmed": {status(cognito.UserStatusUnconfirmed), idp.ErrUserNotConfirmed},
	} {
		f := newService(t)
		c := f.client()
		u := f.user(c, "ada")
		e := f.begun(by(c), "ada")
		f.alter(u, tt.change)
		for range 2 {
			_, err := f.answer(e.prove(goodPassword, f.clock()))
			wantErr(t, "RespondToAuthChallenge, "+name, err, tt.want)
		}
	}
}

// A temporary password leads on, and spends the block.
func TestSRPTemporaryPassword(t *testing.T) {
	f := newService(t)
	c := f.client()
	f.invited(c, "ada")
	in := f.begun(by(c), "ada").prove(temporary, f.clock())
	if n := winners(t, f, in, idp.ErrIncorrectUsernameOrPassword); n != 1 {
		t.Errorf("of 8 answers at once %d led to NEW_PASSWORD_REQUIRED, want 1", n)
	}
}
