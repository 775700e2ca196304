package signin

import (
	"context"
	"errors"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
	"rockpool/internal/totp"
)

// Errors about who sets up an authenticator.
var (
	errNobodyEnrols = idp.InvalidParameter("One of AccessToken and Session is required.")
	errTwoEnrol     = idp.InvalidParameter("Only one of AccessToken and Session may be given.")
)

// Enrolment says who sets up an authenticator: a user who is signed in, or one
// whose sign-in asks for it (MFA_SETUP).
type Enrolment struct {
	Client  *catalog.Client // of the access token; nil without one
	User    *idp.User       // of the access token; nil without one
	Session string
}

// CheckEnroller returns nil if exactly one of the two ways to say who sets up
// an authenticator was used.
func CheckEnroller(accessToken, session string) error {
	switch {
	case accessToken == "" && session == "":
		return errNobodyEnrols
	case accessToken != "" && session != "":
		return errTwoEnrol
	}
	return nil
}

// enroller is who sets up an authenticator.
type enroller struct {
	pool *catalog.Pool
	user *idp.User
	step *proved // of the sign-in; nil for users who are signed in
}

// enroller finds who sets up an authenticator, where the pool offers it.
func (s *Service) enroller(ctx context.Context, in Enrolment) (*enroller, error) {
	if in.User != nil {
		return offered(&enroller{pool: in.Client.Pool, user: in.User})
	}
	clientID := ClientOf(in.Session)
	if clientID == "" {
		return nil, idp.ErrSessionInvalid
	}
	client, err := s.Accounts.Catalog.Client(ctx, clientID)
	if err != nil {
		return nil, err
	}
	session, err := s.reopen(ctx, client, in.Session, cognito.ChallengeNameMfaSetup, "")
	if err != nil {
		return nil, err
	}
	step := s.resumed(ctx, Answer{
		Caller:    Caller{Client: client, Address: idp.RequestFrom(ctx).SourceIP},
		Challenge: cognito.ChallengeNameMfaSetup,
	}, session)
	return offered(&enroller{pool: client.Pool, user: session.user, step: &step})
}

func offered(e *enroller) (*enroller, error) {
	for _, f := range e.pool.SecondFactors() {
		if f == cognito.ChallengeNameSoftwareTokenMfa {
			return e, nil
		}
	}
	return nil, idp.ErrSoftwareTokenOff
}

// change alters the user. A sign-in goes on in a new session, whose handle is
// returned.
func (s *Service) change(ctx context.Context, e *enroller, next asked, gone error, do func(u *idp.User) error, also func(tx store.Tx) error) (session string, err error) {
	if e.step == nil {
		return "", s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
			u, err := account.Again(tx, e.user, gone)
			if err != nil {
				return err
			}
			if err := also(tx); err != nil {
				return err
			}
			if err := do(u); err != nil {
				return err
			}
			return tx.SetUser(u)
		})
	}
	e.step.also(also)
	e.step.change = func(tx store.Tx, u *idp.User) error {
		if err := do(u); err != nil {
			return err
		}
		return tx.SetUser(u)
	}
	r, err := s.ask(ctx, *e.step, challenge{name: cognito.ChallengeNameMfaSetup, asked: next})
	if err != nil {
		return "", err
	}
	return r.Session, nil
}

// AssociateSoftwareToken gives a user the secret of a new authenticator, which
// takes the place of one that is not proved yet. The one that the user has
// stays until VerifySoftwareToken.
func (s *Service) AssociateSoftwareToken(ctx context.Context, in Enrolment) (secretCode, session string, err error) {
	e, err := s.enroller(ctx, in)
	if err != nil {
		return "", "", err
	}
	secret, err := totp.NewSecret(s.Accounts.Rand)
	if err != nil {
		return "", "", err
	}
	sealed, err := e.pool.Key.Seal(purposeSoftwareToken, e.user.Sub, secret)
	if err != nil {
		return "", "", err
	}
	session, err = s.change(ctx, e, asked{}, idp.ErrAccessTokenRevoked, func(u *idp.User) error {
		u.Factors.PendingToken = sealed
		return nil
	}, func(store.Tx) error { return nil })
	if err != nil {
		return "", "", sessionError(err)
	}
	return totp.Encode(secret), session, nil
}

