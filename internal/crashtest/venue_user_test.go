//go:build linux

package crashtest

import (
	"fmt"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
	"rockpool/internal/totp"
)

// racer is a user whose sign-ins are raced, and the apps that they have. What
// is not raced itself must succeed, or the test ends.
type racer struct {
	*venue
	t              *testing.T
	pool           *venuePool
	name, password string
	email, phone   string

	secret []byte // of the authenticator; nil without one
	used   int    // how many codes of it are used
}

// venuePassword is every user's first password.
const venuePassword = "Racing-passw0rd"

// newRacer names a user who is not there yet.
func (v *venue) newRacer(t *testing.T, pool *venuePool, story, n int) *racer {
	name := fmt.Sprintf("s%d-%d", story, n)
	return &racer{
		venue: v, t: t, pool: pool, name: name, password: venuePassword,
		email: name + "@example.com", phone: fmt.Sprintf("+1206555%02d%02d", story, n),
	}
}

// created makes the user. They have both addresses and a temporary password.
func (r *racer) created() *racer {
	r.t.Helper()
	r.call("AdminCreateUser", &cognito.AdminCreateUserRequest{
		UserPoolID: r.pool.id, Username: r.name, MessageAction: cognito.MessageActionSuppress, TemporaryPassword: r.password,
		UserAttributes: []*cognito.AttributeType{
			{Name: "email", Value: r.email}, {Name: "email_verified", Value: "true"},
			{Name: "phone_number", Value: r.phone}, {Name: "phone_number_verified", Value: "true"},
		},
	}, nil)
	return r
}

// confirmed makes the user, with a password of their own.
func (r *racer) confirmed() *racer {
	r.t.Helper()
	r.created()
	r.call("AdminSetUserPassword", &cognito.AdminSetUserPasswordRequest{
		UserPoolID: r.pool.id, Username: r.name, Password: r.password, Permanent: new(true),
	}, nil)
	return r
}

// wants turns second factors on.
func (r *racer) wants(sms, email bool) *racer {
	r.t.Helper()
	r.call("AdminSetUserMFAPreference", &cognito.AdminSetUserMFAPreferenceRequest{
		UserPoolID: r.pool.id, Username: r.name,
		SMSMfaSettings: &cognito.SMSMfaSettingsType{Enabled: &sms}, EmailMfaSettings: &cognito.EmailMfaSettingsType{Enabled: &email},
	}, nil)
	return r
}

// call calls an operation, which must succeed, on the first server.
func (r *racer) call(op string, in, out any) {
	r.t.Helper()
	must(r.t, r.nodes[0].Call(r.t.Context(), op, in, out))
}

// step is what a sign-in has led to.
type step struct {
	challenge  cognito.ChallengeNameType
	session    string
	parameters map[string]string
	tokens     *cognito.AuthenticationResultType
}

// leads returns an error if the step is not the one that should come: a
// challenge, or tokens if that is empty.
func (s step) leads(to cognito.ChallengeNameType) error {
	if s.challenge != to || (s.tokens == nil) != (to != "") {
		return fmt.Errorf("got challenge %q, tokens: %t, want challenge %q", s.challenge, s.tokens != nil, to)
	}
	return nil
}

// pairs makes parameters of names and values, with the user's name.
func (r *racer) pairs(pairs []string) map[string]string {
	out := map[string]string{"USERNAME": r.name}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// initiate begins a sign-in, which may fail. A session may be empty.
func (r *racer) initiate(node *process.Process, flow cognito.AuthFlowType, session string, pairs ...string) (step, error) {
	var out cognito.InitiateAuthResponse
	err := node.Call(r.t.Context(), "InitiateAuth", &cognito.InitiateAuthRequest{
		AuthFlow: flow, ClientID: r.pool.clientID, Session: session, AuthParameters: r.pairs(pairs),
	}, &out)
	return step{out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult}, err
}

// respond answers a challenge, which may fail.
func (r *racer) respond(node *process.Process, to step, pairs ...string) (step, error) {
	var out cognito.RespondToAuthChallengeResponse
	err := node.Call(r.t.Context(), "RespondToAuthChallenge", &cognito.RespondToAuthChallengeRequest{
		ClientID: r.pool.clientID, ChallengeName: to.challenge, Session: to.session, ChallengeResponses: r.pairs(pairs),
	}, &out)
	return step{out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult}, err
}

// asked begins a sign-in that must lead to a challenge, or to tokens.
func (r *racer) asked(want cognito.ChallengeNameType, flow cognito.AuthFlowType, pairs ...string) step {
	r.t.Helper()
	s, err := r.initiate(r.nodes[0], flow, "", pairs...)
	must(r.t, err)
	must(r.t, s.leads(want))
	return s
}

// typed begins a sign-in with the password in the clear.
func (r *racer) typed(want cognito.ChallengeNameType, pairs ...string) step {
	r.t.Helper()
	return r.asked(want, cognito.AuthFlowUserPasswordAuth, append(pairs, "PASSWORD", r.password)...)
}

// answered answers a challenge, which must lead to another one, or to tokens.
func (r *racer) answered(want cognito.ChallengeNameType, to step, pairs ...string) step {
	r.t.Helper()
	s, err := r.respond(r.nodes[len(r.nodes)-1], to, pairs...)
	must(r.t, err)
	must(r.t, s.leads(want))
	return s
}

// asks begins a sign-in that must lead to a code, and returns it too.
func (r *racer) asks(want cognito.ChallengeNameType, address string, begin func() step) (s step, code string) {
	r.t.Helper()
	before := len(r.post.to(address))
	s = begin()
	must(r.t, s.leads(want))
	return s, r.post.code(r.t, address, before)
}

// code is the next code of the authenticator. There are three at a time, which
// is enough for setting it up, a race, and a sign-in afterwards.
func (r *racer) code() string {
	const period = int64(totp.Period / time.Second)
	if time.Now().Unix()%period == period-1 { // the first one is about to end
		time.Sleep(time.Second)
	}
	r.used++
	return totp.Code(r.secret, totp.Step(time.Now())+int64(r.used-2))
}

// signsIn signs the user in with the password and what else is asked for, and
// returns the tokens.
func (r *racer) signsIn() *cognito.AuthenticationResultType {
	r.t.Helper()
	texts, mails := len(r.post.to(r.phone)), len(r.post.to(r.email))
	s, err := r.initiate(r.nodes[len(r.nodes)-1], cognito.AuthFlowUserPasswordAuth, "", "PASSWORD", r.password)
	for range 4 {
		must(r.t, err)
		if s.tokens != nil {
			return s.tokens
		}
		var answer []string
		switch s.challenge {
		case cognito.ChallengeNameSmsMfa:
			answer = []string{"SMS_MFA_CODE", r.post.code(r.t, r.phone, texts)}
		case cognito.ChallengeNameEmailOtp:
			answer = []string{"EMAIL_OTP_CODE", r.post.code(r.t, r.email, mails)}
		case cognito.ChallengeNameSoftwareTokenMfa:
			answer = []string{"SOFTWARE_TOKEN_MFA_CODE", r.code()}
		case cognito.ChallengeNameSelectMfaType:
			answer = []string{"ANSWER", "SMS_MFA"}
		default:
			r.t.Fatalf("%s: signing in led to %s", r.name, s.challenge)
		}
		s, err = r.respond(r.nodes[0], s, answer...)
	}
	r.t.Fatalf("%s: signing in does not end", r.name)
	return nil
}
