//go:build linux

package crashtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/process"
	"rockpool/internal/srp"
)

// device is a device of a user, with a secret of its own.
type device struct{ key, group, secret string }

// deviceStories are about devices, and about the registration of passkeys.
func deviceStories() []story {
	return []story{
		{name: "key of a device", op: "ConfirmDevice", losers: []string{"DeviceKeyExistsException"}, begin: func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.devices, story, n).confirmed()
			token, d := u.newDevice()
			return race{user: u,
				answer: func(node *process.Process, i int) error {
					return u.confirm(node, token, device{d.key, d.group, fmt.Sprint("secret ", i)})
				},
				after: func(winner int) {
					d.secret = fmt.Sprint("secret ", winner)
					s, proof := u.provesDevice(d)
					u.answered("", s, proof...)
				},
			}
		}},
		challenged("DEVICE_SRP_AUTH", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.devices, story, n).confirmed()
			d := u.confirmedDevice()
			s := u.typed(cognito.ChallengeNameDeviceSrpAuth, "DEVICE_KEY", d.key)
			return u.answers(s, cognito.ChallengeNameDevicePasswordVerifier, "DEVICE_KEY", d.key, "SRP_A", shortSecret().SRPA())
		}),
		challenged("DEVICE_PASSWORD_VERIFIER", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.devices, story, n).confirmed()
			s, proof := u.provesDevice(u.confirmedDevice())
			return u.answers(s, "", proof...)
		}),
		{name: "registration of a passkey", op: "CompleteWebAuthnRegistration", losers: []string{"WebAuthnChallengeNotFoundException"}, begin: func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			token := u.signsIn().AccessToken
			authenticator := &passkeytest.Authenticator{Origin: "https://example.com"}
			options, made := u.creation(token), make([]json.RawMessage, each)
			for i := range made {
				made[i] = authenticator.Create(options)
			}
			return race{user: u,
				answer: func(node *process.Process, i int) error {
					return node.Call(t.Context(), "CompleteWebAuthnRegistration", &cognito.CompleteWebAuthnRegistrationRequest{
						AccessToken: token, Credential: made[i],
					}, nil)
				},
				after: func(winner int) {
					var list cognito.ListWebAuthnCredentialsResponse
					u.call("ListWebAuthnCredentials", &cognito.ListWebAuthnCredentialsRequest{AccessToken: token}, &list)
					want := base64.RawURLEncoding.EncodeToString(authenticator.Passkeys()[winner].ID)
					if len(list.Credentials) != 1 || list.Credentials[0].CredentialID != want {
						t.Errorf("ListWebAuthnCredentials: got %d, want that of the request that won alone", len(list.Credentials))
					}
					s := u.asked(cognito.ChallengeNameWebAuthn, cognito.AuthFlowUserAuth, "PREFERRED_CHALLENGE", "WEB_AUTHN")
					u.answered("", s, "CREDENTIAL", authenticator.Get(s.parameters["CREDENTIAL_REQUEST_OPTIONS"]))
				},
			}
		}},
	}
}

// creation begins the registration of a passkey and returns the options for
// the browser.
func (r *racer) creation(token string) json.RawMessage {
	r.t.Helper()
	var out cognito.StartWebAuthnRegistrationResponse
	r.call("StartWebAuthnRegistration", &cognito.StartWebAuthnRegistrationRequest{AccessToken: token}, &out)
	return out.CredentialCreationOptions
}

// newDevice signs in with a device that is not confirmed.
func (r *racer) newDevice() (token string, d device) {
	r.t.Helper()
	tokens := r.signsIn()
	if tokens.NewDeviceMetadata == nil {
		r.t.Fatal("InitiateAuth: got no NewDeviceMetadata")
	}
	return tokens.AccessToken, device{tokens.NewDeviceMetadata.DeviceKey, tokens.NewDeviceMetadata.DeviceGroupKey, "the device's secret"}
}

func (r *racer) confirm(node *process.Process, token string, d device) error {
	salt := srp.NewSalt(nil)
	return node.Call(r.t.Context(), "ConfirmDevice", &cognito.ConfirmDeviceRequest{
		AccessToken: token, DeviceKey: d.key,
		DeviceSecretVerifierConfig: &cognito.DeviceSecretVerifierConfigType{
			PasswordVerifier: base64.StdEncoding.EncodeToString(srp.Verifier(d.group, d.key, d.secret, salt[:])),
			Salt:             base64.StdEncoding.EncodeToString(salt[:]),
		},
	}, nil)
}

func (r *racer) confirmedDevice() device {
	r.t.Helper()
	token, d := r.newDevice()
	must(r.t, r.confirm(r.nodes[0], token, d))
	return d
}

// provesDevice signs in with a device as far as DEVICE_PASSWORD_VERIFIER, and
// returns the answer to that.
func (r *racer) provesDevice(d device) (s step, proof []string) {
	r.t.Helper()
	client := shortSecret()
	s = r.typed(cognito.ChallengeNameDeviceSrpAuth, "DEVICE_KEY", d.key)
	s = r.answered(cognito.ChallengeNameDevicePasswordVerifier, s, "DEVICE_KEY", d.key, "SRP_A", client.SRPA())
	return s, append(r.prove(client, s, d.group, d.key, d.secret), "DEVICE_KEY", d.key)
}
