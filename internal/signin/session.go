package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// trail is what a sign-in remembers from its first step to its tokens, however
// many challenges lie between them.
type trail struct {
	EventID string               `json:"event"`
	Flow    cognito.AuthFlowType `json:"flow,omitzero"`   // USER_AUTH or CUSTOM_AUTH; empty in the others
	Source  trigger.Source       `json:"source,omitzero"` // of PreTokenGeneration

	// First is the factor that USER_AUTH began with, where it is no password.
	First cognito.ChallengeNameType `json:"first,omitzero"`

	deviceTrail

	// Rounds are the challenges that a CUSTOM_AUTH sign-in has behind it.
	Rounds []trigger.ChallengeResult `json:"rounds,omitzero"`

	// SRPA is the client's public key, where CUSTOM_AUTH begins with it.
	SRPA []byte `json:"srp_a,omitzero"`
}

// asked is what one challenge remembers until it is answered, beside the
// trail.
type asked struct {
	// Block is the mark of the secret block that a PASSWORD_VERIFIER belongs
	// to.
	Block string `json:"block,omitzero"`

	SignUp *signedUp `json:"sign_up,omitzero"`

	Custom *customChallenge `json:"custom,omitzero"`

	Device *deviceExchange `json:"device,omitzero"`

	// Code is the code that was sent (SMS_MFA, EMAIL_OTP, SMS_OTP).
	Code *sentCode `json:"code,omitzero"`

	// Enrolled tells that the user has set an authenticator up in this sign-in
	// (MFA_SETUP).
	Enrolled bool `json:"enrolled,omitzero"`

	// WebAuthn is what a passkey has to sign.
	WebAuthn string `json:"webauthn,omitzero"`
}

// memory is the state of a session.
type memory struct {
	Trail trail `json:"trail"`
	Asked asked `json:"asked"`

	// Password tells the password that the user has from any other, so that
	// the session ends with it.
	Password []byte `json:"password"`

	// Typed is the name without a user whose session this is: one that never
	// leads anywhere. Empty for users.
	Typed string `json:"typed,omitzero"`

	// Unproved marks the session of somebody who has proved nothing yet. The
	// state of the user is told after a proof, or where callers may know who
	// exists.
	Unproved bool `json:"unproved,omitzero"`
}

// passwordMark is what a session keeps to know a user's password again.
func passwordMark(pool *catalog.Pool, u *idp.User) []byte {
	if u == nil || u.Password == nil {
		return nil
	}
	return pool.Key.MAC("session password", string(u.Password.Verifier))
}

// sessionBytes is how much chance is in a session's handle. Before it stands
// the client's id, for AssociateSoftwareToken and VerifySoftwareToken, whose
// callers name nothing but the session.
const sessionBytes = 64

// ClientOf reads the client's id from the handle of a session without trusting
// it; "" if it is none.
func ClientOf(session string) string {
	clientID, _, ok := strings.Cut(session, ".")
	if !ok {
		return ""
	}
	return clientID
}

// sessionID is the key under which a session is stored: the handle itself is
// known to the client alone.
func sessionID(pool *catalog.Pool, handle string) []byte { return pool.Key.MAC("session", handle) }

// purposeSession is the purpose under which the state of a session is sealed;
// the id is the client's.
const purposeSession = "session-state"

// challenge is what a user is asked next.
type challenge struct {
	name       cognito.ChallengeNameType
	parameters map[string]string
	available  []cognito.ChallengeNameType // AvailableChallenges; nil outside USER_AUTH
	asked      asked
}

