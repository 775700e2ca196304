package srp

// expBits is the length of every exponent on the server: x and u are SHA-256
// digests, b is as long (RFC 5054 asks for at least 256 bits).
const (
	expBits  = 256
	expBytes = expBits / 8
)

// exp sets z = x^e; both are scaled. Fixed windows of four bits, masked look-ups.
func (z *element) exp(x *element, e *[expBytes]byte) {
	var table [16]element
	table[0] = *elementR
	table[1] = *x
	for i := 2; i < len(table); i += 2 {
		table[i].square(&table[i/2])
		table[i+1].mul(&table[i], x)
	}
	var acc, factor element
	acc.pick(table[:], uint64(e[0]>>4))
	for i := range 2 * expBytes {
		if i == 0 {
			continue // the first digit started acc
		}
		for range 4 {
			acc.square(&acc)
		}
		digit := e[i/2] >> 4
		if i%2 == 1 {
			digit = e[i/2] & 15
		}
		factor.pick(table[:], uint64(digit))
		acc.mul(&acc, &factor)
	}
	*z = acc
}
