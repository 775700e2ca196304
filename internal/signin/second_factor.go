package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// secondFactor asks for what the pool and the user want besides the first
// proof, or lets the user in. A remembered device may take its place.
func (s *Service) secondFactor(ctx context.Context, p proved) (*Result, error) {
	instead, err := s.deviceFirst(ctx, &p)
	if err != nil {
		return nil, err
	}
	if factors := p.levelFactors(); len(factors) > 0 {
		p.DeviceOwed = false // it reaches no level
		return s.askSecond(ctx, p, factors)
	}
	user, pool := p.current(), p.Client.Pool.UserPool
	switch factors := user.SecondFactors(pool); {
	case instead, p.covers(factors):
		return s.proceed(ctx, p)
	case len(factors) > 0:
		return s.askSecond(ctx, p, factors)
	case pool.MFARequired() && user.Status != cognito.UserStatusExternalProvider:
		return s.askSetup(ctx, p)
	}
	return s.proceed(ctx, p)
}

// askSecond asks for one of several second factors.
func (s *Service) askSecond(ctx context.Context, p proved, factors []cognito.ChallengeNameType) (*Result, error) {
	if len(factors) == 1 {
		return s.askFactor(ctx, p, factors[0])
	}
	return s.askSelection(ctx, p, factors)
}

// askFactor asks for one second factor.
func (s *Service) askFactor(ctx context.Context, p proved, factor cognito.ChallengeNameType) (*Result, error) {
	switch factor {
	case cognito.ChallengeNameSmsMfa:
		return s.askCode(ctx, p, factor, "phone_number", secondCodeDigits)
	case cognito.ChallengeNameEmailOtp:
		return s.askCode(ctx, p, factor, "email", secondCodeDigits)
	}
	return s.askSoftwareToken(ctx, p)
}

// askSelection asks which of several factors the user wants to prove
// (SELECT_MFA_TYPE).
func (s *Service) askSelection(ctx context.Context, p proved, factors []cognito.ChallengeNameType) (*Result, error) {
	var available []cognito.ChallengeNameType
	if p.Flow == cognito.AuthFlowUserAuth {
		available = factors
	}
	return s.askList(ctx, p, cognito.ChallengeNameSelectMfaType, "MFAS_CAN_CHOOSE", factors, available...)
}

// askList asks a challenge with a list of factors as its parameter.
func (s *Service) askList(ctx context.Context, p proved, name cognito.ChallengeNameType, parameter string, factors []cognito.ChallengeNameType, available ...cognito.ChallengeNameType) (*Result, error) {
	list, err := json.Marshal(factors)
	if err != nil {
		return nil, fmt.Errorf("writing factors: %w", err)
	}
	return s.ask(ctx, p, challenge{name: name, available: available, parameters: map[string]string{
		parameter: string(list), "USER_ID_FOR_SRP": p.user.Username,
	}})
}

// answerSelectFactor goes on with the factor that the user has chosen
// (SELECT_MFA_TYPE).
func (s *Service) answerSelectFactor(ctx context.Context, in Answer) (*Result, error) {
	chosen := cognito.ChallengeNameType(in.Responses["ANSWER"])
	if chosen == "" {
		return nil, missing("ANSWER")
	}
	session, err := s.resumeProven(ctx, in)
	if err != nil {
		return nil, err
	}
	p := s.resumed(ctx, in, session)
	factors := p.levelFactors()
	if len(factors) == 0 {
		factors = p.user.SecondFactors(in.Client.Pool.UserPool)
	}
	if !slices.Contains(factors, chosen) {
		return nil, idp.ErrFactorUnknown
	}
	return s.askFactor(ctx, p, chosen)
}

// answerSecondCode takes the code of a second factor (SMS_MFA, EMAIL_OTP).
func (s *Service) answerSecondCode(ctx context.Context, in Answer, session *pending, code string) (*Result, error) {
	if !session.proven() {
		return nil, idp.ErrSessionInvalid
	}
	p, err := s.redeemCode(ctx, in, session, code)
	if err != nil {
		return nil, err
	}
	if session.memory.Asked.Code.New {
		err = s.alter(&p, func(u *idp.User) (changed bool, err error) {
			u.Factors.SetUp(in.Challenge)
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return s.proceed(ctx, p)
}

// proven tells whether the session is that of a user who has proved something.
// Names without a user never come that far.
func (p *pending) proven() bool { return p.user != nil && !p.memory.Unproved }

// resumeProven is resume for challenges that come after a proof.
func (s *Service) resumeProven(ctx context.Context, in Answer, more ...reading) (*pending, error) {
	proven := func(_ store.Tx, p *pending) error {
		if !p.proven() {
			return idp.ErrSessionInvalid
		}
		return nil
	}
	return s.resume(ctx, in, append([]reading{proven}, more...)...)
}
