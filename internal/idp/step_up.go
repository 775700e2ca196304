package idp

import (
	"maps"
	"slices"
	"time"

	"rockpool/internal/cognito"
)

// codeFactors are the factors by which a sign-in can begin with the code that
// a second factor is too.
var codeFactors = map[cognito.ChallengeNameType]cognito.AuthFactorType{
	cognito.ChallengeNameSmsMfa:   cognito.AuthFactorSmsOtp,
	cognito.ChallengeNameEmailOtp: cognito.AuthFactorEmailOtp,
}

// sendsCodes tells whether the pool sends users the codes of a factor: as a
// second one, or to begin with.
func (p *UserPool) sendsCodes(f cognito.ChallengeNameType) bool {
	return codeFactors[f] != "" && (slices.Contains(p.SecondFactors(), f) || p.AllowsFirstFactor(codeFactors[f]))
}

// LevelFactors returns the second factors of which any takes a user from what
// is proved already, the password among it, to a level or higher. They are in
// the order of SecondFactors, and only those that SecondFactors asks for if
// there are such among them.
//
// A level that was asked for may be reached by more than what SecondFactors
// asks for: by an authenticator that the user has proved to have, and by codes
// to an address that the user has verified. Who goes by what was proved earlier
// (credit) gets codes at verified addresses only: whoever stole a token could
// have changed the others.
func (u *User) LevelFactors(p *UserPool, have Proofs, level AcrLevel, credit bool) []cognito.ChallengeNameType {
	if u.Status == cognito.UserStatusExternalProvider {
		return nil
	}
	var can, due []cognito.ChallengeNameType
	asked := u.SecondFactors(p)
	for _, f := range allFactors {
		isAsked := slices.Contains(asked, f)
		if !have.leadTo(level, FactorMethods[f]) || !u.canRaise(p, f, isAsked, credit) {
			continue
		}
		can = append(can, f)
		if isAsked {
			due = append(due, f)
		}
	}
	if len(due) > 0 {
		return due
	}
	return can
}

// leadTo tells whether a method that is not among the proofs yet leads to a
// level.
func (p Proofs) leadTo(level AcrLevel, m Method) bool {
	if p.Has(m) {
		return false
	}
	with := maps.Clone(p)
	if with == nil {
		with = Proofs{}
	}
	with.Add(time.Time{}, m)
	return with.Level() >= level
}

// canRaise tells whether a user can prove a factor to reach a level.
func (u *User) canRaise(p *UserPool, f cognito.ChallengeNameType, asked, credit bool) bool {
	if f == cognito.ChallengeNameSoftwareTokenMfa {
		return u.hasMeans(f)
	}
	verified := u.Verified(factorAttributes[f])
	if !u.hasMeans(f) || credit && !verified {
		return false
	}
	return asked || verified && p.sendsCodes(f) && (u.Factors.Has(f) || !p.leavesOut(f, p.SecondFactors()))
}

// FirstFactorsTo returns those of FirstFactors with which a user can begin a
// sign-in that reaches a level or a higher one.
func (u *User) FirstFactorsTo(p *UserPool, level AcrLevel, passkey bool) []cognito.ChallengeNameType {
	password := level <= AcrLevel1 || len(u.LevelFactors(p, Proofs{MethodPassword: 0}, level, false)) > 0
	return firstFactorsTo(u.FirstFactors(p, passkey), level, password)
}

// LikelyFirstFactorsTo is LikelyFirstFactors for a sign-in that should reach a
// level: the name is taken for that of a user who has whatever the pool offers.
func (p *UserPool) LikelyFirstFactorsTo(typed string, level AcrLevel) []cognito.ChallengeNameType {
	password := level <= AcrLevel1
	for _, f := range allFactors {
		offered := p.sendsCodes(f) || slices.Contains(p.SecondFactors(), f)
		password = password || offered && Proofs{MethodPassword: 0}.leadTo(level, FactorMethods[f])
	}
	return firstFactorsTo(p.LikelyFirstFactors(typed), level, password)
}

// firstFactorsTo keeps the factors that lead to a level. password tells whether
// the password does, with whatever is asked for after it.
func firstFactorsTo(factors []cognito.ChallengeNameType, level AcrLevel, password bool) []cognito.ChallengeNameType {
	return slices.DeleteFunc(factors, func(f cognito.ChallengeNameType) bool {
		switch f {
		case cognito.ChallengeNamePassword, cognito.ChallengeNamePasswordSrp:
			return !password
		case cognito.ChallengeNameWebAuthn:
			return level > AcrLevel3
		}
		return level > AcrLevel2 // a code
	})
}
