package token

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

func TestAccess(t *testing.T) {
	f := newFixture(t)
	issued := f.prepare(Grant{Client: f.client, User: f.user, EventID: testEvent, DeviceKey: "us-east-1_d", Scopes: []string{"openid", AdminScope}})
	f.update(issued.Save)
	p, err := f.Access(t.Context(), issued.AccessToken)
	if err != nil {
		t.Fatalf("Access: %v", err)
	}
	if p.User.Sub != testSub || p.Client.ID != testClient || p.Client.Pool.ID != testPool || p.Family.ID != testEvent ||
		p.DeviceKey != "us-east-1_d" || strings.Join(p.Scopes, ",") != "openid,"+AdminScope {
		t.Errorf("Access: got user %s, client %s of %s, family %s, device %s, scopes %v",
			p.User.Sub, p.Client.ID, p.Client.Pool.ID, p.Family.ID, p.DeviceKey, p.Scopes)
	}
}

func TestAccessRefuses(t *testing.T) {
	tests := []struct {
		name string
		do   func(f *fixture, issued *Issued) (token string)
		want error
	}{
		{"empty", func(*fixture, *Issued) string { return "" }, idp.ErrAccessTokenInvalid},
		{"garbage", func(*fixture, *Issued) string { return "a.b.c" }, idp.ErrAccessTokenInvalid},
		{"too long", func(_ *fixture, i *Issued) string { return i.AccessToken + strings.Repeat("A", maxAccessToken) }, idp.ErrAccessTokenInvalid},
		{"line end", func(_ *fixture, i *Issued) string { return i.AccessToken + "\n" }, idp.ErrAccessTokenInvalid},
		{"ID token", func(_ *fixture, i *Issued) string { return i.IDToken }, idp.ErrAccessTokenInvalid},
		{"refresh token", func(_ *fixture, i *Issued) string { return i.RefreshToken }, idp.ErrAccessTokenInvalid},
		{"changed", func(_ *fixture, i *Issued) string { return reclaim(i.AccessToken, "username", "joan") }, idp.ErrAccessTokenSignature},
		{"other issuer", func(_ *fixture, i *Issued) string {
			return reclaim(i.AccessToken, "iss", "https://example.com/"+testPool)
		}, idp.ErrAccessTokenInvalid},
		{"other pool", func(_ *fixture, i *Issued) string {
			return reclaim(i.AccessToken, "iss", issuer("us-east-1_Another00"))
		}, idp.ErrAccessTokenInvalid},
		{"ID token that says access", func(f *fixture, i *Issued) string {
			return f.resign(i.AccessToken, idp.KeyUseID, nil)
		}, idp.ErrAccessTokenSignature},
		{"last moment", func(f *fixture, i *Issued) string { f.advance(time.Hour - time.Second); return i.AccessToken }, nil},
		{"expired", func(f *fixture, i *Issued) string { f.advance(time.Hour); return i.AccessToken }, idp.ErrAccessTokenExpired},
		{"no expiry", func(f *fixture, i *Issued) string {
			return f.resign(i.AccessToken, idp.KeyUseAccess, map[string]any{"exp": nil})
		}, idp.ErrAccessTokenExpired},
		{"without scope", func(f *fixture, _ *Issued) string {
			i := f.prepare(Grant{Client: f.client, User: f.user, Scopes: []string{"openid", AdminScope + "s"}})
			f.update(i.Save)
			return i.AccessToken
		}, idp.ErrAccessTokenScopes},
		{"revoked", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.RevokeFamily(testPool, i.Family.ID) })
			return i.AccessToken
		}, idp.ErrAccessTokenRevoked},
		{"family unknown", func(f *fixture, i *Issued) string {
			return f.resign(i.AccessToken, idp.KeyUseAccess, map[string]any{"event_id": testEvent})
		}, idp.ErrAccessTokenRevoked},
		{"client deleted", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.DeleteClient(testPool, testClient) })
			f.Catalog.ForgetClient(testClient)
			return i.AccessToken
		}, idp.ErrAccessTokenRevoked},
		{"pool deleted", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.DeletePool(testPool) })
			f.Catalog.ForgetAll()
			return i.AccessToken
		}, idp.ErrAccessTokenInvalid},
		{"user disabled", func(f *fixture, i *Issued) string {
			f.setUser(func(u *idp.User) { u.Enabled = false })
			return i.AccessToken
		}, idp.ErrUserDisabled},
		{"user deleted", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(testPool, "jane") })
			return i.AccessToken
		}, idp.ErrUserNotFound},
		{"user made anew", func(f *fixture, i *Issued) string {
			f.update(func(tx store.Tx) error { return tx.DeleteUser(testPool, "jane") })
			f.user.Sub = testEvent
			f.update(func(tx store.Tx) error { return tx.CreateUser(f.user, f.user.Identifiers(f.client.Pool.UserPool)) })
			return i.AccessToken
		}, idp.ErrUserNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			if _, err := f.Access(t.Context(), tt.do(f, f.signIn())); !errors.Is(err, tt.want) {
				t.Errorf("Access: got %v, want %v", err, tt.want)
			}
		})
	}
}

