package signin_test

import (
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/signin"
)

// Whatever a client answers, it gets a refusal that the operation declares:
// no panic, no internal error, and no tokens without the password.
func FuzzAnswer(f *testing.F) {
	s := newService(f)
	c := s.client(hiding)
	s.Accounts.Unlimited = true
	s.user(c, "ada")
	e := s.begun(by(c), "ada")
	real := e.prove(wrongPassword, s.clock()).Responses
	f.Add("PASSWORD_VERIFIER", "", "ada", real["PASSWORD_CLAIM_SIGNATURE"], real["PASSWORD_CLAIM_SECRET_BLOCK"], real["TIMESTAMP"], "k", "v")
	f.Add("PASSWORD_VERIFIER", "", "ADA", "!", "AAAA", "Tue May 7 00:09:40 UTC 2025", "SECRET_HASH", "x")
	f.Add("PASSWORD_VERIFIER", "", "ada", "", real["PASSWORD_CLAIM_SECRET_BLOCK"]+"\n", real["TIMESTAMP"], "", "")
	f.Add("NEW_PASSWORD_REQUIRED", "xxxxxxxxxxxxxxxxxxxxxxxx", "ada", "", "", "", "NEW_PASSWORD", goodPassword)
	f.Add("SMS_MFA", "", "", "", "", "", "SMS_MFA_CODE", "123456")
	f.Fuzz(func(t *testing.T, challenge, session, username, proof, block, timestamp, key, value string) {
		for _, responses := range []map[string]string{
			{"USERNAME": username, "PASSWORD_CLAIM_SIGNATURE": proof, "PASSWORD_CLAIM_SECRET_BLOCK": block, "TIMESTAMP": timestamp, key: value},
			{"USERNAME": "ada", "PASSWORD_CLAIM_SIGNATURE": proof, "PASSWORD_CLAIM_SECRET_BLOCK": real["PASSWORD_CLAIM_SECRET_BLOCK"], "TIMESTAMP": real["TIMESTAMP"], key: value},
			{key: value},
			nil,
		} {
			r, err := s.Answer(t.Context(), signin.Answer{
				Caller: by(c), Challenge: cognito.ChallengeNameType(challenge), Session: session, Responses: responses,
			})
			declared(t, "RespondToAuthChallenge", err)
			if err == nil {
				t.Errorf("RespondToAuthChallenge(%v): got %+v, want a refusal", responses, r)
			}
		}
	})
}

// The same for the first step.
func FuzzInitiate(f *testing.F) {
	s := newService(f)
	c := s.client(hiding)
	s.Accounts.Unlimited = true
	s.user(c, "ada")
	f.Add("USER_SRP_AUTH", "ada", "SRP_A", "a1")
	f.Add("USER_SRP_AUTH", "ada", "SRP_A", strings.Repeat("f", 768))
	f.Add("USER_PASSWORD_AUTH", "\x00", "PASSWORD", "\xff\xfe")
	f.Add("REFRESH_TOKEN", "ada", "REFRESH_TOKEN", "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.a.b.c.d")
	f.Fuzz(func(t *testing.T, flow, username, key, value string) {
		r, err := s.Initiate(t.Context(), signin.Initiate{
			Caller: by(c), Flow: cognito.AuthFlowType(flow), Parameters: map[string]string{"USERNAME": username, key: value},
		})
		declared(t, "InitiateAuth", err)
		if err == nil && r.Tokens != nil && value != goodPassword {
			t.Errorf("InitiateAuth(%s, %s, %s, %s): got tokens", flow, username, key, value)
		}
	})
}

// Nothing that is sent along with a level, or as one, lets anybody in.
func FuzzStepUp(f *testing.F) {
	s := newService(f)
	c := s.client(hiding, byChoice)
	s.user(c, "ada")
	token := s.signedIn(c, "ada", goodPassword).AccessToken
	f.Add("ada", "urn:cognito:loa:1", "60", token)
	f.Add("nobody", "urn:cognito:loa:4  x\turn:cognito:loa:2", "", token)
	f.Add("ada", " ", "-1", "")
	f.Add("ada", "urn:cognito:loa:3", "9223372036854775807", token[:len(token)-3])
	f.Fuzz(func(t *testing.T, username, levels, age, token string) {
		r, err := s.Initiate(t.Context(), signin.Initiate{
			Caller: by(c), Flow: cognito.AuthFlowUserAuth,
			Parameters: map[string]string{"USERNAME": username, "TARGET_ACR_VALUES": levels, "MAX_AGE": age, "ACCESS_TOKEN": token},
		})
		declared(t, "InitiateAuth", err)
		if err == nil && r.Tokens != nil {
			t.Errorf("InitiateAuth(%q, %q, %q): got tokens", username, levels, age)
		}
	})
}
