//go:build linux

package crashtest

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
	"rockpool/internal/totp"
)

// secondFactorStories are about the challenges that come after a password.
func secondFactorStories() []story {
	return []story{
		challenged("SMS_MFA", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.factors, story, n).confirmed().wants(true, false)
			s, code := u.asks(cognito.ChallengeNameSmsMfa, u.phone, func() step { return u.typed(cognito.ChallengeNameSmsMfa) })
			return u.answers(s, "", "SMS_MFA_CODE", code)
		}),
		challenged("EMAIL_OTP, second", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.factors, story, n).confirmed().wants(false, true)
			s, code := u.asks(cognito.ChallengeNameEmailOtp, u.email, func() step { return u.typed(cognito.ChallengeNameEmailOtp) })
			return u.answers(s, "", "EMAIL_OTP_CODE", code)
		}),
		challenged("SELECT_MFA_TYPE", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.factors, story, n).confirmed().wants(true, true)
			r := u.answers(u.typed(cognito.ChallengeNameSelectMfaType), cognito.ChallengeNameSmsMfa, "ANSWER", "SMS_MFA")
			r.after = func(int) {
				u.post.code(t, u.phone, 0)
				if got := len(u.post.to(u.phone)); got != 1 {
					t.Errorf("%d texts with codes for one choice, want 1", got)
				}
			}
			return r
		}),
		{name: "SOFTWARE_TOKEN_MFA", op: "RespondToAuthChallenge",
			losers: []string{"NotAuthorizedException", "ExpiredCodeException"}, // the session or the code is used
			begin: func(t *testing.T, v *venue, story, n int) race {
				u := v.newRacer(t, v.required, story, n).confirmed()
				u.answered("", u.enrolled())
				s, code := u.typed(cognito.ChallengeNameSoftwareTokenMfa), u.code()
				return u.answers(s, "", "SOFTWARE_TOKEN_MFA_CODE", code)
			}},
		{name: "MFA_SETUP, secret", op: "AssociateSoftwareToken", losers: sessionSpent, begin: func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.required, story, n).confirmed()
			s := u.typed(cognito.ChallengeNameMfaSetup)
			made := make([]cognito.AssociateSoftwareTokenResponse, each)
			return race{user: u,
				answer: func(node *process.Process, i int) error {
					return node.Call(t.Context(), "AssociateSoftwareToken", &cognito.AssociateSoftwareTokenRequest{Session: s.session}, &made[i])
				},
				after: func(winner int) { u.answered("", u.verified(made[winner])) },
			}
		}},
		{name: "MFA_SETUP, code", op: "VerifySoftwareToken", losers: sessionSpent, begin: func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.required, story, n).confirmed()
			made := u.associated()
			u.decode(made)
			code := u.code()
			proved := make([]cognito.VerifySoftwareTokenResponse, each)
			return race{user: u,
				answer: func(node *process.Process, i int) error {
					return node.Call(t.Context(), "VerifySoftwareToken", &cognito.VerifySoftwareTokenRequest{Session: made.Session, UserCode: code}, &proved[i])
				},
				after: func(winner int) {
					u.answered("", step{challenge: cognito.ChallengeNameMfaSetup, session: proved[winner].Session})
				},
			}
		}},
		challenged("MFA_SETUP", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.required, story, n).confirmed()
			return u.answers(u.enrolled(), "")
		}),
	}
}

// otherChallengeStories are about a temporary password, and about the sign-in
// that follows a sign-up.
func otherChallengeStories() []story {
	return []story{
		challenged("NEW_PASSWORD_REQUIRED", func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n).created()
			s := u.typed(cognito.ChallengeNameNewPasswordRequired)
			return race{user: u,
				answer: func(node *process.Process, i int) error {
					next, err := u.respond(node, s, "NEW_PASSWORD", password(i))
					if err != nil {
						return err
					}
					return next.leads("")
				},
				after: func(winner int) { u.hasPassword(winner) },
			}
		}),
		{name: "session of ConfirmSignUp", op: "InitiateAuth", losers: sessionSpent, begin: func(t *testing.T, v *venue, story, n int) race {
			u := v.newRacer(t, v.choice, story, n)
			code, session := u.signedUp()
			var out cognito.ConfirmSignUpResponse
			u.call("ConfirmSignUp", &cognito.ConfirmSignUpRequest{
				ClientID: u.pool.clientID, Username: u.name, ConfirmationCode: code, Session: session,
			}, &out)
			return race{user: u, answer: func(node *process.Process, _ int) error {
				s, err := u.initiate(node, cognito.AuthFlowUserAuth, out.Session)
				if err != nil {
					return err
				}
				return s.leads("")
			}}
		}},
	}
}

// hasPassword notes that the user has the password of the request that won, and
// checks that those of the others are wrong.
func (r *racer) hasPassword(winner int) {
	r.t.Helper()
	r.password = password(winner)
	loser := password((winner + 1) % each)
	_, err := r.initiate(r.nodes[0], cognito.AuthFlowUserPasswordAuth, "", "PASSWORD", loser)
	if process.Code(err) != "NotAuthorizedException" {
		r.t.Errorf("InitiateAuth with a loser's password: got %v, want NotAuthorizedException", err)
	}
}

// associated begins a sign-in of a user who must set up an authenticator, and
// gives them the secret.
func (r *racer) associated() (out cognito.AssociateSoftwareTokenResponse) {
	r.t.Helper()
	s := r.typed(cognito.ChallengeNameMfaSetup)
	r.call("AssociateSoftwareToken", &cognito.AssociateSoftwareTokenRequest{Session: s.session}, &out)
	return out
}

func (r *racer) decode(made cognito.AssociateSoftwareTokenResponse) {
	r.t.Helper()
	var err error
	r.secret, err = totp.Decode(made.SecretCode)
	must(r.t, err)
}

// verified proves the authenticator that the user was given, and returns the
// challenge that is to be answered then.
func (r *racer) verified(made cognito.AssociateSoftwareTokenResponse) step {
	r.t.Helper()
	r.decode(made)
	var out cognito.VerifySoftwareTokenResponse
	r.call("VerifySoftwareToken", &cognito.VerifySoftwareTokenRequest{Session: made.Session, UserCode: r.code()}, &out)
	return step{challenge: cognito.ChallengeNameMfaSetup, session: out.Session}
}

// enrolled sets an authenticator up, and returns the challenge that is to be
// answered then.
func (r *racer) enrolled() step {
	r.t.Helper()
	return r.verified(r.associated())
}
