package srp

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"
)

// Size is the length in bytes of the modulus, and of every verifier and B.
const Size = 384

// modulusHex is N: the 3072-bit MODP group of RFC 3526, section 4.
const modulusHex = "" +
	"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
	"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
	"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
	"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
	"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718" +
	"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
	"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
	"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2" +
	"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

var (
	modulus, _ = new(big.Int).SetString(modulusHex, 16)
	generator  = big.NewInt(2)
	multiplier = new(big.Int).SetBytes(hash(pad(modulus.Bytes()), pad(generator.Bytes()))) // k
)

// pad writes a big-endian number the way the protocol hashes it: Java's
// BigInteger.toByteArray, that is without leading zeros but with one zero byte in
// front when the top bit is set. It is not RFC 5054's padding to the size of N.
func pad(number []byte) []byte {
	n := trim(number)
	if len(n) == 0 || n[0]&0x80 != 0 {
		return append([]byte{0}, n...)
	}
	return n
}

// trim drops leading zero bytes.
func trim(number []byte) []byte {
	for len(number) > 0 && number[0] == 0 {
		number = number[1:]
	}
	return number
}

// Hex writes a number as the service sends SALT and SRP_B: lower case, no leading zeros.
func Hex(number []byte) string {
	text := strings.TrimLeft(hex.EncodeToString(number), "0")
	if text == "" {
		return "0"
	}
	return text
}

func hash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
