package idp

import "time"

// KeyUse says which tokens a signing key signs.
type KeyUse string

// The uses of signing keys.
const (
	KeyUseID     KeyUse = "id"
	KeyUseAccess KeyUse = "access"
)

// SigningKey is an RSA key of a pool.
type SigningKey struct {
	PoolID  string
	ID      string // kid
	Use     KeyUse
	Public  []byte // PKIX, DER
	Sealed  []byte // PKCS #8, DER, sealed with the pool's key
	Created time.Time
	Retired time.Time // no longer signs, but is still in the JWKS; zero while it signs
}

// AccessKey is a pair of an access key id and a secret with which requests
// are signed (Signature Version 4).
type AccessKey struct {
	ID          string
	Sealed      []byte // the secret, sealed with the master key
	Policy      []byte // JSON
	Description string
	Created     time.Time
}
