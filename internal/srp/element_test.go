package srp

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// numbers yields edge cases and random numbers below N.
func numbers(r *rand.Rand, random int) []*big.Int {
	minus := func(n int64) *big.Int { return new(big.Int).Sub(modulus, big.NewInt(n)) }
	list := []*big.Int{
		big.NewInt(0), big.NewInt(1), big.NewInt(2), minus(1), minus(2),
		new(big.Int).Lsh(big.NewInt(1), 3071), new(big.Int).Lsh(big.NewInt(1), 64),
		new(big.Int).Rsh(modulus, 1), new(big.Int).Rsh(modulus, 64),
	}
	for range random {
		list = append(list, new(big.Int).Mod(new(big.Int).SetBytes(randomBytes(r, Size)), modulus))
	}
	return list
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func (z *element) big() *big.Int { return new(big.Int).SetBytes(z.bytes()) }

func TestElementArithmetic(t *testing.T) {
	inverse := new(big.Int).ModInverse(elementR.big(), modulus) // 1/R
	list := numbers(rand.New(rand.NewPCG(1, 2)), 30)
	for _, a := range list {
		x := elementOf(a)
		var got element
		want := new(big.Int).Mul(a, a)
		want.Mul(want, inverse).Mod(want, modulus)
		if got.square(x); got.big().Cmp(want) != 0 {
			t.Errorf("square(%x): got %x, want %x", a, got.big(), want)
		}
		for _, b := range list {
			y := elementOf(b)
			want := new(big.Int).Mul(a, b)
			want.Mul(want, inverse).Mod(want, modulus)
			if got.mul(x, y); got.big().Cmp(want) != 0 {
				t.Errorf("mul(%x, %x): got %x, want %x", a, b, got.big(), want)
			}
			want.Add(a, b).Mod(want, modulus)
			if got.add(x, y); got.big().Cmp(want) != 0 {
				t.Errorf("add(%x, %x): got %x, want %x", a, b, got.big(), want)
			}
		}
	}
}

func TestElementBelowN(t *testing.T) {
	var atN, top element
	atN = *elementN
	for i := range top {
		top[i] = 1<<64 - 1
	}
	for _, tt := range []struct {
		name string
		z    *element
		want bool
	}{
		{"0", new(element), true}, {"N-1", elementMinus1, true}, {"N", &atN, false}, {"2^3072-1", &top, false},
	} {
		if got := tt.z.belowN(); got != tt.want {
			t.Errorf("belowN(%s): got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// exponents yields edge cases and random exponents.
func exponents(r *rand.Rand, random int) [][expBytes]byte {
	var zero, ones, one, high [expBytes]byte
	one[expBytes-1] = 1
	high[0] = 0x80
	for i := range ones {
		ones[i] = 0xff
	}
	list := [][expBytes]byte{zero, ones, one, high}
	for bit := range expBits { // every position of every window
		var e [expBytes]byte
		e[expBytes-1-bit/8] = 1 << (bit % 8)
		list = append(list, e)
	}
	for range random {
		list = append(list, [expBytes]byte(randomBytes(r, expBytes)))
	}
	return list
}

func TestExpGEqualsBig(t *testing.T) {
	for _, e := range exponents(rand.New(rand.NewPCG(3, 4)), 100) {
		var got element
		got.expG(&e)
		want := new(big.Int).Exp(generator, new(big.Int).SetBytes(e[:]), modulus)
		if got.big().Cmp(want) != 0 {
			t.Errorf("expG(%x): got %x, want %x", e, got.big(), want)
		}
	}
}

func TestExpEqualsBig(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, base := range numbers(r, 2) {
		for _, e := range exponents(r, 2)[:7] {
			var got element
			got.mul(elementOf(base), elementRR)
			got.exp(&got, &e)
			got.mul(&got, &element{1})
			want := new(big.Int).Exp(base, new(big.Int).SetBytes(e[:]), modulus)
			if got.big().Cmp(want) != 0 {
				t.Errorf("exp(%x, %x): got %x, want %x", base, e, got.big(), want)
			}
		}
	}
}
