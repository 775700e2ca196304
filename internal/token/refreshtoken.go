package token

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"rockpool/internal/catalog"
)

// refreshPrefix begins every refresh token. It is the header of an encrypted
// JWT (RFC 7516), which is what they look like; they are opaque to everyone
// but the pool that made them.
const refreshPrefix = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"

const (
	refreshTokenPurpose = "refresh token" // of the seal and of the stored hash
	successorPurpose    = "refresh token successor"

	refreshSecretSize = 32
	maxRefreshToken   = 64 << 10
)

// refreshToken is what a refresh token carries, sealed under the pool's key.
// The secret proves that it is live; everything else is what the family does
// not know or what must be known when the family is gone.
type refreshToken struct {
	Family  string   `json:"f"`
	Client  string   `json:"c"`
	Expires int64    `json:"e"` // Unix time
	Scopes  []string `json:"s,omitempty"`
	OAuth   bool     `json:"o,omitempty"`
	Secret  []byte   `json:"k"`
}

// errNoRefreshToken means that a text is no refresh token of a pool.
var errNoRefreshToken = errors.New("not a refresh token of the pool")

// The sealed bytes fill four parts, of which three have the length that they
// have in an encrypted JWT, more or less.
const (
	part2Size = 13
	part3Size = 12
	part5Size = 16
)

// seal writes the token.
func (t *refreshToken) seal(pool *catalog.Pool) (string, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	sealed, err := pool.Key.Seal(refreshTokenPurpose, pool.ID, plain)
	if err != nil {
		return "", err
	}
	tag := len(sealed) - part5Size
	var b strings.Builder
	b.WriteString(refreshPrefix)
	for _, part := range [][]byte{sealed[:part2Size], sealed[part2Size : part2Size+part3Size], sealed[part2Size+part3Size : tag], sealed[tag:]} {
		b.WriteByte('.')
		b.WriteString(b64.EncodeToString(part))
	}
	return b.String(), nil
}

// openRefreshToken reads a token that seal wrote for the pool, or returns
// errNoRefreshToken.
func openRefreshToken(pool *catalog.Pool, text string) (*refreshToken, error) {
	if len(text) > maxRefreshToken || strings.ContainsAny(text, "\r\n") { // the decoder would skip line ends
		return nil, errNoRefreshToken
	}
	rest, ok := strings.CutPrefix(text, refreshPrefix+".")
	if !ok {
		return nil, errNoRefreshToken
	}
	parts := strings.SplitN(rest, ".", 5)
	if len(parts) != 4 {
		return nil, errNoRefreshToken
	}
	var sealed []byte
	for i, part := range parts {
		before := len(sealed)
		var err error
		if sealed, err = b64.Strict().AppendDecode(sealed, []byte(part)); err != nil {
			return nil, errNoRefreshToken
		}
		if want := [...]int{part2Size, part3Size, -1, part5Size}[i]; want >= 0 && len(sealed)-before != want {
			return nil, errNoRefreshToken
		}
	}
	plain, err := pool.Key.Open(refreshTokenPurpose, pool.ID, sealed)
	if err != nil {
		return nil, errNoRefreshToken
	}
	var t refreshToken
	if err := json.Unmarshal(plain, &t); err != nil || len(t.Secret) != refreshSecretSize {
		return nil, errNoRefreshToken
	}
	return &t, nil
}

// hash is what the family keeps of the token.
func (t *refreshToken) hash(pool *catalog.Pool) []byte {
	return pool.Key.MAC(refreshTokenPurpose, t.Family, string(t.Secret))
}

// successor is the token that takes the place of t. There is only one, so
// that whoever asks twice gets the same.
func (t *refreshToken) successor(pool *catalog.Pool) *refreshToken {
	next := *t
	next.Secret = pool.Key.MAC(successorPurpose, t.Family, string(t.Secret))
	return &next
}

func (t *refreshToken) expired(now time.Time) bool { return now.Unix() >= t.Expires }
