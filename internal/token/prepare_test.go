package token

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"rockpool/internal/cognito"
	"rockpool/internal/store"
)

// An application checks tokens with nothing but the published key set.
func TestTokensVerifyAgainstKeySet(t *testing.T) {
	f := newFixture(t)
	issued := f.signIn()
	text, err := f.JWKS(t.Context(), testPool)
	if err != nil {
		t.Fatalf("JWKS: %v", err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	var kids []string
	for use, token := range map[string]string{"id": issued.IDToken, "access": issued.AccessToken} {
		parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatalf("%s token: %v", use, err)
		}
		var c struct {
			jwt.Claims
			Use string `json:"token_use"`
		}
		if err := parsed.Claims(set, &c); err != nil {
			t.Fatalf("%s token does not verify: %v", use, err)
		}
		if err := c.Validate(jwt.Expected{Issuer: issuer(testPool), Subject: testSub, Time: testTime}); err != nil {
			t.Errorf("%s token: %v", use, err)
		}
		if c.Use != use {
			t.Errorf("%s token: token_use = %q", use, c.Use)
		}
		kids = append(kids, parsed.Headers[0].KeyID)
	}
	if kids[0] == kids[1] {
		t.Errorf("one key signed both tokens")
	}
}

func TestTokenHeader(t *testing.T) {
	f := newFixture(t)
	header, _, _ := strings.Cut(f.signIn().AccessToken, ".")
	text, err := b64.DecodeString(header)
	if err != nil {
		t.Fatal(err)
	}
	got := decode(t, text)
	kid, _ := got["kid"].(string)
	if len(got) != 2 || len(kid) != 44 || !strings.HasSuffix(kid, "=") || got["alg"] != "RS256" {
		t.Errorf("header: got %s, want a kid of 44 characters and alg RS256", text)
	}
	if !strings.HasPrefix(header, "eyJraWQiOi") {
		t.Errorf("header begins %.10s, want the kid first", header)
	}
}

func TestPrepareWritesNothing(t *testing.T) {
	f := newFixture(t)
	issued := f.prepare(Grant{Client: f.client, User: f.user})
	err := f.Store.View(t.Context(), func(tx store.Tx) error {
		_, err := tx.Family(testPool, issued.Family.ID)
		return err
	})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Family before Save: got %v, want %v", err, store.ErrNotFound)
	}
	if _, err := f.Access(t.Context(), issued.AccessToken); err == nil {
		t.Errorf("Access before Save: got nil, want an error")
	}
}

func TestPrepareOfSignIn(t *testing.T) {
	f := newFixture(t)
	authenticated := testTime.Add(-time.Minute)
	issued := f.prepare(Grant{Client: f.client, User: f.user, EventID: testEvent, AuthTime: authenticated, DeviceKey: "us-east-1_d"})
	family := issued.Family
	if family.ID != testEvent || family.ClientID != testClient || family.Username != "jane" || family.DeviceKey != "us-east-1_d" {
		t.Errorf("family: got %+v", family)
	}
	if want := authenticated.Truncate(time.Second); !family.AuthTime.Equal(want) {
		t.Errorf("AuthTime: got %v, want %v", family.AuthTime, want)
	}
	if want := testTime.Truncate(time.Second).Add(30*24*time.Hour + MaxLife); !family.ExpiresAt.Equal(want) {
		t.Errorf("ExpiresAt: got %v, want %v", family.ExpiresAt, want)
	}
	if issued.ExpiresIn != 3600 || !issued.NeedsSave() {
		t.Errorf("ExpiresIn, NeedsSave: got %d, %t, want 3600, true", issued.ExpiresIn, issued.NeedsSave())
	}
	id, access := payload(t, issued.IDToken), payload(t, issued.AccessToken)
	for _, name := range []string{"origin_jti", "event_id", "auth_time"} {
		if id[name] == nil || id[name] != access[name] {
			t.Errorf("%s: ID token has %v, access token %v, want the same", name, id[name], access[name])
		}
	}
	if id["jti"] == access["jti"] {
		t.Errorf("both tokens have the jti %v", id["jti"])
	}
}

// The same random bytes at the same time give the same family and claims.
func TestPrepareIsDeterministic(t *testing.T) {
	f := newFixture(t)
	f.Rand = seeded()
	a := f.prepare(Grant{Client: f.client, User: f.user})
	f.Rand = seeded()
	b := f.prepare(Grant{Client: f.client, User: f.user})
	if a.AccessToken != b.AccessToken || a.IDToken != b.IDToken || string(a.Family.RefreshHash) != string(b.Family.RefreshHash) {
		t.Errorf("two grants from the same random bytes differ")
	}
}

func TestOAuthGrantWithoutOpenIDHasNoIDToken(t *testing.T) {
	f := newFixture(t)
	issued := f.prepare(Grant{Client: f.client, User: f.user, OAuth: true, Scopes: []string{"notes/read"}})
	if issued.IDToken != "" || issued.AccessToken == "" {
		t.Errorf("got an ID token: %t, an access token: %t, want only the latter", issued.IDToken != "", issued.AccessToken != "")
	}
}

func TestFamilyWithoutRevocation(t *testing.T) {
	f := newFixture(t, func(c *cognito.UserPoolClientType) { c.EnableTokenRevocation = ptr(false) })
	issued := f.signIn()
	if issued.Family.OriginJTI != "" {
		t.Errorf("OriginJTI: got %q, want none", issued.Family.OriginJTI)
	}
	if _, err := f.Access(t.Context(), issued.AccessToken); err != nil {
		t.Errorf("Access: %v", err)
	}
}

// A token that could never be read back is not given out.
func TestPrepareRefusesHugeAccessToken(t *testing.T) {
	f := newFixture(t)
	_, err := f.Prepare(t.Context(), Grant{Client: f.client, User: f.user, Overrides: &Overrides{
		Access: ClaimOverrides{AddOrOverride: map[string]any{"big": strings.Repeat("x", maxAccessToken)}},
	}})
	if !errors.Is(err, ErrTooManyClaims) {
		t.Errorf("Prepare: got %v, want %v", err, ErrTooManyClaims)
	}
}