// reclaim changes a claim and leaves the signature as it was.
func reclaim(token, name string, value any) string {
	parts := strings.Split(token, ".")
	text, _ := b64.DecodeString(parts[1])
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		panic(err)
	}
	c[name] = value
	text, _ = json.Marshal(c)
	return parts[0] + "." + b64.EncodeToString(text) + "." + parts[2]
}

// resign signs a token anew with the pool's key for a use, after changing
// claims; nil takes one away.
func (f *fixture) resign(token string, use idp.KeyUse, change map[string]any) string {
	f.t.Helper()
	ring, err := f.ring(f.t.Context(), f.client.Pool)
	if err != nil {
		f.t.Fatal(err)
	}
	c := claims(payload(f.t, token))
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	out, err := ring.sign(use, c, f.clock())
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func TestAccessForAnotherScope(t *testing.T) {
	f := newFixture(t)
	issued := f.signIn()
	if _, err := f.AccessFor(t.Context(), issued.AccessToken, "openid"); !errors.Is(err, idp.ErrAccessTokenScopes) {
		t.Errorf("AccessFor(openid): got %v, want %v", err, idp.ErrAccessTokenScopes)
	}
}

// The attacks of RFC 8725, section 2.1: no algorithm, the public key as an
// HMAC key, and a key of the attacker's own.
func TestAccessPinsTheAlgorithm(t *testing.T) {
	f := newFixture(t)
	issued := f.signIn()
	parts := strings.Split(issued.AccessToken, ".")
	kid, _ := decode(t, must(b64.DecodeString(parts[0])))["kid"].(string)
	public := &testKeys()[1].PublicKey
	der := must(x509.MarshalPKIXPublicKey(public))
	header := func(h map[string]any) string { return b64.EncodeToString(must(json.Marshal(h))) }

	none := header(map[string]any{"alg": "none", "kid": kid}) + "." + parts[1] + "."
	hs := header(map[string]any{"alg": "HS256", "kid": kid}) + "." + parts[1]
	mac := hmac.New(sha256.New, der)
	mac.Write([]byte(hs))
	hs += "." + b64.EncodeToString(mac.Sum(nil))
	own := must(newKey())
	jwk := map[string]any{"kty": "RSA", "e": "AQAB", "n": b64.EncodeToString(own.N.Bytes())}
	forged := header(map[string]any{"alg": "RS256", "kid": kid, "jwk": jwk}) + "." + parts[1]
	digest := sha256.Sum256([]byte(forged))
	forged += "." + b64.EncodeToString(must(rsa.SignPKCS1v15(nil, own, crypto.SHA256, digest[:])))

	for name, token := range map[string]string{"none": none, "HS256": hs} {
		if _, err := f.Access(t.Context(), token); !errors.Is(err, idp.ErrAccessTokenInvalid) {
			t.Errorf("Access with %s: got %v, want %v", name, err, idp.ErrAccessTokenInvalid)
		}
	}
	if _, err := f.Access(t.Context(), forged); !errors.Is(err, idp.ErrAccessTokenSignature) {
		t.Errorf("Access with a key of its own: got %v, want %v", err, idp.ErrAccessTokenSignature)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A claim of a trigger whose name differs in case only must not be taken for
// the service's own.
func TestAccessReadsClaimNamesExactly(t *testing.T) {
	f := newFixture(t)
	issued := f.prepare(Grant{Client: f.client, User: f.user, Overrides: &Overrides{Access: ClaimOverrides{
		AddOrOverride: map[string]any{"eXP": testTime.Add(time.Hour * 1000).Unix(), "usernamE": "joan", "Sub": "x"},
	}}})
	f.update(issued.Save)
	if _, err := f.Access(t.Context(), issued.AccessToken); err != nil {
		t.Errorf("Access: %v", err)
	}
	f.advance(time.Hour)
	if _, err := f.Access(t.Context(), issued.AccessToken); !errors.Is(err, idp.ErrAccessTokenExpired) {
		t.Errorf("Access an hour later: got %v, want %v", err, idp.ErrAccessTokenExpired)
	}
}

func TestPoolOf(t *testing.T) {
	f := newFixture(t)
	issued := f.signIn()
	for token, want := range map[string]string{
		issued.AccessToken: testPool, issued.RefreshToken: "", "": "", "a.b": "", "a.!.c": "",
		"a." + b64.EncodeToString([]byte("[]")) + ".c": "",
	} {
		if got := PoolOf(token); got != want {
			t.Errorf("PoolOf(%.20s): got %q, want %q", token, got, want)
		}
	}
}

func FuzzAccess(f *testing.F) {
	fix := newFixture(f)
	good := fix.signIn().AccessToken
	f.Add(good)
	f.Add(reclaim(good, "exp", -1))
	f.Add(reclaim(good, "iss", "/"))
	f.Add("e30.e30.e30")
	f.Add("....")
	f.Fuzz(func(t *testing.T, token string) {
		PoolOf(token)
		_, err := fix.Access(t.Context(), token)
		if (err == nil) != (token == good) {
			t.Errorf("Access(%q): got %v", token, err)
		}
		var seen *idp.Error
		if err != nil && !errors.As(err, &seen) {
			t.Errorf("Access(%q): got %v, want an error for the caller", token, err)
		}
	})
}
