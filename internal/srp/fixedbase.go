package srp

import "sync"

// Powers of g come from a table: the exponent is read as windows of windowBits
// bits, and each window contributes one of windowSize stored factors, so that a
// power is one multiplication per window and no squaring. docs/decisions/srp-arithmetic.md
// has the measurements behind the width.
const (
	windowBits  = 5
	windowSize  = 1 << windowBits
	windowCount = (expBits + windowBits - 1) / windowBits
)

// fixedBase[i][d] is g^(d·2^(windowBits·i)), scaled except in the first row. One plain
// row makes the whole product plain, which saves a conversion at the end. It
// takes 640 KB and a few milliseconds, so it is made at first use; see Warm.
var fixedBase = sync.OnceValue(func() *[windowCount][windowSize]element {
	table := new([windowCount][windowSize]element)
	base := new(element)
	base.add(elementR, elementR) // g = 2, scaled
	for i := range table {
		row := &table[i]
		row[0] = *elementR
		for d := 1; d < windowSize; d++ {
			row[d].mul(&row[d-1], base)
		}
		base.mul(&row[windowSize-1], base)
	}
	one := &element{1}
	for d := range table[0] {
		table[0][d].mul(&table[0][d], one)
	}
	return table
})

// Warm builds the table of powers now rather than at the first sign-in.
func Warm() { fixedBase() }

// expG sets z = g^e, plain.
func (z *element) expG(e *[expBytes]byte) {
	table := fixedBase()
	var acc, factor element
	acc.pick(table[0][:], window(e, 0))
	for i := 1; i < windowCount; i++ {
		factor.pick(table[i][:], window(e, i))
		acc.mul(&acc, &factor)
	}
	*z = acc
}

// window is digit i of e in base windowSize, lowest first. Positions are public.
func window(e *[expBytes]byte, i int) uint64 {
	bit := i * windowBits
	last := expBytes - 1 - bit/8
	pair := uint64(e[last])
	if last > 0 {
		pair |= uint64(e[last-1]) << 8
	}
	return pair >> (bit % 8) & (windowSize - 1)
}
