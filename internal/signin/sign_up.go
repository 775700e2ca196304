package signin

import (
	"context"
	"errors"
	"slices"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// challengeSignUp is what the sessions of SignUp and ConfirmSignUp wait for:
// the first sign-in, which is no answer to a challenge.
const challengeSignUp cognito.ChallengeNameType = "SIGN_UP"

// signedUp is what somebody proved by signing up.
type signedUp struct {
	Password  bool   `json:"password,omitzero"`  // they chose the user's password
	Attribute string `json:"attribute,omitzero"` // the code came from there; empty until the user is confirmed
}

// SignUpSession is the session of a sign-up, with which its user can sign in
// without a further challenge.
type SignUpSession struct {
	signin *Service
	client *catalog.Client
	former string // of the operation before; empty in SignUp
	handle string
}

// NewSignUpSession prepares the session that SignUp answers with. It stays
// empty for clients that cannot use it.
func (s *Service) NewSignUpSession(c *catalog.Client) *SignUpSession {
	return &SignUpSession{signin: s, client: c}
}

// NextSignUpSession prepares the session that ConfirmSignUp answers with. former
// is that of SignUp, if the client sent it: some do, some do not.
func (s *Service) NextSignUpSession(c *catalog.Client, former string) *SignUpSession {
	return &SignUpSession{signin: s, client: c, former: former}
}

// Handle is the session for the client, empty if there is none.
func (n *SignUpSession) Handle() string { return n.handle }

// Begin makes the session of a new user, in the transaction that stores them.
func (n *SignUpSession) Begin(tx store.Tx, u *idp.User) error {
	return n.create(tx, u, signedUp{Password: u.Password != nil})
}

// Confirm makes the session of a user who was confirmed with a code sent to an
// attribute, in the transaction that does so. The session of SignUp is used up
// for it, and with it goes over that the user's password was chosen there. One
// that is of no use any more - the code may have come later than the session
// lasts - and none at all leave the code as the only proof.
func (n *SignUpSession) Confirm(tx store.Tx, u *idp.User, attribute string) error {
	proof := signedUp{Attribute: attribute}
	former, err := n.reopen(tx, u)
	if err != nil {
		return err
	}
	if former != nil {
		if err := former.spend(tx, n.client.PoolID); err != nil {
			return err
		}
		proof.Password = former.memory.Asked.SignUp.Password
	}
	return n.create(tx, u, proof)
}

// reopen finds the session of the user's SignUp; nil if there is none that can
// be used.
func (n *SignUpSession) reopen(tx store.Tx, u *idp.User) (*pending, error) {
	if n.former == "" {
		return nil, nil
	}
	p, err := n.signin.reopenIn(tx, n.client, n.former, challengeSignUp, "")
	var unfit *idp.Error
	if errors.As(err, &unfit) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if before := p.memory.Asked.SignUp; before == nil || before.Attribute != "" || p.user == nil || p.user.Username != u.Username {
		return nil, nil
	}
	return p, nil
}

// create makes a session. The transaction may run again.
func (n *SignUpSession) create(tx store.Tx, u *idp.User, proof signedUp) error {
	n.handle = ""
	if checkFlow(Caller{Client: n.client}, cognito.AuthFlowUserAuth) != nil {
		return nil
	}
	t := trail{EventID: secret.UUID(n.signin.Accounts.Rand), Flow: cognito.AuthFlowUserAuth, Source: trigger.TokenGenerationAuthentication}
	h, err := n.signin.newHandle(n.client, memory{
		Challenge: challengeSignUp, Trail: t, Asked: asked{SignUp: &proof},
		Subject: u.Username, Sub: u.Sub, Password: passwordMark(n.client.Pool, u),
	})
	if err != nil {
		return err
	}
	n.handle = h.text
	return h.store(tx)
}

// resumeSignUp finds the session with which a user signs in after signing up;
// nil if the client sent none.
func (s *Service) resumeSignUp(ctx context.Context, in Initiate) (*pending, error) {
	if in.Session == "" {
		return nil, nil
	}
	p, err := s.reopen(ctx, in.Client, in.Session, challengeSignUp, in.Parameters["USERNAME"])
	if err == nil && (p.memory.Asked.SignUp == nil || p.user == nil) {
		return nil, idp.ErrSessionInvalid
	}
	return p, err
}

// proves tells whether what was proved by signing up is enough to sign in: the
// password, or the code, where it is one that the user can begin with.
func (p *pending) proves(available []cognito.ChallengeNameType) bool {
	if p == nil {
		return false
	}
	proof := p.memory.Asked.SignUp
	way := map[string]cognito.ChallengeNameType{"email": cognito.ChallengeNameEmailOtp, "phone_number": cognito.ChallengeNameSmsOtp}[proof.Attribute]
	return slices.Contains(available, way) || proof.Password && slices.Contains(available, cognito.ChallengeNamePassword)
}

// afterSignUp goes on with what was proved by signing up.
func (s *Service) afterSignUp(ctx context.Context, p proved, proof *signedUp) (*Result, error) {
	p.unproved = false
	if proof.Password {
		p.prove(idp.MethodPassword)
	}
	if m := idp.CodeMethods[proof.Attribute]; m != "" {
		p.prove(m)
	}
	if err := barred(p.user); err != nil {
		return nil, s.refuse(ctx, p, err)
	}
	return s.secondFactor(ctx, p)
}

// spendIn is what uses the session up; nil without a session.
func (p *pending) spendIn(poolID string) func(store.Tx) error {
	if p == nil {
		return nil
	}
	return func(tx store.Tx) error { return p.spend(tx, poolID) }
}
