package secret

import (
	"bytes"
	"encoding/hex"
	"errors"
	"sync"
	"testing"
)

// fixedPoolKey is a pool key whose data key is 00 01 02 … 1f.
func fixedPoolKey(t testing.TB) *PoolKey {
	t.Helper()
	data := make([]byte, poolKeySize)
	for i := range data {
		data[i] = byte(i)
	}
	key, err := newPoolKey(data)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSealOpen(t *testing.T) {
	key := fixedPoolKey(t)
	for _, n := range []int{0, 1, 16, 384, 4096} {
		plaintext := bytes.Repeat([]byte{7}, n)
		box, err := key.Seal("verifier", "ada", plaintext)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := key.Open("verifier", "ada", box); err != nil || !bytes.Equal(got, plaintext) {
			t.Errorf("Open(%d bytes): got %x, %v", n, got, err)
		}
		if n >= 16 && bytes.Contains(box, plaintext) {
			t.Errorf("Seal(%d bytes): the plaintext shows", n)
		}
	}
}

func TestSealIsRandom(t *testing.T) {
	key := fixedPoolKey(t)
	one, err1 := key.Seal("verifier", "ada", []byte("v"))
	two, err2 := key.Seal("verifier", "ada", []byte("v"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(one, two) {
		t.Error("the same plaintext was sealed twice to the same bytes")
	}
}

func TestOpenRefusesAlteredBytes(t *testing.T) {
	key := fixedPoolKey(t)
	box, err := key.Seal("verifier", "ada", []byte("v"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range box {
		altered := bytes.Clone(box)
		altered[i] ^= 1
		if _, err := key.Open("verifier", "ada", altered); !errors.Is(err, ErrOpen) {
			t.Errorf("Open(byte %d altered): got %v, want %v", i, err, ErrOpen)
		}
		if _, err := key.Open("verifier", "ada", box[:i]); !errors.Is(err, ErrOpen) {
			t.Errorf("Open(first %d bytes): got %v, want %v", i, err, ErrOpen)
		}
	}
	if _, err := key.Open("verifier", "ada", append(bytes.Clone(box), 0)); !errors.Is(err, ErrOpen) {
		t.Errorf("Open(one byte more): got %v, want %v", err, ErrOpen)
	}
}

func TestOpenRefusesAnotherPlace(t *testing.T) {
	key := fixedPoolKey(t)
	box, err := key.Seal("verifier", "ada", []byte("v"))
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range [][2]string{
		{"verifier", "eve"}, {"totp", "ada"}, {"verifiera", "da"}, {"verifie", "rada"}, {"", "verifierada"}, {"ada", "verifier"},
	} {
		if _, err := key.Open(other[0], other[1], box); !errors.Is(err, ErrOpen) {
			t.Errorf("Open(%q): got %v, want %v", other, err, ErrOpen)
		}
	}
}

// What the fixed pool key made of "hello" for verifier ada, and of the code 123456 for ada.
const (
	sealedSample = "01d14b5ff5486397bf6bd83cf158b95f637ca21680395397932471996b92d04a10d3523be2739e22b18c66fbe4e3"
	macSample    = "808d5e3a4691ad4bf6ff3e6c8d4205745886d9485d698bfbd1de986dab06a456"
)

func TestFormatStays(t *testing.T) {
	// What a store holds must open, and match, in every later version.
	key := fixedPoolKey(t)
	box, err := hex.DecodeString(sealedSample)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := key.Open("verifier", "ada", box); err != nil || string(got) != "hello" {
		t.Errorf("Open(sample): got %q, %v, want hello", got, err)
	}
	if got := hex.EncodeToString(key.MAC("code", "ada", "123456")); got != macSample {
		t.Errorf("MAC(sample): got %s, want %s", got, macSample)
	}
}

func TestMACTellsPartsApart(t *testing.T) {
	key := fixedPoolKey(t)
	seen := make(map[string][]string)
	for _, parts := range [][]string{
		{"code"}, {"code", ""}, {"code", "", ""}, {"code", "ab"}, {"code", "a", "b"}, {"code", "b", "a"}, {"code", "", "ab"}, {"code", "ab", ""},
		{"codea", "b"}, {"", "code", "ab"}, {"session", "ab"}, {"code", string(bind("a", "b"))},
	} {
		mac := string(key.MAC(parts[0], parts[1:]...))
		if other, ok := seen[mac]; ok {
			t.Errorf("MAC(%q) is MAC(%q)", parts, other)
		}
		seen[mac] = parts
		if again := key.MAC(parts[0], parts[1:]...); string(again) != mac {
			t.Errorf("MAC(%q) again: got %x, want %x", parts, again, mac)
		}
	}
}

func TestPoolKeyIsSafeForConcurrentUse(t *testing.T) {
	key := fixedPoolKey(t)
	want := key.MAC("code", "x")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if !Equal(key.MAC("code", "x"), want) {
					t.Error("MAC: got another hash")
				}
				box, err := key.Seal("p", "i", []byte("v"))
				if err != nil {
					t.Errorf("Seal: %v", err)
				}
				if _, err := key.Open("p", "i", box); err != nil {
					t.Errorf("Open: %v", err)
				}
			}
		})
	}
	wg.Wait()
}

func TestNewPoolKeyRefusesOtherSizes(t *testing.T) {
	if _, err := newPoolKey(make([]byte, 16)); err == nil {
		t.Error("newPoolKey(16 bytes): got no error")
	}
}

func TestEqual(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{{"", "", true}, {"a", "a", true}, {"a", "b", false}, {"a", "aa", false}, {"a", "", false}} {
		if got := Equal([]byte(tt.a), []byte(tt.b)); got != tt.want {
			t.Errorf("Equal(%q, %q): got %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	key := fixedPoolKey(f)
	f.Add([]byte{})
	f.Add([]byte{version})
	f.Add(bytes.Repeat([]byte{version}, 60))
	f.Fuzz(func(t *testing.T, box []byte) {
		if got, err := key.Open("fuzz", "fuzz", box); !errors.Is(err, ErrOpen) {
			t.Errorf("Open(%x): got %x, %v, want %v", box, got, err, ErrOpen)
		}
	})
}

func BenchmarkSeal384(b *testing.B) {
	key, plaintext := fixedPoolKey(b), make([]byte, 384)
	for b.Loop() {
		if _, err := key.Seal("verifier", "ada", plaintext); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen384(b *testing.B) {
	key := fixedPoolKey(b)
	box, err := key.Seal("verifier", "ada", make([]byte, 384))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := key.Open("verifier", "ada", box); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMAC(b *testing.B) {
	key := fixedPoolKey(b)
	for b.Loop() {
		key.MAC("code", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "123456")
	}
}
