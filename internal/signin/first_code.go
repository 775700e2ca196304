package signin

import (
	"context"
	"slices"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// codeAttributes are the attributes to which the codes go that begin a
// sign-in.
var codeAttributes = map[cognito.ChallengeNameType]string{
	cognito.ChallengeNameEmailOtp: "email",
	cognito.ChallengeNameSmsOtp:   "phone_number",
}

// askFirstCode sends a code that lets the user in by itself (EMAIL_OTP,
// SMS_OTP).
func (s *Service) askFirstCode(ctx context.Context, p proved, name cognito.ChallengeNameType, available []cognito.ChallengeNameType) (*Result, error) {
	return s.askCode(ctx, p, name, codeAttributes[name], firstCodeDigits, available...)
}

// answerFirstCode takes a code that lets the user in by itself. The right one
// shows that the user can be reached, which is all that confirming an account
// is about.
func (s *Service) answerFirstCode(ctx context.Context, in Answer, session *pending, code string) (*Result, error) {
	chosen, available, err := s.choosing(ctx, in, session)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(available, in.Challenge) || (chosen.user == nil) != (session.user == nil) {
		return nil, idp.ErrSessionInvalid // it was taken away meanwhile
	}
	p, err := s.redeemCode(ctx, in, session, code)
	if err != nil {
		return nil, err
	}
	p.confirms = true
	if err := s.alter(&p, confirm); err != nil {
		return nil, err
	}
	if err := barred(p.current()); err != nil {
		return nil, s.refuse(ctx, p, err)
	}
	return s.secondFactor(ctx, p)
}

func confirm(u *idp.User) (changed bool, err error) {
	if u.Status != cognito.UserStatusUnconfirmed {
		return false, nil
	}
	u.Status = cognito.UserStatusConfirmed
	return true, nil
}

// answerCode takes a code that was sent (EMAIL_OTP, SMS_OTP, SMS_MFA): the
// first factor of a sign-in that begins with it, else the second. name is the
// response that carries it.
func (s *Service) answerCode(ctx context.Context, in Answer, name string) (*Result, error) {
	code := in.Responses[name]
	if code == "" {
		return nil, missing(name)
	}
	session, err := s.resume(ctx, in, s.mayGuess(in.Client.PoolID), lookPasskeys(in.Client.Pool))
	if err != nil {
		return nil, err
	}
	if session.begins() {
		return s.answerFirstCode(ctx, in, session, code)
	}
	return s.answerSecondCode(ctx, in, session, code)
}
