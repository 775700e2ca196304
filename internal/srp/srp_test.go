package srp

import (
	"bytes"
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	random := rand.NewChaCha8([32]byte{1})
	for range 40 {
		pool, user := string(randomBytes(r, 9)), string(randomBytes(r, r.IntN(40)))
		password := string(randomBytes(r, r.IntN(60)))
		salt := NewSalt(random)
		if r.IntN(4) == 0 {
			salt[0], salt[1] = 0, 0x80 // a short salt whose top bit is set
		}
		v := Verifier(pool, user, password, salt[:])
		client := NewClient(random)
		A, err := ParsePublic(strings.Repeat("0", r.IntN(5)) + strings.ToUpper(client.SRPA()))
		if err != nil {
			t.Fatalf("ParsePublic: %v", err)
		}
		b, B, err := NewChallenge(random, v)
		if err != nil {
			t.Fatalf("NewChallenge: %v", err)
		}
		server, err := SharedKey(A, B, b, v)
		if err != nil {
			t.Fatalf("SharedKey: %v", err)
		}
		key, err := client.Key(pool, user, password, salt.String(), Hex(B))
		if err != nil {
			t.Fatalf("Client.Key: %v", err)
		}
		if !bytes.Equal(server, key) {
			t.Errorf("keys for salt %s: server %x, client %x", salt, server, key)
		}
		wrong, err := client.Key(pool, user, password+"x", salt.String(), Hex(B))
		if err != nil {
			t.Fatalf("Client.Key: %v", err)
		}
		if bytes.Equal(server, wrong) {
			t.Error("a wrong password led to the same key")
		}
	}
}

