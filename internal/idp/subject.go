package idp

import "encoding/base64"

// Unknown makes the subject under which attempts and codes of a name without
// a user are kept. hash is a keyed hash of the folded name. No username begins
// with a blank, so no user can have it.
func Unknown(hash []byte) string {
	return " " + base64.RawURLEncoding.EncodeToString(hash)
}