// ask makes a session that waits for the answer to a challenge, in the
// transaction that makes good what was proved so far.
func (s *Service) ask(ctx context.Context, p proved, c challenge) (*Result, error) {
	if p.user == nil {
		return s.pretend(ctx, p, c)
	}
	if p.unproved {
		return s.keep(ctx, p, p.user.Username, c, memory{Trail: p.trail, Asked: c.asked, Unproved: true})
	}
	after := p.user
	if p.after != nil {
		after = p.after
	}
	handle, session, err := s.newSession(p.Client, after.Username, c.name, memory{
		Trail: p.trail, Asked: c.asked, Password: passwordMark(p.Client.Pool, after),
	})
	if err != nil {
		return nil, err
	}
	err = s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		a, err := s.admit(tx, p)
		if err != nil {
			return err
		}
		if p.change != nil {
			if err := p.change(tx, a.user); err != nil {
				return err
			}
		}
		return tx.CreateSession(session)
	})
	if err != nil {
		return nil, err
	}
	return &Result{Challenge: c.name, Parameters: c.parameters, Available: c.available, Session: handle}, nil
}

// pretend asks a name without a user a challenge that no answer fulfils.
func (s *Service) pretend(ctx context.Context, p proved, c challenge) (*Result, error) {
	subject := account.Subject(p.Client.Pool, nil, p.typed)
	return s.keep(ctx, p, subject, c, memory{Trail: p.trail, Asked: c.asked, Typed: p.typed, Unproved: true})
}

// keep makes a session that nothing was proved for. It costs the same for a
// user and for a name without one.
func (s *Service) keep(ctx context.Context, p proved, subject string, c challenge, m memory) (*Result, error) {
	handle, session, err := s.newSession(p.Client, subject, c.name, m)
	if err != nil {
		return nil, err
	}
	err = s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		if p.spend != nil {
			if err := p.spend(tx); err != nil {
				return err
			}
		}
		return tx.CreateSession(session)
	})
	if err != nil {
		return nil, err
	}
	return &Result{Challenge: c.name, Parameters: c.parameters, Available: c.available, Session: handle}, nil
}

// newSession makes a session. Nothing is stored yet.
func (s *Service) newSession(c *catalog.Client, username string, name cognito.ChallengeNameType, m memory) (handle string, _ *idp.Session, err error) {
	handle = c.ID + "." + secret.Token(s.Accounts.Rand, sessionBytes)
	clear, err := json.Marshal(m)
	if err != nil {
		return "", nil, fmt.Errorf("writing session: %w", err)
	}
	state, err := c.Pool.Key.Seal(purposeSession, c.ID, clear)
	if err != nil {
		return "", nil, fmt.Errorf("sealing session: %w", err)
	}
	return handle, &idp.Session{
		PoolID:    c.PoolID,
		ID:        sessionID(c.Pool, handle),
		ClientID:  c.ID,
		Username:  username,
		Challenge: name,
		State:     state,
		ExpiresAt: s.Accounts.Now().Add(c.AuthSessionLife()),
	}, nil
}

// pending is a session whose answer has come.
type pending struct {
	user    *idp.User // nil in the session of a name without a user
	subject string    // under which attempts are counted
	memory  memory
	id      []byte
}

// resume finds the session of an answer and the user it is about, who must be
// the one that the answer names.
func (s *Service) resume(ctx context.Context, in Answer) (*pending, error) {
	if in.Session == "" {
		return nil, missing("Session")
	}
	return s.reopen(ctx, in.Client, in.Session, in.Challenge, in.Responses["USERNAME"])
}

// reopen finds the session of a handle that waits for a challenge. named, if
// not empty, must be a name of its user.
func (s *Service) reopen(ctx context.Context, c *catalog.Client, handle string, name cognito.ChallengeNameType, named string) (p *pending, err error) {
	err = s.Accounts.Store.View(ctx, func(tx store.Tx) (err error) {
		p, err = s.reopenIn(tx, c, handle, name, named)
		return err
	})
	return p, err
}

