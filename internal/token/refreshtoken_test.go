package token

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/catalog"
)

func sampleRefreshToken() *refreshToken {
	return &refreshToken{
		Family: testEvent, Client: testClient, Expires: testTime.Unix(), Scopes: []string{"openid", "notes/read"}, OAuth: true,
		Secret: bytes.Repeat([]byte{9}, refreshSecretSize),
	}
}

func seal(t testing.TB, pool *catalog.Pool, token *refreshToken) string {
	t.Helper()
	text, err := token.seal(pool)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRefreshTokenOpensAgain(t *testing.T) {
	pool := newPool(t, newMaster(t), testPool)
	want := sampleRefreshToken()
	got, err := openRefreshToken(pool, seal(t, pool, want))
	if err != nil {
		t.Fatalf("openRefreshToken: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("openRefreshToken differs (-want +got):\n%s", diff)
	}
}

func TestRefreshTokenForm(t *testing.T) {
	pool := newPool(t, newMaster(t), testPool)
	text := seal(t, pool, sampleRefreshToken())
	if !regexp.MustCompile(`^[A-Za-z0-9-_=.]+$`).MatchString(text) {
		t.Errorf("token has characters outside the API's pattern")
	}
	if got := strings.Count(text, "."); got != 4 {
		t.Errorf("token has %d dots, want 4", got)
	}
	if !strings.HasPrefix(text, refreshPrefix+".") {
		t.Errorf("token does not begin with %s", refreshPrefix)
	}
	if strings.Contains(text, testEvent) || text == seal(t, pool, sampleRefreshToken()) {
		t.Errorf("token is not sealed")
	}
}

func TestRefreshTokenOfAnotherPoolDoesNotOpen(t *testing.T) {
	m := newMaster(t)
	text := seal(t, newPool(t, m, testPool), sampleRefreshToken())
	if _, err := openRefreshToken(newPool(t, m, "us-east-1_Another00"), text); err != errNoRefreshToken {
		t.Errorf("openRefreshToken: got %v, want %v", err, errNoRefreshToken)
	}
}

// A token has one spelling: every change of a character makes another text of it.
func TestRefreshTokenHasOneSpelling(t *testing.T) {
	pool := newPool(t, newMaster(t), testPool)
	text := seal(t, pool, sampleRefreshToken())
	variants := []string{"", ".", "....", text + "\n", "\r" + text, text + ".", text + "A", text + "=", text[1:], text[:len(text)-1],
		strings.Replace(text, ".", "..", 1), strings.Repeat("A", maxRefreshToken+1)}
	for i := range text {
		for _, c := range "A-.\n" {
			if byte(c) != text[i] {
				variants = append(variants, text[:i]+string(c)+text[i+1:])
			}
		}
		variants = append(variants, text[:i]+"\n"+text[i:])
	}
	for _, v := range variants {
		if _, err := openRefreshToken(pool, v); err != errNoRefreshToken {
			t.Fatalf("openRefreshToken of a changed token: got %v, want %v", err, errNoRefreshToken)
		}
	}
}

func TestSuccessorIsOneAndAnother(t *testing.T) {
	pool := newPool(t, newMaster(t), testPool)
	first := sampleRefreshToken()
	a, b := first.successor(pool), first.successor(pool)
	if !bytes.Equal(a.hash(pool), b.hash(pool)) {
		t.Errorf("two successors of one token differ")
	}
	if bytes.Equal(a.hash(pool), first.hash(pool)) || bytes.Equal(a.successor(pool).hash(pool), a.hash(pool)) {
		t.Errorf("a successor equals its predecessor")
	}
	if len(a.Secret) != refreshSecretSize || a.Expires != first.Expires {
		t.Errorf("successor has %d bytes of secret and expires at %d, want %d and %d", len(a.Secret), a.Expires, refreshSecretSize, first.Expires)
	}
}

func FuzzOpenRefreshToken(f *testing.F) {
	pool := newPool(f, newMaster(f), testPool)
	text := seal(f, pool, sampleRefreshToken())
	f.Add(text)
	f.Add(refreshPrefix + "....")
	f.Add(text[:len(text)-4])
	f.Fuzz(func(t *testing.T, s string) {
		got, err := openRefreshToken(pool, s)
		if (err == nil) != (s == text) {
			t.Errorf("openRefreshToken(%q): got %v", s, err)
		}
		if err == nil && got.Family != testEvent {
			t.Errorf("openRefreshToken: got family %s, want %s", got.Family, testEvent)
		}
	})
}
