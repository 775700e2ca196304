package signin

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// How long the codes of sign-ins are. A code that lets somebody in by itself
// is longer than one that comes after a password.
const (
	firstCodeDigits  = 8
	secondCodeDigits = 6
)

// sentCode is what a challenge remembers of the code that it sent. The code
// lives as long as the session.
type sentCode struct {
	Hash      []byte `json:"hash"`
	Attribute string `json:"attribute"`
	To        string `json:"to"`

	// New marks an address that the user gave in this sign-in, and has only if
	// the code is right.
	New bool `json:"new,omitzero"`
}

// codeHash is what is kept of a code. No other sign-in and no other address
// makes the same of it.
func codeHash(pool *catalog.Pool, eventID, to, clear string) []byte {
	return pool.Key.MAC("sign-in code", eventID, to, clear)
}

// askCode sends a code to an attribute of the user and asks for it. A name
// without a user is asked for a code that nobody was sent. The message is
// composed first, for its function may refuse, and sent when the session is
// there.
func (s *Service) askCode(ctx context.Context, p proved, name cognito.ChallengeNameType, attribute string, digits int, available ...cognito.ChallengeNameType) (*Result, error) {
	sent := &sentCode{Attribute: attribute}
	if p.user != nil {
		sent.To = p.current().Attributes[attribute]
	}
	return s.sendCode(ctx, p, name, sent, digits, available)
}

func (s *Service) sendCode(ctx context.Context, p proved, name cognito.ChallengeNameType, sent *sentCode, digits int, available []cognito.ChallengeNameType) (*Result, error) {
	pool := p.Client.Pool
	clear := secret.Digits(s.Accounts.Rand, digits)
	sent.Hash = codeHash(pool, p.EventID, sent.To, clear)
	m, where, err := s.Accounts.ComposeSignInCode(ctx, account.SignInCode{
		Client: p.Client, User: p.current(), Typed: p.typed, Attribute: sent.Attribute, To: sent.To,
		Code: clear, Expires: s.Accounts.Now().Add(p.Client.AuthSessionLife()), Metadata: p.metadata,
	})
	if err != nil {
		return nil, err
	}
	parameters := map[string]string{
		"CODE_DELIVERY_DELIVERY_MEDIUM": string(where.Medium),
		"CODE_DELIVERY_DESTINATION":     where.Destination,
	}
	if p.user != nil && !p.unproved {
		parameters["USER_ID_FOR_SRP"] = p.user.Username
	}
	subject := account.Subject(pool, p.user, p.typed)
	p.also(func(tx store.Tx) error { return s.Accounts.CountSignInCode(tx, pool.ID, subject) })
	r, err := s.ask(ctx, p, challenge{name: name, parameters: parameters, available: available, asked: asked{Code: sent}})
	if err != nil || p.user == nil {
		return r, err
	}
	if err := s.Accounts.SendSignInCode(ctx, m, p.unproved && p.hides()); err != nil {
		return nil, err
	}
	return r, nil
}

// redeemCode compares an answer with the code of its session. A wrong one is
// counted and leaves the session as it is. A right one leads to the next step,
// which uses the session up and verifies the address that the code went to.
func (s *Service) redeemCode(ctx context.Context, in Answer, session *pending, typed string) (p proved, err error) {
	sent := session.memory.Asked.Code
	if sent == nil || !sent.isFor(session.user) {
		return p, idp.ErrSessionInvalid // whoever has the former address must not get in
	}
	p = s.resumed(ctx, in, session)
	pool := in.Client.Pool
	right := func() bool {
		return secret.Equal(sent.Hash, codeHash(pool, p.EventID, sent.To, typed)) && p.user != nil
	}
	if err := s.checkFactor(ctx, &p, session, guess{right: right, refusal: idp.ErrCodeOrState}); err != nil {
		return p, err
	}
	p.prove(idp.CodeMethods[sent.Attribute])
	p.also(func(tx store.Tx) error { return tx.ClearAttempts(pool.ID, session.subject, idp.AttemptSendFactor) })
	return p, s.alter(&p, sent.verify)
}

// isFor tells whether a user still has the address that a code was sent to. A
// name without a user has none.
func (c *sentCode) isFor(u *idp.User) bool {
	switch {
	case u == nil:
		return c.To == ""
	case c.New:
		return u.Attributes[c.Attribute] == ""
	}
	return u.Attributes[c.Attribute] == c.To
}

// verify makes the address that the code went to a verified one of the user.
func (c *sentCode) verify(u *idp.User) (changed bool, err error) {
	if !c.isFor(u) {
		return false, idp.ErrSessionInvalid
	}
	if u.Verified(c.Attribute) {
		return false, nil
	}
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	u.Attributes[c.Attribute] = c.To
	u.Attributes[c.Attribute+"_verified"] = "true"
	return true, nil
}
