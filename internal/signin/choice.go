package signin

import (
	"context"
	"slices"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/store"
)

// Errors about choices.
var (
	errPreferredUnknown = idp.InvalidParameter("PREFERRED_CHALLENGE must be one of PASSWORD, PASSWORD_SRP, EMAIL_OTP, SMS_OTP and WEB_AUTHN.")
	errNotAvailable     = idp.InvalidParameter("ANSWER must be one of the available challenges.")
	errNoFirstFactor    = idp.NotAuthorized("User has no factor to sign in with.")
)

// choices are the challenges that a user may prefer.
var choices = []cognito.ChallengeNameType{
	cognito.ChallengeNamePasswordSrp, cognito.ChallengeNamePassword, cognito.ChallengeNameEmailOtp,
	cognito.ChallengeNameSmsOtp, cognito.ChallengeNameWebAuthn,
}

// choiceFlow begins a sign-in whose first factor the user chooses (USER_AUTH).
// A name without a user is asked what the pool's users are asked, if the
// client hides who exists.
func (s *Service) choiceFlow(ctx context.Context, in Initiate) (*Result, error) {
	preferred, err := in.preferred()
	if err != nil {
		return nil, err
	}
	target, err := s.target(ctx, in)
	if err != nil {
		return nil, err
	}
	typed := in.Parameters["USERNAME"]
	var passkeys []*idp.WebAuthnCredential
	found, err := s.find(ctx, in.Caller, typed, func(tx store.Tx, a *attempt) (err error) {
		passkeys, err = readPasskeys(tx, in.Client.Pool, a.subject)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := target.allow(found.user); err != nil {
		return nil, err
	}
	signUp, err := s.resumeSignUp(ctx, in)
	if err != nil {
		return nil, err
	}
	p := proved{
		Caller: in.Caller, user: found.user, passkeys: passkeys, unproved: true, spend: signUp.spendIn(in.Client.PoolID),
		event: s.Accounts.NewEvent(ctx, in.Client.Pool, in.Client.ID, in.Address, idp.EventSignIn),
	}
	p.trail = newTrail(in, p.event.ID)
	p.known = target.holder != nil
	p.assurance = target.assurance(p.user, s.Accounts.Now())
	migrated := false
	if p.user == nil && preferred == cognito.ChallengeNamePassword && in.Parameters["PASSWORD"] != "" {
		if p.user, err = s.migrate(ctx, in, found.subject, p.event); err != nil {
			return nil, err
		}
		migrated = p.user != nil
	}
	if err := s.before(ctx, in, p.user, typed); err != nil {
		return nil, err
	}
	if migrated && p.user.Status == cognito.UserStatusResetRequired {
		return nil, idp.ErrPasswordResetRequired // the function has taken the password
	}
	if p.Credit != nil {
		if _, second := p.plan(preferred); len(second) > 0 {
			return s.raise(ctx, p, second, preferred)
		}
	}
	available, err := s.available(&p, typed)
	if err != nil {
		return nil, err
	}
	if p.user != nil && signUp.proves(available) {
		return s.afterSignUp(ctx, p, signUp.memory.Asked.SignUp)
	}
	if !slices.Contains(available, preferred) {
		preferred = cognito.ChallengeNameSelectChallenge
	}
	return s.choose(ctx, p, preferred, in.Parameters, available)
}

// preferred reads PREFERRED_CHALLENGE, which need not be there.
func (in Initiate) preferred() (cognito.ChallengeNameType, error) {
	preferred := cognito.ChallengeNameType(in.Parameters["PREFERRED_CHALLENGE"])
	if preferred != "" && !slices.Contains(choices, preferred) {
		return "", errPreferredUnknown
	}
	return preferred, nil
}

// available returns what a user can begin with. Somebody who could not sign in
// in any way is taken for a name without a user where the client hides who
// exists: the answer must look like any other.
func (s *Service) available(p *proved, typed string) ([]cognito.ChallengeNameType, error) {
	if p.user != nil {
		list := p.firstFactors()
		switch {
		case len(list) > 0:
			return list, nil
		case p.hides() && !p.known:
		case p.Levels != nil:
			return nil, errLevelOut
		default:
			return nil, errNoFirstFactor
		}
		p.user = nil
	}
	p.typed = typed
	list := p.likelyFirstFactors(typed)
	if len(list) == 0 && p.Levels != nil {
		return nil, errLevelOut
	}
	return list, nil
}

// choose asks for one factor, or for the choice of one. responses are what the
// client sent with it: a password or SRP_A makes a step of its own superfluous.
func (s *Service) choose(ctx context.Context, p proved, name cognito.ChallengeNameType, responses map[string]string, available []cognito.ChallengeNameType) (*Result, error) {
	switch {
	case name == cognito.ChallengeNamePassword && responses["PASSWORD"] != "":
		return s.provePassword(ctx, p, responses["PASSWORD"])
	case name == cognito.ChallengeNamePasswordSrp && responses["SRP_A"] != "":
		return s.exchangeSRP(ctx, p, responses["SRP_A"], available)
	case name == cognito.ChallengeNameEmailOtp, name == cognito.ChallengeNameSmsOtp:
		p.First = name
		return s.askFirstCode(ctx, p, name, available)
	case name == cognito.ChallengeNameWebAuthn:
		p.First = name
		return s.askPasskey(ctx, p, available)
	}
	return s.ask(ctx, p, challenge{name: name, parameters: map[string]string{}, available: available})
}

// provePassword goes on with a password in the clear.
func (s *Service) provePassword(ctx context.Context, p proved, password string) (*Result, error) {
	if err := s.refuseLocked(ctx, p); err != nil {
		return nil, err
	}
	pool := p.Client.Pool
	right, err := s.Accounts.CheckPassword(ctx, pool, p.user, p.typed, password)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, s.fail(ctx, pool.ID, account.Subject(pool, p.user, p.typed), p.event, idp.ErrIncorrectUsernameOrPassword)
	}
	p.unproved = false
	return s.afterPassword(ctx, p)
}

// exchangeSRP goes on with a proof of the password, of which this is the first
// half.
func (s *Service) exchangeSRP(ctx context.Context, p proved, srpA string, available []cognito.ChallengeNameType) (*Result, error) {
	a, err := srp.ParsePublic(srpA)
	if err != nil {
		return nil, idp.ErrIncorrectUsernameOrPassword // no password leads to it
	}
	if err := s.refuseLocked(ctx, p); err != nil {
		return nil, err
	}
	return s.askSRP(ctx, p, a, available)
}

// refuseLocked returns an error while wrong passwords have locked the user.
// Other factors have limits of their own: whoever guesses at a password must
// not keep its user from signing in without it.
func (s *Service) refuseLocked(ctx context.Context, p proved) error {
	return s.Accounts.Store.View(ctx, func(tx store.Tx) error { return s.refuseLockedIn(tx, p) })
}

// refuseLockedIn is refuseLocked inside a transaction.
func (s *Service) refuseLockedIn(tx store.Tx, p proved) error {
	if !p.hasPassword() {
		return nil
	}
	pool := p.Client.Pool
	failed, err := tx.Attempts(pool.ID, account.Subject(pool, p.user, p.typed), idp.AttemptPassword)
	if err == nil && s.locked(attempt{failed: failed}) {
		err = idp.ErrPasswordAttemptsExceeded
	}
	return err
}
