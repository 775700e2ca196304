package token

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// claims is the payload of a token.
type claims map[string]any

var b64 = base64.RawURLEncoding

// encodeHeader writes the header of tokens, once per key. It is why tokens are
// put together here and not by the JOSE library that checks them: that one
// orders the members by name, and the service's tokens begin with the kid.
func encodeHeader(kid string) string {
	return b64.EncodeToString([]byte(`{"kid":"` + kid + `","alg":"RS256"}`)) // base64 needs no escapes
}

// sign makes a JWS in compact serialization (RFC 7515, section 3.1).
func (k *ringKey) sign(c claims) (string, error) {
	var payload bytes.Buffer
	enc := json.NewEncoder(&payload)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c); err != nil {
		return "", fmt.Errorf("encoding claims: %w", err)
	}
	text := bytes.TrimSuffix(payload.Bytes(), []byte("\n"))

	token := make([]byte, 0, len(k.header)+b64.EncodedLen(len(text))+b64.EncodedLen(keyBits/8)+2)
	token = append(token, k.header...)
	token = append(token, '.')
	token = b64.AppendEncode(token, text)
	digest := sha256.Sum256(token)
	signature, err := rsa.SignPKCS1v15(nil, k.private, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("signing token: %w", err)
	}
	token = append(token, '.')
	token = b64.AppendEncode(token, signature)
	return string(token), nil
}
