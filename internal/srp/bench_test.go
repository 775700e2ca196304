package srp

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"filippo.io/bigmod"
)

// The first group is what the service does; the rest are the alternatives that
// docs/decisions/srp-arithmetic.md compares.

func BenchmarkVerifier(b *testing.B) {
	Warm()
	salt := NewSalt(nil)
	for b.Loop() {
		Verifier("AbCdEfGhI", "janedoe", "Passw0rd!", salt[:])
	}
}

func BenchmarkNewChallenge(b *testing.B) {
	Warm()
	v := Verifier("AbCdEfGhI", "janedoe", "Passw0rd!", []byte{1})
	for b.Loop() {
		if _, _, err := NewChallenge(nil, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSharedKey(b *testing.B) {
	v := Verifier("AbCdEfGhI", "janedoe", "Passw0rd!", []byte{1})
	A := NewClient(nil).public.Bytes()
	secret, B, err := NewChallenge(nil, v)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := SharedKey(A, B, secret, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMul(b *testing.B) {
	z := *elementK
	for b.Loop() {
		z.mul(&z, elementK)
	}
}

func BenchmarkSquare(b *testing.B) {
	z := *elementK
	for b.Loop() {
		z.square(&z)
	}
}

func BenchmarkPick(b *testing.B) {
	table := fixedBase()
	var z element
	for b.Loop() {
		z.pick(table[3][:], 7)
	}
}

// operands are a random base, a random 256-bit exponent.
func operands() (base *big.Int, e [expBytes]byte) {
	r := rand.New(rand.NewPCG(9, 10))
	return numbers(r, 1)[9], [expBytes]byte(randomBytes(r, expBytes))
}

func BenchmarkExp(b *testing.B) {
	base, e := operands()
	z := elementOf(base)
	for b.Loop() {
		z.exp(z, &e)
	}
}

func BenchmarkBigExp(b *testing.B) {
	base, e := operands()
	z, exponent := new(big.Int), new(big.Int).SetBytes(e[:])
	for b.Loop() {
		z.Exp(base, exponent, modulus)
	}
}

func BenchmarkBigmodExp(b *testing.B) {
	base, e := operands()
	m, x := bigmodOperands(b, base)
	z := bigmod.NewNat()
	for b.Loop() {
		z.Exp(x, e[:], m)
	}
}

// One multiplication and reduction with each library, of which a table of powers needs windowCount.
func BenchmarkBigMulMod(b *testing.B) {
	base, _ := operands()
	z, product := new(big.Int).Set(base), new(big.Int)
	for b.Loop() {
		z.Mod(product.Mul(z, base), modulus)
	}
}

func BenchmarkBigmodMul(b *testing.B) {
	base, _ := operands()
	m, x := bigmodOperands(b, base)
	for b.Loop() {
		x.Mul(x, m)
	}
}

func bigmodOperands(b *testing.B, base *big.Int) (*bigmod.Modulus, *bigmod.Nat) {
	b.Helper()
	m, err := bigmod.NewModulus(modulus.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	x, err := bigmod.NewNat().SetBytes(base.FillBytes(make([]byte, Size)), m)
	if err != nil {
		b.Fatal(err)
	}
	return m, x
}