func TestVerify(t *testing.T) {
	salt := NewSalt(nil)
	v := Verifier("pool", "ada", "secret", salt[:])
	for _, tt := range []struct {
		name         string
		v, candidate []byte
		want         bool
	}{
		{"same password", v, Verifier("pool", "ada", "secret", salt[:]), true},
		{"other password", v, Verifier("pool", "ada", "Secret", salt[:]), false},
		{"other user", v, Verifier("pool", "eve", "secret", salt[:]), false},
		{"other pool", v, Verifier("loop", "ada", "secret", salt[:]), false},
		{"no verifier", nil, nil, false},
		{"short", v[1:], v[1:], false},
	} {
		if got := Verify(tt.v, tt.candidate); got != tt.want {
			t.Errorf("Verify(%s): got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestPublicRefusesMultiplesOfN(t *testing.T) {
	v := Verifier("pool", "ada", "secret", []byte{1})
	b, B, err := NewChallenge(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int64{0, 1, 2, 7} {
		a := new(big.Int).Mul(modulus, big.NewInt(n))
		if _, err := ParsePublic(a.Text(16)); !errors.Is(err, ErrPublic) {
			t.Errorf("ParsePublic(%d·N): got %v, want %v", n, err, ErrPublic)
		}
		if _, err := SharedKey(a.Bytes(), B, b, v); !errors.Is(err, ErrPublic) {
			t.Errorf("SharedKey(A = %d·N): got %v, want %v", n, err, ErrPublic)
		}
	}
}

func TestParsePublic(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []byte
		err  error
	}{
		{"1", []byte{1}, nil},
		{"aB", []byte{0xab}, nil},
		{"0000fF0", []byte{0x0f, 0xf0}, nil},
		{strings.Repeat("0", 1023) + "5", []byte{5}, nil},
		{"", nil, ErrPublic},
		{"0", nil, ErrPublic},
		{"-5", nil, ErrPublic},
		{"+5", nil, ErrPublic},
		{"0x5", nil, ErrPublic},
		{"5 ", nil, ErrPublic},
		{"1_0", nil, ErrPublic},
		{strings.Repeat("0", 1024) + "5", nil, ErrPublic},
	} {
		got, err := ParsePublic(tt.text)
		if !errors.Is(err, tt.err) || !bytes.Equal(got, tt.want) {
			t.Errorf("ParsePublic(%.20q): got %x, %v, want %x, %v", tt.text, got, err, tt.want, tt.err)
		}
	}
}

func TestPublicAboveN(t *testing.T) {
	// A is hashed as it was sent, though only A mod N enters the arithmetic.
	v := Verifier("pool", "ada", "secret", []byte{1})
	b, B, err := NewChallenge(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	client := NewClient(nil)
	client.public.Add(client.public, modulus)
	A, err := ParsePublic(client.SRPA())
	if err != nil {
		t.Fatal(err)
	}
	server, err := SharedKey(A, B, b, v)
	if err != nil {
		t.Fatal(err)
	}
	key, err := client.Key("pool", "ada", "secret", "1", Hex(B))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(server, key) {
		t.Errorf("SharedKey(A+N): got %x, want %x", server, key)
	}
}

func TestParseVerifier(t *testing.T) {
	n := func(d int64) []byte { return new(big.Int).Add(modulus, big.NewInt(d)).Bytes() }
	v := Verifier("group", "device", "secret", []byte{1})
	for _, tt := range []struct {
		name string
		in   []byte
		err  error
	}{
		{"a verifier", v, nil},
		{"with a sign byte", append([]byte{0}, v...), nil},
		{"2", []byte{2}, nil},
		{"N-2", n(-2), nil},
		{"empty", nil, ErrVerifier},
		{"0", []byte{0}, ErrVerifier},
		{"1", []byte{0, 1}, ErrVerifier},
		{"N-1", n(-1), ErrVerifier},
		{"N", n(0), ErrVerifier},
		{"N+2", n(2), ErrVerifier},
		{"too long", append([]byte{1}, v...), ErrVerifier},
	} {
		got, err := ParseVerifier(tt.in)
		if !errors.Is(err, tt.err) {
			t.Errorf("ParseVerifier(%s): got error %v, want %v", tt.name, err, tt.err)
		}
		if err == nil && (len(got) != Size || !bytes.Equal(trim(got), trim(tt.in))) {
			t.Errorf("ParseVerifier(%s): got %x, want %x in %d bytes", tt.name, got, tt.in, Size)
		}
	}
}

func TestSharedKeyRefusesBadState(t *testing.T) {
	v := Verifier("pool", "ada", "secret", []byte{1})
	b, B, err := NewChallenge(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	atN := modulus.Bytes()
	for _, tt := range []struct {
		name    string
		B, b, v []byte
		want    error
	}{
		{"short b", B, b[1:], v, ErrState},
		{"short B", B[1:], b, v, ErrState},
		{"no verifier", B, b, nil, ErrVerifier},
		{"verifier N", B, b, atN, ErrVerifier},
	} {
		if _, err := SharedKey([]byte{2}, tt.B, tt.b, tt.v); !errors.Is(err, tt.want) {
			t.Errorf("SharedKey(%s): got %v, want %v", tt.name, err, tt.want)
		}
	}
	if _, _, err := NewChallenge(nil, atN); !errors.Is(err, ErrVerifier) {
		t.Errorf("NewChallenge(verifier N): got %v, want %v", err, ErrVerifier)
	}
}

func TestCheckSignatureRefuses(t *testing.T) {
	key, block := []byte("0123456789abcdef"), []byte("block")
	good := Signature(key, "pool", "ada", block, "now")
	for _, tt := range []struct {
		name, given, user, block, time string
		key                            []byte
	}{
		{"another key", good, "ada", "block", "now", []byte("0123456789abcdeF")},
		{"another user", good, "eve", "block", "now", key},
		{"another block", good, "ada", "block2", "now", key},
		{"another time", good, "ada", "block", "then", key},
		{"empty", "", "ada", "block", "now", key},
		{"not base64", strings.Repeat("!", 44), "ada", "block", "now", key},
		{"shortened", good[:40], "ada", "block", "now", key},
		{"huge", strings.Repeat("A", 1<<20), "ada", "block", "now", key},
	} {
		if CheckSignature(tt.given, tt.key, "pool", tt.user, []byte(tt.block), tt.time) {
			t.Errorf("CheckSignature(%s): got true, want false", tt.name)
		}
	}
}

func TestHex(t *testing.T) {
	for in, want := range map[string]string{
		"": "0", "\x00": "0", "\x00\x0a\xBC": "abc", "\xff\x00": "ff00",
	} {
		if got := Hex([]byte(in)); got != want {
			t.Errorf("Hex(%x): got %q, want %q", in, got, want)
		}
	}
}

func TestPad(t *testing.T) {
	for in, want := range map[string]string{
		"": "\x00", "\x00": "\x00", "\x7f": "\x7f", "\x80": "\x00\x80", "\x00\x00\x80": "\x00\x80", "\x00\x01": "\x01",
	} {
		if got := pad([]byte(in)); string(got) != want {
			t.Errorf("pad(%x): got %x, want %x", in, got, want)
		}
	}
}

func TestDummiesAreStable(t *testing.T) {
	key := []byte("key")
	salt, v := DummySalt(key, "p_1", "ada"), DummyVerifier(key, "p_1", "ada")
	if got := DummySalt(key, "p_1", "ada"); got != salt {
		t.Errorf("DummySalt again: got %s, want %s", got, salt)
	}
	if !Verify(v, DummyVerifier(key, "p_1", "ada")) {
		t.Error("DummyVerifier again: got another verifier")
	}
	for _, other := range [][3]string{{"yek", "p_1", "ada"}, {"key", "p_2", "ada"}, {"key", "p_1", "eve"}, {"key", "p_", "1ada"}} {
		if got := DummySalt([]byte(other[0]), other[1], other[2]); got == salt {
			t.Errorf("DummySalt(%v): same as for another name", other)
		}
		if Verify(v, DummyVerifier([]byte(other[0]), other[1], other[2])) {
			t.Errorf("DummyVerifier(%v): same as for another name", other)
		}
	}
	if _, _, err := NewChallenge(nil, v); err != nil {
		t.Errorf("NewChallenge(DummyVerifier): %v", err)
	}
}

func FuzzParsePublic(f *testing.F) {
	f.Add("0")
	f.Add(strings.ToLower(modulusHex))
	f.Add("00FFab")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParsePublic(text)
		if err != nil {
			return
		}
		want, ok := new(big.Int).SetString(text, 16)
		if !ok || want.Sign() <= 0 || want.Cmp(new(big.Int).SetBytes(got)) != 0 {
			t.Errorf("ParsePublic(%q): got %x", text, got)
		}
		if _, err := ParsePublic(Hex(got)); err != nil {
			t.Errorf("ParsePublic(Hex(%x)): %v", got, err)
		}
	})
}
