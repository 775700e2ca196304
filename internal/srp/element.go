package srp

import (
	"crypto/subtle"
	"encoding/binary"
	"math/big"
	"math/bits"
)

// limbs is the number of 64-bit words in an element.
const limbs = Size / 8

// An element is a number below N, least significant word first. Its methods take
// the same time and touch the same memory for all values.
//
// Multiplication is Montgomery's (R = 2^3072): mul(x, y) = x·y/R. A value kept as
// x·R is called scaled; the product of a scaled and a plain value is plain.
type element [limbs]uint64

var (
	elementMinus1 = elementOf(new(big.Int).Sub(modulus, big.NewInt(1)))

	elementN  = elementOf(modulus)
	elementRR = elementOf(new(big.Int).Exp(generator, big.NewInt(2*64*limbs), modulus)) // R²: mul by it scales
	elementR  = elementOf(new(big.Int).Exp(generator, big.NewInt(64*limbs), modulus))   // 1, scaled
	elementK  = elementOf(new(big.Int).Mod(new(big.Int).Lsh(multiplier, 64*limbs), modulus))
)

// elementOf converts a public number below N.
func elementOf(n *big.Int) *element {
	var buf [Size]byte
	n.FillBytes(buf[:])
	var z element
	z.setBytes(&buf)
	return &z
}

func (z *element) setBytes(b *[Size]byte) {
	for i := range z {
		z[i] = binary.BigEndian.Uint64(b[Size-8*(i+1):])
	}
}

func (z *element) bytes() []byte {
	b := make([]byte, Size)
	for i, w := range z {
		binary.BigEndian.PutUint64(b[Size-8*(i+1):], w)
	}
	return b
}

// mul sets z = x·y/R mod N. It is word-by-word Montgomery multiplication (Gueron,
// "Efficient Software Implementations of Modular Exponentiation", algorithm 4). The
// lowest word of N is 2^64-1, so -1/N mod 2^64 is 1 and each quotient digit is the
// running low word itself.
func (z *element) mul(x, y *element) {
	var t [2 * limbs]uint64
	var carry uint64
	for i := range limbs {
		window := (*element)(t[i : i+limbs])
		high := window.addMul(x, y[i])
		highN := window.addMul(elementN, t[i])
		t[limbs+i], carry = bits.Add64(high, highN, carry)
	}
	z.reduceOnce((*element)(t[limbs:]), carry)
}

// square sets z = x²/R mod N, computing each cross product once.
func (z *element) square(x *element) {
	var t [2 * limbs]uint64
	for i := range limbs - 1 {
		t[limbs+i] = addMul(t[2*i+1:limbs+i], x[i+1:], x[i])
	}
	// t = 2t + Σ x[i]²·2^(128i)
	var carry, top uint64
	for i, w := range x {
		high, low := bits.Mul64(w, w)
		a, b := t[2*i], t[2*i+1]
		t[2*i], carry = bits.Add64(a<<1|top, low, carry)
		t[2*i+1], carry = bits.Add64(b<<1|a>>63, high, carry)
		top = b >> 63
	}
	carry = 0
	for i := range limbs {
		high := (*element)(t[i:i+limbs]).addMul(elementN, t[i])
		t[limbs+i], carry = bits.Add64(t[limbs+i], high, carry)
	}
	z.reduceOnce((*element)(t[limbs:]), carry)
}

// add sets z = x + y mod N.
func (z *element) add(x, y *element) {
	var t element
	var carry uint64
	for i := range t {
		t[i], carry = bits.Add64(x[i], y[i], carry)
	}
	z.reduceOnce(&t, carry)
}

// reduceOnce sets z = t + carry·2^3072, less N if that is not below N. The input is below 2N.
func (z *element) reduceOnce(t *element, carry uint64) {
	var less element
	var borrow uint64
	for i := range less {
		less[i], borrow = bits.Sub64(t[i], elementN[i], borrow)
	}
	_, borrow = bits.Sub64(carry, 0, borrow)
	keep := -borrow // all ones if t was below N
	for i := range z {
		z[i] = t[i]&keep | less[i]&^keep
	}
}

// belowN reports whether z is a number below N; only the answer shows.
func (z *element) belowN() bool {
	var borrow uint64
	for i := range z {
		_, borrow = bits.Sub64(z[i], elementN[i], borrow)
	}
	return borrow == 1
}

// pick sets z to table[index], reading the whole table.
func (z *element) pick(table []element, index uint64) {
	*z = element{}
	for j := range table {
		mask := -uint64(subtle.ConstantTimeEq(int32(j), int32(index)))
		entry := &table[j]
		for i := range z {
			z[i] |= entry[i] & mask
		}
	}
}

// addMul adds x·y to z and returns the word that overflows.
func (z *element) addMul(x *element, y uint64) (carry uint64) {
	// Four steps a turn: the compiler keeps the loop's overhead, not bounds checks.
	for i := 0; i < limbs; i += 4 {
		carry = step(&z[i], x[i], y, carry)
		carry = step(&z[i+1], x[i+1], y, carry)
		carry = step(&z[i+2], x[i+2], y, carry)
		carry = step(&z[i+3], x[i+3], y, carry)
	}
	return carry
}

// addMul is element.addMul for shorter rows. len(z) is len(x).
func addMul(z, x []uint64, y uint64) (carry uint64) {
	for len(x) >= 4 && len(z) >= 4 {
		carry = step(&z[0], x[0], y, carry)
		carry = step(&z[1], x[1], y, carry)
		carry = step(&z[2], x[2], y, carry)
		carry = step(&z[3], x[3], y, carry)
		z, x = z[4:], x[4:]
	}
	for i := 0; i < len(x) && i < len(z); i++ {
		carry = step(&z[i], x[i], y, carry)
	}
	return carry
}

// step sets (out, z) = z + x·y + carry, which always fits two words.
func step(z *uint64, x, y, carry uint64) (out uint64) {
	high, low := bits.Mul64(x, y)
	low, c := bits.Add64(low, *z, 0)
	high, _ = bits.Add64(high, 0, c)
	*z, c = bits.Add64(low, carry, 0)
	out, _ = bits.Add64(high, 0, c)
	return out
}
