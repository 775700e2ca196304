package signin

import (
	"context"
	"errors"
	"time"

	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/trigger"
)

// timestampSkew is how far a device's clock may be off.
const timestampSkew = 5 * time.Minute

// answerPasswordVerifier checks the proof that a client knows the password
// (PASSWORD_VERIFIER). What the user's state has to say comes after the proof,
// or before it where the client may know who exists.
func (s *Service) answerPasswordVerifier(ctx context.Context, in Answer) (*Result, error) {
	proof, blockText, timestamp := in.Responses["PASSWORD_CLAIM_SIGNATURE"], in.Responses["PASSWORD_CLAIM_SECRET_BLOCK"], in.Responses["TIMESTAMP"]
	for _, name := range []string{"PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP"} {
		if in.Responses[name] == "" {
			return nil, missing(name)
		}
	}
	pool := in.Client.Pool
	state, raw, err := openBlock(in.Client, blockText, s.Accounts.Now())
	if err != nil {
		return nil, err
	}
	if err := s.checkTimestamp(timestamp); err != nil {
		return nil, err
	}
	session, err := s.resumeBlock(ctx, in, state)
	if err != nil {
		return nil, err
	}
	a, err := s.look(ctx, in.Caller, state.Username)
	if err != nil {
		return nil, err
	}
	if !s.isFor(a.user, state, in) {
		return nil, idp.ErrIncorrectUsernameOrPassword
	}
	if s.locked(a) {
		return nil, idp.ErrPasswordAttemptsExceeded
	}
	if !in.hides() {
		switch {
		case a.user == nil:
			return nil, idp.ErrUserNotFound // deleted since
		case !a.user.Enabled:
			return nil, idp.ErrUserDisabled
		case a.user.Status == cognito.UserStatusResetRequired:
			return nil, idp.ErrPasswordResetRequired
		}
	}
	step := s.proven(ctx, in, state, session)
	step.user = a.user

	id := state.Username
	if a.user == nil {
		id = dummyID(pool, state.Username)
	}
	right, err := s.checkProof(ctx, in, a.user, state, raw, id, proof, timestamp)
	if err != nil {
		return nil, err
	}
	if !right || a.user == nil || a.user.Password == nil {
		return nil, s.fail(ctx, pool.ID, a.subject, step.event, idp.ErrIncorrectUsernameOrPassword)
	}
	return s.afterPassword(ctx, step)
}

// resumeBlock finds the session that a block belongs to, nil if it stands for
// itself. A block is no good in another session, however alike the two are.
func (s *Service) resumeBlock(ctx context.Context, in Answer, state block) (*pending, error) {
	if state.Session == "" {
		return nil, nil
	}
	p, err := s.resume(ctx, in)
	if err != nil {
		return nil, err
	}
	if p.memory.Asked.Block != state.Session {
		return nil, idp.ErrSessionInvalid
	}
	return p, nil
}

// proven is the step after a right proof: it goes on in the session of the
// block, or begins with the block, and uses up the one or the other.
func (s *Service) proven(ctx context.Context, in Answer, state block, session *pending) proved {
	pool := in.Client.Pool
	var step proved
	if session != nil {
		step = s.resumed(ctx, in, session)
	} else {
		step = proved{
			Caller:   in.Caller,
			trail:    trail{EventID: state.EventID, Source: trigger.TokenGenerationAuthentication, deviceTrail: deviceTrail{DeviceKey: state.DeviceKey}},
			event:    s.Accounts.NewEvent(ctx, pool, in.Client.ID, in.Address, idp.EventSignIn),
			metadata: in.Metadata,
			spend:    func(tx store.Tx) error { return state.spend(tx, pool) },
		}
	}
	step.sendDevice(in.Responses)
	return step
}

// spend marks that a block has led somewhere. The mark stays a little longer
// than the block could be answered.
func (b block) spend(tx store.Tx, pool *catalog.Pool) error {
	err := tx.Spend(pool.ID, pool.Key.MAC("spent secret block", b.EventID), time.Unix(b.Expires, 0).Add(time.Minute))
	if errors.Is(err, store.ErrExists) {
		return idp.ErrIncorrectUsernameOrPassword // a replayed answer
	}
	return err
}

// isFor tells whether a block belongs to the user that the answer names: by
// the canonical name, or by whatever was typed to get the block.
func (s *Service) isFor(user *idp.User, state block, in Answer) bool {
	pool := in.Client.Pool
	named := in.Responses["USERNAME"]
	if user == nil {
		return standsFor(pool, named, state.Username)
	}
	if state.Unknown || user.Username != state.Username {
		return false // the name had no user when the block was made
	}
	if named == user.Username {
		return true
	}
	for _, id := range user.Identifiers(pool.UserPool) {
		if id.Value == pool.Fold(named) {
			return true
		}
	}
	return false
}

// standsFor tells whether an answer names a name without a user: as it was
// typed, or by the id that such a name was given.
func standsFor(pool *catalog.Pool, named, typed string) bool {
	return pool.Fold(named) == pool.Fold(typed) || named == dummyID(pool, typed)
}

// checkProof computes the key that the password would have led to and compares
// the signature made with it.
func (s *Service) checkProof(ctx context.Context, in Answer, user *idp.User, state block, raw []byte, id, proof, timestamp string) (right bool, err error) {
	pool := in.Client.Pool
	verifier, err := verifierOf(pool, user, state.Username)
	if err != nil {
		return false, err
	}
	err = s.arithmetic(ctx, func() error {
		key, err := srp.SharedKey(state.A, state.B, state.Private, verifier)
		if err != nil {
			return idp.ErrIncorrectUsernameOrPassword
		}
		right = srp.CheckSignature(proof, key, pool.Name(), id, raw, timestamp)
		return nil
	})
	return right, err
}

// checkTimestamp tells whether the time that a device signed is near now.
func (s *Service) checkTimestamp(text string) error {
	t, err := srp.ParseTimestamp(text)
	if err != nil {
		return idp.InvalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	now := time.Now
	if s.ClientClock != nil {
		now = s.ClientClock
	}
	if d := now().Sub(t); d > timestampSkew || d < -timestampSkew {
		return idp.ErrIncorrectUsernameOrPassword
	}
	return nil
}
