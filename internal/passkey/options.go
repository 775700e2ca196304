package passkey

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// How many milliseconds a browser waits for the authenticator. Longer than the
// session of the sign-in makes no difference.
const (
	creationTimeout = 60_000
	requestTimeout  = 180_000
)

// algorithms are those of the keys that users may register, the preferred one
// first.
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// The options are written here, rather than by the library, because clients
// see the form that Cognito gives them.
type (
	creationOptions struct {
		AuthenticatorSelection selection    `json:"authenticatorSelection"`
		Challenge              string       `json:"challenge"`
		ExcludeCredentials     []descriptor `json:"excludeCredentials"`
		PubKeyCredParams       []algorithm  `json:"pubKeyCredParams"`
		RP                     relyingParty `json:"rp"`
		Timeout                int          `json:"timeout"`
		User                   userEntity   `json:"user"`
	}
	selection struct {
		RequireResidentKey bool                         `json:"requireResidentKey"`
		ResidentKey        string                       `json:"residentKey"`
		UserVerification   cognito.UserVerificationType `json:"userVerification"`
	}
	descriptor struct {
		ID   string `json:"id"`
		Type string `json:"type"`
	}
	algorithm struct {
		Alg  int    `json:"alg"`
		Type string `json:"type"`
	}
	relyingParty struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	userEntity struct {
		DisplayName string `json:"displayName"`
		ID          string `json:"id"`
		Name        string `json:"name"`
	}

	requestOptions struct {
		Challenge        string                       `json:"challenge"`
		Timeout          int                          `json:"timeout"`
		RPID             string                       `json:"rpId"`
		AllowCredentials []allowed                    `json:"allowCredentials"`
		UserVerification cognito.UserVerificationType `json:"userVerification"`
	}
	allowed struct {
		ID         string   `json:"id"`
		Type       string   `json:"type"`
		Transports []string `json:"transports"`
	}
)

const publicKey = string(protocol.PublicKeyCredentialType)

// encode writes bytes as WebAuthn's JSON has them.
func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// CredentialID is the id of a passkey as the API and browsers write it.
func CredentialID(c *idp.WebAuthnCredential) string { return encode(c.ID) }

// handle is what an authenticator keeps to tell a user's accounts apart. It
// says nothing about the person (WebAuthn §14.6.1).
func handle(u *idp.User) []byte { return []byte(u.Sub) }

func verification(pool *idp.UserPool, u *idp.User) cognito.UserVerificationType {
	if u.MustBeVerified(pool) {
		return cognito.UserVerificationRequired
	}
	return cognito.UserVerificationPreferred
}

// newCreationOptions writes what a browser needs to make a passkey
// (PublicKeyCredentialCreationOptionsJSON). existing keeps an authenticator
// from making a second one.
func newCreationOptions(pool *catalog.Pool, u *idp.User, r *idp.WebAuthnRegistration, existing []*idp.WebAuthnCredential) (json.RawMessage, error) {
	name := u.PasskeyName(pool.UserPool)
	o := creationOptions{
		AuthenticatorSelection: selection{RequireResidentKey: true, ResidentKey: "required", UserVerification: verification(pool.UserPool, u)},
		Challenge:              r.Challenge,
		ExcludeCredentials:     []descriptor{},
		RP:                     relyingParty{ID: r.RelyingPartyID, Name: r.RelyingPartyID},
		Timeout:                creationTimeout,
		User:                   userEntity{DisplayName: name, ID: encode(handle(u)), Name: name},
	}
	for _, c := range existing {
		o.ExcludeCredentials = append(o.ExcludeCredentials, descriptor{ID: CredentialID(c), Type: publicKey})
	}
	for _, a := range algorithms {
		o.PubKeyCredParams = append(o.PubKeyCredParams, algorithm{Alg: int(a.Algorithm), Type: publicKey})
	}
	out, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("writing creation options: %w", err)
	}
	return out, nil
}

// RequestOptions writes what a browser needs to sign in with one of a user's
// passkeys (PublicKeyCredentialRequestOptionsJSON).
func RequestOptions(pool *catalog.Pool, u *idp.User, challenge string, passkeys []*idp.WebAuthnCredential) (string, error) {
	o := requestOptions{
		Challenge: challenge, Timeout: requestTimeout, RPID: pool.RelyingParty(),
		AllowCredentials: []allowed{}, UserVerification: verification(pool.UserPool, u),
	}
	for _, c := range passkeys {
		transports := append([]string{}, c.Transports...) // a list, if an empty one
		o.AllowCredentials = append(o.AllowCredentials, allowed{ID: CredentialID(c), Type: publicKey, Transports: transports})
	}
	out, err := json.Marshal(o)
	if err != nil {
		return "", fmt.Errorf("writing request options: %w", err)
	}
	return string(out), nil
}
