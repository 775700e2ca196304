package signin

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/srp"
)

// purposeBlock is the purpose under which secret blocks are sealed with the
// pool's key; the id is the client's.
const purposeBlock = "srp-secret-block"

// block is the state of an SRP sign-in. The client carries it, sealed, as
// SECRET_BLOCK, because USER_SRP_AUTH has no session.
type block struct {
	// Session marks a block that belongs to a session and is answered together
	// with it, in a sign-in that has other steps too. Empty in USER_SRP_AUTH.
	Session string `json:"s,omitzero"`

	Username  string `json:"u"`          // canonical; the typed name where there is no user
	Unknown   bool   `json:"x,omitzero"` // a name without a user
	EventID   string `json:"e,omitzero"` // of the sign-in that the block begins, so that it signs in once
	DeviceKey string `json:"d,omitzero"` // the DEVICE_KEY that the client sent
	A         []byte `json:"a"`
	B         []byte `json:"b"`
	Private   []byte `json:"p"` // the server's exponent
	Expires   int64  `json:"t"` // Unix seconds
}

// srpFlow begins a sign-in in which the password never travels
// (USER_SRP_AUTH). A name without a user gets a challenge that nobody can
// answer, if the client hides which users exist.
func (s *Service) srpFlow(ctx context.Context, in Initiate) (*Result, error) {
	typed := in.Parameters["USERNAME"]
	a, err := srp.ParsePublic(in.Parameters["SRP_A"])
	if err != nil {
		return nil, idp.ErrIncorrectUsernameOrPassword // no password leads to it
	}
	found, err := s.look(ctx, in.Caller, typed)
	if err != nil {
		return nil, err
	}
	if s.locked(found) {
		return nil, idp.ErrPasswordAttemptsExceeded
	}
	if err := s.before(ctx, in, found.user, typed); err != nil {
		return nil, err
	}

	state := block{
		EventID:   secret.UUID(s.Accounts.Rand),
		DeviceKey: deviceKey(in.Parameters),
		A:         a,
	}
	parameters, err := s.begin(ctx, in.Client, state, found.user, typed)
	if err != nil {
		return nil, err
	}
	return &Result{Challenge: cognito.ChallengeNamePasswordVerifier, Parameters: parameters}, nil
}

// askSRP asks for the proof of a password inside a sign-in that has other
// steps too (USER_AUTH, CUSTOM_AUTH): its block is good for nothing without
// the session. a is the client's public value. A name without a user is asked
// as a user is.
func (s *Service) askSRP(ctx context.Context, p proved, a []byte, available []cognito.ChallengeNameType) (*Result, error) {
	typed := p.typed
	if p.user != nil {
		typed = p.user.Username
	}
	state := block{Session: secret.UUID(s.Accounts.Rand), A: a}
	parameters, err := s.begin(ctx, p.Client, state, p.user, typed)
	if err != nil {
		return nil, err
	}
	return s.ask(ctx, p, challenge{
		name: cognito.ChallengeNamePasswordVerifier, parameters: parameters, available: available,
		asked: asked{Block: state.Session},
	})
}

// begin makes the server's part of an SRP exchange and returns the parameters
// of its PASSWORD_VERIFIER, which seal the completed state. The user is nil
// for a name without one.
func (s *Service) begin(ctx context.Context, c *catalog.Client, state block, user *idp.User, typed string) (map[string]string, error) {
	pool := c.Pool
	state.Username, state.Unknown = typed, user == nil
	state.Expires = s.Accounts.Now().Add(c.AuthSessionLife()).Unix()
	salt, id := account.DummySalt(pool, typed), dummyID(pool, typed)
	if user != nil {
		salt, id = srp.Salt(user.Salt), user.Username
		state.Username = id
	}
	verifier, err := verifierOf(pool, user, typed)
	if err != nil {
		return nil, err
	}
	err = s.arithmetic(ctx, func() (err error) {
		state.Private, state.B, err = srp.NewChallenge(s.Accounts.Rand, verifier)
		return err
	})
	if err != nil {
		return nil, err
	}
	sealed, err := state.seal(c)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"SALT":            salt.String(),
		"SECRET_BLOCK":    sealed,
		"SRP_B":           srp.Hex(state.B),
		"USERNAME":        id,
		"USER_ID_FOR_SRP": id,
	}, nil
}

// dummyID is what stands for the canonical name of a name without a user:
// always the same, and in the form that a user's would have.
func dummyID(pool *catalog.Pool, typed string) string {
	alias := len(pool.Settings.AliasAttributes) > 0 && (idp.IsEmail(typed) || idp.IsPhone(typed))
	if pool.UsernameIsAttribute() || alias {
		return secret.UUID(bytes.NewReader(pool.Key.MAC("dummy user id", pool.Fold(typed))))
	}
	return typed
}

// verifierOf is the verifier of a user, or one that no password leads to.
func verifierOf(pool *catalog.Pool, user *idp.User, typed string) ([]byte, error) {
	if user == nil || user.Password == nil {
		return srp.DummyVerifier(pool.Key.MAC("dummy verifier"), pool.ID, pool.Fold(typed)), nil
	}
	return account.OpenVerifier(pool, user)
}

// arithmetic runs password arithmetic when its turn comes.
func (s *Service) arithmetic(ctx context.Context, f func() error) error {
	var failed error
	err := s.Accounts.Budget.Do(ctx, func() { failed = f() })
	if errors.Is(err, srp.ErrSaturated) {
		return idp.ErrTooManyRequests
	}
	if err != nil {
		return fmt.Errorf("waiting for password arithmetic: %w", err)
	}
	return failed
}

func (b block) seal(c *catalog.Client) (string, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("writing secret block: %w", err)
	}
	sealed, err := c.Pool.Key.Seal(purposeBlock, c.ID, text)
	if err != nil {
		return "", fmt.Errorf("sealing secret block: %w", err)
	}
	return base64.StdEncoding.EncodeToString(sealed), nil
}

// maxBlock is the length of the longest SECRET_BLOCK that is read.
const maxBlock = 16 << 10

// openBlock reads a SECRET_BLOCK that a client sent back. raw is what its
// signature covers.
func openBlock(c *catalog.Client, text string, now time.Time) (b block, raw []byte, err error) {
	if len(text) > maxBlock {
		return b, nil, idp.ErrIncorrectUsernameOrPassword
	}
	raw, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		return b, nil, idp.ErrIncorrectUsernameOrPassword
	}
	clear, err := c.Pool.Key.Open(purposeBlock, c.ID, raw)
	if err != nil {
		return b, nil, idp.ErrIncorrectUsernameOrPassword
	}
	if err := json.Unmarshal(clear, &b); err != nil {
		return b, nil, fmt.Errorf("reading secret block: %w", err)
	}
	if now.Unix() >= b.Expires {
		return b, nil, idp.ErrSessionExpired
	}
	return b, raw, nil
}
