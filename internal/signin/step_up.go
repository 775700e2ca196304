package signin

import (
	"context"
	"slices"
	"strconv"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/token"
)

// Errors about levels of authentication.
var (
	errNoLevel        = idp.InvalidParameter("TARGET_ACR_VALUES has no value of a level of the user pool.")
	errMaxAge         = idp.InvalidParameter("MAX_AGE must be a number of seconds.")
	errTokenAlone     = idp.InvalidParameter("ACCESS_TOKEN requires TARGET_ACR_VALUES.")
	errTokenForeign   = idp.NotAuthorized("Access Token does not belong to the user.")
	errTokenElsewhere = idp.NotAuthorized("Access Token was issued to another client.")
)

// maxTargets bounds a list of levels, most of which no pool may know.
const maxTargets = 2048

// target is what a sign-in asks for (TARGET_ACR_VALUES, MAX_AGE,
// ACCESS_TOKEN).
type target struct {
	levels []idp.AcrLevel // the highest first; nil if any will do
	maxAge time.Duration  // of a credit; negative if it may have any

	// holder is who the access token speaks for; nil without one.
	holder *token.Principal
}

// target reads what level a sign-in should reach, and checks the access token
// of the earlier one that it builds on, as any other operation checks it.
func (s *Service) target(ctx context.Context, in Initiate) (t target, err error) {
	list, isTarget := in.Parameters["TARGET_ACR_VALUES"]
	text, hasToken := in.Parameters["ACCESS_TOKEN"]
	if t.maxAge, err = in.maxAge(); err != nil {
		return t, err
	}
	if !isTarget {
		if hasToken {
			err = errTokenAlone
		}
		return t, err
	}
	if len(list) <= maxTargets {
		t.levels = in.Client.Pool.AcrLevels(list)
	}
	if len(t.levels) == 0 {
		return t, errNoLevel
	}
	if !hasToken {
		return t, nil
	}
	if t.holder, err = s.Tokens.Access(ctx, text); err != nil {
		return t, err
	}
	if t.holder.Client.PoolID == in.Client.PoolID && t.holder.Client.ID != in.Client.ID {
		err = errTokenElsewhere // what one app holds is no proof to another
	}
	return t, err
}

// maxAge reads MAX_AGE, which need not be there.
func (in Initiate) maxAge() (time.Duration, error) {
	text, ok := in.Parameters["MAX_AGE"]
	if !ok {
		return -1, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, errMaxAge
	}
	return time.Duration(n) * time.Second, nil
}

// allow returns nil if the access token, if there is one, is that of the user
// with whose name it came; nil for a name without one.
func (t *target) allow(u *idp.User) error {
	if t.holder != nil && (u == nil || u.PoolID != t.holder.User.PoolID || u.Sub != t.holder.User.Sub) {
		return errTokenForeign
	}
	return nil
}

// assurance is what a sign-in with the target begins with. A method counts that
// is not older than MAX_AGE allows, the password also only until there is
// another one.
func (t *target) assurance(u *idp.User, now time.Time) assurance {
	a := assurance{Levels: t.levels}
	if t.holder == nil {
		return a
	}
	proofs := idp.Proofs{}
	for m, at := range t.holder.Family.Proofs {
		if t.maxAge >= 0 && (t.maxAge == 0 || now.Sub(time.Unix(at, 0)) > t.maxAge) {
			continue
		}
		if m == idp.MethodPassword && (u.Password == nil || u.Password.SetAt.Unix() > at) {
			continue
		}
		proofs[m] = at
	}
	if len(proofs) > 0 {
		a.Credit = &credit{Family: t.holder.Family.ID, Proofs: proofs}
	}
	return a
}

// plan says how a user begins a sign-in that should reach a level: with one of
// the second factors, because what is credited lacks nothing else; else with
// one of the first factors. The levels are tried from the highest down. A
// credit that reaches a level already, or does not help, is dropped: tokens are
// given for what is proved now, never for tokens alone. preferred is
// PREFERRED_CHALLENGE.
func (p *proved) plan(preferred cognito.ChallengeNameType) (first, second []cognito.ChallengeNameType) {
	pool, have := p.Client.Pool.UserPool, p.credited()
	for _, level := range p.Levels {
		first = p.user.FirstFactorsTo(pool, level, len(p.passkeys) > 0)
		byPasskey := preferred == cognito.ChallengeNameWebAuthn && slices.Contains(first, preferred)
		if len(have) > 0 && have.Level() < level && !byPasskey {
			if have.Has(idp.MethodPassword) {
				if second = p.user.LevelFactors(pool, have, level, true); len(second) > 0 {
					return nil, second
				}
			} else if passwords := p.passwordsTo(level); len(passwords) > 0 {
				return passwords, nil
			}
		}
		if len(first) > 0 {
			break
		}
	}
	p.Credit = nil
	return first, nil
}