// reopenIn is reopen inside a transaction.
func (s *Service) reopenIn(tx store.Tx, c *catalog.Client, handle string, name cognito.ChallengeNameType, named string) (*pending, error) {
	pool := c.Pool
	p := &pending{id: sessionID(pool, handle)}
	session, err := tx.Session(pool.ID, p.id)
	if err == nil {
		err = p.read(tx, c, session, named)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, idp.ErrSessionInvalid
	}
	if err != nil {
		return nil, err
	}
	switch {
	case session.Challenge != name:
		return nil, idp.ErrSessionInvalid
	case session.Spent:
		return nil, idp.ErrSessionSpent
	case !s.Accounts.Now().Before(session.ExpiresAt):
		return nil, idp.ErrSessionExpired
	case p.user != nil && !p.user.Enabled && !(p.memory.Unproved && c.HidesUserExistence()):
		return nil, idp.ErrUserDisabled
	case !p.memory.Unproved && !secret.Equal(p.memory.Password, passwordMark(pool, p.user)):
		return nil, idp.ErrSessionInvalid // the password was set anew
	}
	return p, nil
}

// read reads a session and its user, who must be the one that is named.
func (p *pending) read(tx store.Tx, c *catalog.Client, session *idp.Session, named string) error {
	pool := c.Pool
	if err := p.open(c, session); err != nil {
		return err
	}
	if p.memory.Typed != "" {
		return p.readUnknown(tx, pool, session, named)
	}
	var err error
	if p.user, err = tx.User(pool.ID, session.Username); err != nil || named == "" || named == session.Username {
		return err
	}
	user, err := account.Find(tx, pool, named)
	if err == nil && (user == nil || user.Username != session.Username) {
		return idp.ErrSessionInvalid
	}
	return err
}

// readUnknown is read for a name without a user. It looks up what a user's
// session looks up, so that the time does not tell the two apart.
func (p *pending) readUnknown(tx store.Tx, pool *catalog.Pool, session *idp.Session, named string) error {
	if _, err := tx.User(pool.ID, session.Username); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if named != "" && named != dummyID(pool, p.memory.Typed) {
		if _, err := account.Find(tx, pool, named); err != nil {
			return err
		}
	}
	if !standsFor(pool, named, p.memory.Typed) {
		return idp.ErrSessionInvalid
	}
	return nil
}

// open reads the state of a session.
func (p *pending) open(c *catalog.Client, session *idp.Session) error {
	if session.ClientID != c.ID {
		return idp.ErrSessionInvalid
	}
	clear, err := c.Pool.Key.Open(purposeSession, c.ID, session.State)
	if err != nil {
		return fmt.Errorf("opening session: %w", err)
	}
	if err := json.Unmarshal(clear, &p.memory); err != nil {
		return fmt.Errorf("reading session: %w", err)
	}
	p.subject = session.Username
	return nil
}

// resumed goes on from a session whose answer was right: the next step uses
// the session up.
func (s *Service) resumed(ctx context.Context, in Answer, p *pending) proved {
	pool := in.Client.Pool
	t := p.memory.Trail
	if p.memory.Unproved {
		t.sendDevice(in.Responses)
	}
	if t.Flow == cognito.AuthFlowCustomAuth && isRound(in.Challenge) {
		t.Rounds = append(slices.Clip(t.Rounds), trigger.ChallengeResult{ChallengeName: string(in.Challenge), ChallengeResult: true})
	}
	return proved{
		Caller: in.Caller, user: p.user, typed: p.memory.Typed, trail: t,
		event:    s.Accounts.NewEvent(ctx, pool, in.Client.ID, in.Address, idp.EventSignIn),
		metadata: in.Metadata,
		spend:    func(tx store.Tx) error { return p.spend(tx, pool.ID) },
	}
}

// spend uses a session up, inside the transaction that acts on its answer.
func (p *pending) spend(tx store.Tx, poolID string) error {
	err := tx.SpendSession(poolID, p.id)
	if errors.Is(err, store.ErrNotFound) {
		return idp.ErrSessionSpent
	}
	return err
}
