package signin

import (
	"context"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/token"
)

// errTemporaryExpired means that nobody used a temporary password in time.
var errTemporaryExpired = idp.NotAuthorized("Temporary password has expired and must be reset by an administrator.")

// proved is a user who proved who they are, or a part of it, and may take the
// next step of the sign-in. A sign-in that begins with a choice has one before
// anything is proved.
type proved struct {
	Caller
	trail
	user     *idp.User // as they were when the proof was checked; nil for a name without one
	typed    string    // the name without a user; empty for users
	unproved bool      // nothing was proved yet
	known    bool      // the caller knows that there is such a user, by an access token of theirs
	event    *idp.Event
	metadata map[string]string // of the operation that answers a challenge

	// passkeys are those of the user, read when it was said what the sign-in
	// can begin with.
	passkeys []*idp.WebAuthnCredential

	// groups are those of the user, if they are known already.
	groups *token.Groups

	// change, if not nil, changes the stored user in the transaction that
	// takes the step; after is the user as they will be then.
	change func(tx store.Tx, u *idp.User) error
	after  *idp.User

	// confirms tells that change confirms a user who is not confirmed yet.
	confirms bool

	// spend uses up what may be used once, in the transaction that takes the
	// step; nil if there is nothing of the kind.
	spend func(tx store.Tx) error
}

// hasPassword tells whether a password is part of the sign-in, so that the
// lockout applies: custom challenges, codes and passkeys alone are not guesses
// at it.
func (p proved) hasPassword() bool {
	return p.First == "" && (p.Flow != cognito.AuthFlowCustomAuth || p.SRPA != nil)
}

// barred says why users in a state are not let in although they know the
// password, or nil.
func barred(u *idp.User) error {
	switch {
	case !u.Enabled:
		return idp.ErrUserDisabled
	case u.Status == cognito.UserStatusResetRequired:
		return idp.ErrPasswordResetRequired
	case u.Status == cognito.UserStatusUnconfirmed:
		return idp.ErrUserNotConfirmed
	}
	return nil
}

// afterPassword goes on when the password was right.
func (s *Service) afterPassword(ctx context.Context, p proved) (*Result, error) {
	p.prove(idp.MethodPassword)
	if err := barred(p.user); err != nil {
		return nil, s.refuse(ctx, p, err)
	}
	if p.user.Status != cognito.UserStatusForceChangePassword {
		return s.secondFactor(ctx, p)
	}
	expires := p.user.Password.SetAt.Add(p.Client.Pool.PasswordPolicy().TemporaryLife)
	if !s.Accounts.Now().Before(expires) {
		return nil, s.refuse(ctx, p, errTemporaryExpired)
	}
	return s.askNewPassword(ctx, p)
}

// proceed lets a user in whose factors are proved. In a custom sign-in the
// pool's function decides that.
func (s *Service) proceed(ctx context.Context, p proved) (*Result, error) {
	if p.Flow == cognito.AuthFlowCustomAuth {
		return s.nextRound(ctx, p)
	}
	return s.finish(ctx, p)
}

// refuse records that a user with the right proof is not let in, and returns
// what they are told. Of many guesses made at once, those that come
// after the lock do not learn that they were right.
func (s *Service) refuse(ctx context.Context, p proved, refusal error) error {
	told := refusal
	err := s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		told = refusal
		failed, err := tx.Attempts(p.Client.PoolID, p.user.Username, idp.AttemptPassword)
		if err != nil {
			return err
		}
		if p.hasPassword() && s.locked(attempt{failed: failed}) {
			told = idp.ErrPasswordAttemptsExceeded
			return nil
		}
		return account.Record(tx, p.event, p.user.Username, refusal)
	})
	if err != nil {
		return err
	}
	return told
}

// end ends a sign-in: its session is used up, and the attempt is recorded, but
// does not count toward any lockout. It returns what the caller is told.
func (s *Service) end(ctx context.Context, p proved, refusal error) error {
	subject := account.Subject(p.Client.Pool, p.user, p.typed)
	err := s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		if p.spend != nil {
			if err := p.spend(tx); err != nil {
				return err
			}
		}
		return account.Record(tx, p.event, subject, refusal)
	})
	if err != nil {
		return err
	}
	return refusal
}
