//go:build linux

package crashtest

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"io"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/process"
	"rockpool/internal/srp"
)

// sessionSpent is how an answer is refused that comes too late.
var sessionSpent = []string{"NotAuthorizedException"}

// answers is a race of answers to one challenge, which lead to another one or
// to tokens.
func (r *racer) answers(to step, want cognito.ChallengeNameType, pairs ...string) race {
	return race{user: r, answer: func(node *process.Process, _ int) error {
		s, err := r.respond(node, to, pairs...)
		if err != nil {
			return err
		}
		return s.leads(want)
	}}
}

// challenged is a story about answers to a challenge.
func challenged(name string, begin func(t *testing.T, v *venue, story, n int) race) story {
	return story{name: name, op: "RespondToAuthChallenge", losers: sessionSpent, begin: begin}
}

// firstFactorStories are about the challenges that a sign-in begins with.
func firstFactorStories() []story {
	const userAuth = cognito.AuthFlowUserAuth
	return []story{
		challenged("SELECT_CHALLENGE with a password", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			s := u.asked(cognito.ChallengeNameSelectChallenge, userAuth)
			return u.answers(s, "", "ANSWER", "PASSWORD", "PASSWORD", u.password)
		}),
		challenged("SELECT_CHALLENGE for a code", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			s := u.asked(cognito.ChallengeNameSelectChallenge, userAuth)
			r := u.answers(s, cognito.ChallengeNameEmailOtp, "ANSWER", "EMAIL_OTP")
			r.after = func(int) {
				u.post.code(t, u.email, 0)
				if got := len(u.post.to(u.email)); got != 1 {
					t.Errorf("%d mails with codes for one choice, want 1", got)
				}
			}
			return r
		}),
		challenged("PASSWORD", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			s := u.asked(cognito.ChallengeNamePassword, userAuth, "PREFERRED_CHALLENGE", "PASSWORD")
			return u.answers(s, "", "PASSWORD", u.password)
		}),
		challenged("PASSWORD_SRP", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			s := u.asked(cognito.ChallengeNamePasswordSrp, userAuth, "PREFERRED_CHALLENGE", "PASSWORD_SRP")
			return u.answers(s, cognito.ChallengeNamePasswordVerifier, "SRP_A", shortSecret().SRPA())
		}),
		challenged("PASSWORD_VERIFIER of USER_AUTH", func(t *testing.T, v *venue, story, n int) race {
			u, client := v.newRacer(t, v.choice, story, n).confirmed(), shortSecret()
			s := u.asked(cognito.ChallengeNamePasswordVerifier, userAuth, "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", client.SRPA())
			return u.answers(s, "", u.proof(client, s)...)
		}),
		challenged("PASSWORD_VERIFIER of USER_SRP_AUTH", func(t *testing.T, v *venue, story, n int) race {
			u, client := v.newRacer(t, v.choice, story, n).confirmed(), shortSecret()
			s := u.asked(cognito.ChallengeNamePasswordVerifier, cognito.AuthFlowUserSrpAuth, "SRP_A", client.SRPA())
			return u.answers(s, "", u.proof(client, s)...)
		}),
		challenged("EMAIL_OTP, first", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			s, code := u.asks(cognito.ChallengeNameEmailOtp, u.email, func() step {
				return u.asked(cognito.ChallengeNameEmailOtp, userAuth, "PREFERRED_CHALLENGE", "EMAIL_OTP")
			})
			return u.answers(s, "", "EMAIL_OTP_CODE", code)
		}),
		challenged("SMS_OTP, first", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			s, code := u.asks(cognito.ChallengeNameSmsOtp, u.phone, func() step {
				return u.asked(cognito.ChallengeNameSmsOtp, userAuth, "PREFERRED_CHALLENGE", "SMS_OTP")
			})
			return u.answers(s, "", "SMS_OTP_CODE", code)
		}),
		challenged("WEB_AUTHN", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			// It does not count, or the counter would end the race too.
			device := &passkeytest.Authenticator{Origin: "https://example.com"}
			token := u.signsIn().AccessToken
			u.call("CompleteWebAuthnRegistration", &cognito.CompleteWebAuthnRegistrationRequest{
				AccessToken: token, Credential: device.Create(u.creation(token)),
			}, nil)
			s := u.asked(cognito.ChallengeNameWebAuthn, userAuth, "PREFERRED_CHALLENGE", "WEB_AUTHN")
			return u.answers(s, "", "CREDENTIAL", device.Get(s.parameters["CREDENTIAL_REQUEST_OPTIONS"]))
		}),
		challenged("CUSTOM_CHALLENGE", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).confirmed()
			s := u.asked(cognito.ChallengeNameCustomChallenge, cognito.AuthFlowCustomAuth)
			return u.answers(s, "", "ANSWER", "42")
		}),
	}
}

// shortSecret is an SRP client whose exponent is short, which is the same to
// the server and costs less here.
func shortSecret() *srp.Client {
	return srp.NewClient(io.MultiReader(bytes.NewReader(make([]byte, 96)), rand.Reader))
}

// proof proves the password by SRP.
func (r *racer) proof(client *srp.Client, s step) []string {
	r.t.Helper()
	return r.prove(client, s, r.pool.name(), s.parameters["USER_ID_FOR_SRP"], r.password)
}

// prove proves a secret by SRP: a password, or a device's.
func (r *racer) prove(client *srp.Client, s step, group, id, secret string) []string {
	r.t.Helper()
	key, err := client.Key(group, id, secret, s.parameters["SALT"], s.parameters["SRP_B"])
	must(r.t, err)
	block, err := base64.StdEncoding.DecodeString(s.parameters["SECRET_BLOCK"])
	must(r.t, err)
	timestamp := srp.FormatTimestamp(time.Now())
	return []string{
		"TIMESTAMP", timestamp, "PASSWORD_CLAIM_SECRET_BLOCK", s.parameters["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE", srp.Signature(key, group, id, block, timestamp),
	}
}