// passwordsTo returns the ways to prove the password, if that, with what is
// credited and a second factor, leads to a level.
func (p *proved) passwordsTo(level idp.AcrLevel) []cognito.ChallengeNameType {
	pool := p.Client.Pool.UserPool
	with := p.assurance
	with.prove(idp.MethodPassword)
	have := with.proofs()
	if have.Level() < level && len(p.user.LevelFactors(pool, have, level, true)) == 0 {
		return nil
	}
	return slices.DeleteFunc(p.user.FirstFactors(pool, false), func(c cognito.ChallengeNameType) bool {
		return c != cognito.ChallengeNamePassword && c != cognito.ChallengeNamePasswordSrp
	})
}

// firstFactors returns what a user can begin with, to reach a level if one is
// asked for.
func (p *proved) firstFactors() []cognito.ChallengeNameType {
	if p.Levels == nil {
		return p.user.FirstFactors(p.Client.Pool.UserPool, len(p.passkeys) > 0)
	}
	first, _ := p.plan("")
	if p.hides() && p.Credit == nil {
		return p.likeAnybody(first)
	}
	return first
}

// likeAnybody returns what a user is offered in place of their first factors
// where nobody must see by the offer which names have users: what names without
// one are offered, as far as it leads to one of the levels, and a passkey. What
// the user cannot reach then shows after the proof only. Users whom none of it
// helps are offered their own.
func (p *proved) likeAnybody(own []cognito.ChallengeNameType) []cognito.ChallengeNameType {
	anybody := p.likelyFirstFactors("") // a name that tells nothing, in every step the same
	usable := p.user.FirstFactorsTo(p.Client.Pool.UserPool, p.Levels[len(p.Levels)-1], len(p.passkeys) > 0)
	if !slices.ContainsFunc(usable, func(c cognito.ChallengeNameType) bool { return slices.Contains(anybody, c) }) {
		return own
	}
	return slices.DeleteFunc(usable, func(c cognito.ChallengeNameType) bool {
		return !slices.Contains(anybody, c) && !(c == cognito.ChallengeNameWebAuthn && slices.Contains(own, c))
	})
}

// likelyFirstFactors is firstFactors for a name without a user.
func (p *proved) likelyFirstFactors(typed string) []cognito.ChallengeNameType {
	pool := p.Client.Pool
	if p.Levels == nil {
		return pool.LikelyFirstFactors(typed)
	}
	for _, level := range p.Levels {
		if list := pool.LikelyFirstFactorsTo(typed, level); len(list) > 0 {
			return list
		}
	}
	return nil
}

// raise asks for the factor that what is credited lacks.
func (s *Service) raise(ctx context.Context, p proved, factors []cognito.ChallengeNameType, preferred cognito.ChallengeNameType) (*Result, error) {
	p.unproved, p.First = false, factors[0]
	if err := barred(p.user); err != nil {
		return nil, s.refuse(ctx, p, err)
	}
	if _, err := s.recognize(ctx, &p); err != nil {
		return nil, err
	}
	if preferred == cognito.ChallengeNameSmsOtp {
		preferred = cognito.ChallengeNameSmsMfa // its name as a second factor
	}
	if slices.Contains(factors, preferred) {
		factors = []cognito.ChallengeNameType{preferred}
	}
	return s.askSecond(ctx, p, factors)
}

// levelFactors returns the second factors of which one is owed after what was
// proved, to reach the highest level that can be reached.
func (p *proved) levelFactors() []cognito.ChallengeNameType {
	have := p.proofs()
	for _, level := range p.Levels {
		if have.Level() >= level || !have.Has(idp.MethodPassword) {
			return nil
		}
		if list := p.current().LevelFactors(p.Client.Pool.UserPool, have, level, p.Credit != nil); len(list) > 0 {
			return list
		}
	}
	return nil
}

// covers tells whether one of several factors is credited, so that none of them
// has to be proved again.
func (a *assurance) covers(factors []cognito.ChallengeNameType) bool {
	return slices.ContainsFunc(factors, func(f cognito.ChallengeNameType) bool {
		return a.credited().Has(idp.FactorMethods[f])
	})
}
