package srp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"testing"
)

// vector is one exchange with every intermediate value. Empty fields are not checked.
type vector struct {
	poolName, userID, password, salt               string
	x, vHash, aHash, bHash, u, sHash, k, signature string
}

var vectors = map[string]vector{
	"user": {
		poolName: "AbCdEfGhI", userID: "janedoe", password: "Passw0rd!", salt: "8f3c2b1a09d4e5f60718293a4b5c6d7e",
		x:         "017dc54167d7d7c55dcec4d1ba5fee02a116f707a5d799c3f32bf8d2a75dc9ba",
		vHash:     "3603a1020c78c98a6ac8fbfd04e12080c02138bf13e6c6785ccbfe2a246eaec0",
		aHash:     "22e29a6f79dd96e1167a74595e0aa7beaacd6433bf8eb3fbc3a7ec0e1c175ce5",
		bHash:     "44b5608aafb8d863bb66b0184b49fd64007cea5c94bb1c577000601de931ea60",
		u:         "16850644c5b15136266d27a87e211c4c6cf93eaa776de2013821916631e11a74",
		sHash:     "d36fcd5ac7e79f6e9d6c78f5e28954890263024e40d849024aae6ce417e5d51a",
		k:         "54a98f281ba2059e04cad6c6f00277ab",
		signature: "S94mWBmXOZjLpYXnEwbE6bgWcmeCWNNAFY4EKAEC88Y=",
	},
	"device": { // u has its top bit set, so the salt of HKDF gets a zero byte
		poolName: "-ExAmPlE1", userID: "us-west-2_a1b2c3d4-5678-90ab-cdef-a1b2c3d4e5f6",
		password: "device-password", salt: "1f3c2b1a09d4e5f60718293a4b5c6d7e",
		x:         "6d43baab8da1d99d52021bf166627c59370057af40aff4f25bd6e5290ea08ceb",
		aHash:     "22e29a6f79dd96e1167a74595e0aa7beaacd6433bf8eb3fbc3a7ec0e1c175ce5",
		bHash:     "87ee206a2ec7310e9f18a02df97a44b5784b3446b4088acdfc25e7771e1bdcfd",
		u:         "8ae4ad597de3721783a0e02f158ae5d2f4f0ee13ab65fe1af743693ba3f96562",
		k:         "cee07d5acb16b3ffe83ba914be8a4d50",
		signature: "A38WZKjDCmTgg13UdE4HVDZs+YL2qbRuHvi/pHYDQqg=",
	},
}

const (
	vectorBlock = "c2VjcmV0LWJsb2Nr"
	vectorTime  = "Tue May 7 00:09:40 UTC 2025"
)

func TestMultiplier(t *testing.T) {
	const want = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
	if got := multiplier.Text(16); got != want {
		t.Errorf("k: got %s, want %s", got, want)
	}
}

func TestVectors(t *testing.T) {
	for name, vec := range vectors {
		t.Run(name, func(t *testing.T) {
			check := func(what string, got []byte, want string) {
				t.Helper()
				if want != "" && hex.EncodeToString(got) != want {
					t.Errorf("%s: got %x, want %s", what, got, want)
				}
			}
			digest := func(n []byte) []byte { return hash(pad(n)) }
			secretA, secretB := sha256.Sum256([]byte("a")), sha256.Sum256([]byte("b"))
			salt, err := hex.DecodeString(vec.salt)
			if err != nil {
				t.Fatal(err)
			}

			x := privateKey(vec.poolName, vec.userID, vec.password, salt)
			check("x", x[:], vec.x)
			v := Verifier(vec.poolName, vec.userID, vec.password, salt)
			check("H(v)", digest(v), vec.vHash)

			client := newClient(secretA[:])
			A, err := ParsePublic(client.SRPA())
			if err != nil {
				t.Fatalf("ParsePublic: %v", err)
			}
			check("H(A)", digest(A), vec.aHash)
			b, B, err := NewChallenge(bytes.NewReader(secretB[:]), v)
			if err != nil {
				t.Fatalf("NewChallenge: %v", err)
			}
			check("H(B)", digest(B), vec.bHash)
			u := scramble(A, B)
			check("u", u[:], vec.u)
			s := client.premaster(vec.poolName, vec.userID, vec.password, salt, new(big.Int).SetBytes(B), u[:])
			check("H(S)", digest(s), vec.sHash)

			key, err := SharedKey(A, B, b, v)
			if err != nil {
				t.Fatalf("SharedKey: %v", err)
			}
			check("K of the server", key, vec.k)
			key, err = client.Key(vec.poolName, vec.userID, vec.password, vec.salt, Hex(B))
			if err != nil {
				t.Fatalf("Client.Key: %v", err)
			}
			check("K of the client", key, vec.k)

			block, err := base64.StdEncoding.DecodeString(vectorBlock)
			if err != nil {
				t.Fatal(err)
			}
			if got := Signature(key, vec.poolName, vec.userID, block, vectorTime); got != vec.signature {
				t.Errorf("Signature: got %s, want %s", got, vec.signature)
			}
			if !CheckSignature(vec.signature, key, vec.poolName, vec.userID, block, vectorTime) {
				t.Error("CheckSignature(vector): got false, want true")
			}
		})
	}
}