// sessionError is what AssociateSoftwareToken says of a user who may not sign
// in any more: it has no error for the reasons.
func sessionError(err error) error {
	for _, barred := range []error{idp.ErrUserNotFound, idp.ErrPasswordResetRequired, idp.ErrUserNotConfirmed} {
		if errors.Is(err, barred) {
			return idp.ErrSessionInvalid
		}
	}
	return err
}

// VerifySoftwareToken makes the authenticator whose secret a user was given
// the user's, if a code proves that it works. Whoever does this in a sign-in is
// asked for the authenticator from now on; others turn it on for themselves.
// The code is used up.
func (s *Service) VerifySoftwareToken(ctx context.Context, in Enrolment, code, name string) (session string, err error) {
	if err := idp.CheckFriendlyDeviceName(name); err != nil {
		return "", err
	}
	e, err := s.enroller(ctx, in)
	if err != nil {
		return "", err
	}
	pending := e.user.Factors.PendingToken
	if pending == nil {
		return "", idp.ErrSoftwareTokenNone
	}
	secret, err := openSoftwareToken(e.pool, e.user, pending)
	if err != nil {
		return "", err
	}
	step, ok := totp.Check(secret, code, s.Accounts.Now())
	if !ok {
		return "", s.failEnrolment(ctx, e)
	}
	now := s.Accounts.Now()
	return s.change(ctx, e, asked{Enrolled: true}, idp.ErrUserNotFound, func(u *idp.User) error {
		if e.step == nil {
			if err := account.Barred(u); err != nil {
				return err
			}
		}
		if err := u.Factors.ProveSoftwareToken(pending, name); err != nil {
			return err
		}
		if e.step != nil {
			u.Factors.SetUp(cognito.ChallengeNameSoftwareTokenMfa)
		}
		u.Modified = now
		return nil
	}, func(tx store.Tx) error { return s.redeemEnrolment(tx, e, newSpentStep(e.pool, e.user, pending, step)) })
}

// failEnrolment counts a code that did not prove the secret.
func (s *Service) failEnrolment(ctx context.Context, e *enroller) error {
	err := s.Accounts.Store.Update(ctx, func(tx store.Tx) error {
		a, err := s.enrolAttempts(tx, e)
		if err != nil {
			return err
		}
		return tx.PutAttempts(a)
	})
	if err != nil {
		return err
	}
	return idp.ErrSoftwareTokenMismatch
}

// redeemEnrolment uses up a code that did, unless guesses made at the same
// time have used up the attempts.
func (s *Service) redeemEnrolment(tx store.Tx, e *enroller, used spentStep) error {
	if _, err := s.enrolAttempts(tx, e); err != nil {
		return err
	}
	if err := tx.ClearAttempts(e.pool.ID, e.user.Username, idp.AttemptEnrol); err != nil {
		return err
	}
	err := used.spend(tx)
	if errors.Is(err, idp.ErrSoftwareTokenUsed) {
		return idp.ErrSoftwareTokenNone // the same code has proved the same secret just now
	}
	return err
}

// enrolAttempts returns the counter with one attempt more, or refuses it.
func (s *Service) enrolAttempts(tx store.Tx, e *enroller) (*idp.Attempts, error) {
	a, err := tx.Attempts(e.pool.ID, e.user.Username, idp.AttemptEnrol)
	if err != nil || s.Accounts.Unlimited {
		return a, err
	}
	if a.Take(s.Accounts.Now(), idp.HourlyLimit[idp.AttemptEnrol]) != nil {
		return nil, idp.ErrTooManyRequests
	}
	return a, nil
}
