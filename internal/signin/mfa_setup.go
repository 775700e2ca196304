package signin

import (
	"context"
	"slices"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// askSetup makes a user without a second factor set one up, in a pool that
// requires one (MFA_SETUP).
func (s *Service) askSetup(ctx context.Context, p proved) (*Result, error) {
	pool := p.Client.Pool.UserPool
	factors := p.current().SetupFactors(pool)
	if len(factors) == 0 {
		return nil, s.refuse(ctx, p, noSecondFactor(pool))
	}
	return s.askList(ctx, p, cognito.ChallengeNameMfaSetup, "MFAS_CAN_SETUP", factors)
}

// noSecondFactor is what somebody is told who has no second factor and cannot
// set one up: only an administrator can help.
func noSecondFactor(pool *idp.UserPool) error {
	factor := cognito.ChallengeNameSmsMfa
	if offered := pool.SecondFactors(); len(offered) > 0 {
		factor = offered[0]
	}
	return idp.ErrFactorNotPossible(factor)
}

// answerSetup goes on when the user has set up a second factor (MFA_SETUP): an
// authenticator, by AssociateSoftwareToken and VerifySoftwareToken, whose
// session this is; or an address, which a code has to prove yet.
func (s *Service) answerSetup(ctx context.Context, in Answer) (*Result, error) {
	session, err := s.resumeProven(ctx, in)
	if err != nil {
		return nil, err
	}
	p := s.resumed(ctx, in, session)
	if session.memory.Asked.Enrolled {
		p.prove(idp.MethodSoftwareToken) // with the code of VerifySoftwareToken
		return s.proceed(ctx, p)
	}
	address := in.Responses["EMAIL"]
	if address == "" {
		address = in.Responses["email"]
	}
	if address == "" {
		return nil, idp.ErrSoftwareTokenUnproved
	}
	pool := in.Client.Pool.UserPool
	if !slices.Contains(session.user.SetupFactors(pool), cognito.ChallengeNameEmailOtp) {
		return nil, idp.ErrFactorUnknown
	}
	if err := idp.CheckValue(pool.Attribute("email"), address); err != nil {
		return nil, err
	}
	sent := &sentCode{Attribute: "email", To: address, New: true}
	return s.sendCode(ctx, p, cognito.ChallengeNameEmailOtp, sent, secondCodeDigits, nil)
}
