package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
)

// SecretHash is the API's SecretHash (SECRET_HASH): proof of an app client's secret,
// over the user name exactly as it stands in the request.
func SecretHash(clientSecret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	io.WriteString(mac, username+clientID)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// CheckSecretHash reports whether given is the SecretHash of any of a client's
// secrets. The time it takes does not tell which, or how nearly.
func CheckSecretHash(secrets []string, username, clientID, given string) bool {
	ok := false
	for _, s := range secrets {
		if Equal([]byte(SecretHash(s, username, clientID)), []byte(given)) {
			ok = true
		}
	}
	return ok
}
