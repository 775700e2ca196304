package srp

import (
	"io"
	"math/big"
)

// Client is the other end of the exchange, for tests and load generation. It
// uses math/big, whose timing depends on its operands.
type Client struct {
	a, public *big.Int
}

// NewClient draws the client's secret, 128 bytes as the vendor's clients do. A nil reader means crypto/rand.
func NewClient(random io.Reader) *Client {
	a := make([]byte, 128)
	read(random, a)
	return newClient(a)
}

func newClient(secret []byte) *Client {
	a := new(big.Int).SetBytes(secret)
	return &Client{a: a, public: new(big.Int).Exp(generator, a, modulus)}
}

// SRPA is the client's public value as SRP_A carries it.
func (c *Client) SRPA() string { return c.public.Text(16) }

// Key is the key the client shares with the server that answered with salt and
// srpB, the texts of SALT and SRP_B.
func (c *Client) Key(poolName, userID, password, salt, srpB string) ([]byte, error) {
	saltNumber, ok := new(big.Int).SetString(salt, 16)
	if !ok {
		return nil, ErrState
	}
	B, ok := new(big.Int).SetString(srpB, 16)
	if !ok || new(big.Int).Mod(B, modulus).Sign() == 0 {
		return nil, ErrState
	}
	u := scramble(c.public.Bytes(), B.Bytes())
	return deriveKey(c.premaster(poolName, userID, password, saltNumber.Bytes(), B, u[:]), u[:])
}

// premaster is S = (B - k·g^x)^(a + u·x).
func (c *Client) premaster(poolName, userID, password string, salt []byte, B *big.Int, u []byte) []byte {
	digest := privateKey(poolName, userID, password, salt)
	x := new(big.Int).SetBytes(digest[:])
	base := new(big.Int).Exp(generator, x, modulus)
	base.Sub(B, base.Mul(base, multiplier))
	base.Mod(base, modulus)
	exponent := new(big.Int).SetBytes(u)
	exponent.Add(c.a, exponent.Mul(exponent, x))
	return base.Exp(base, exponent, modulus).Bytes()
}
