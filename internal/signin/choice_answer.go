package signin

import (
	"context"
	"slices"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// answerSelectChallenge takes the choice of a first factor
// (SELECT_CHALLENGE), and what proves it if that comes along.
func (s *Service) answerSelectChallenge(ctx context.Context, in Answer) (*Result, error) {
	chosen := cognito.ChallengeNameType(in.Responses["ANSWER"])
	if chosen == "" {
		return nil, missing("ANSWER")
	}
	p, available, err := s.resumeChoice(ctx, in)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(available, chosen) {
		return nil, errNotAvailable
	}
	return s.choose(ctx, p, chosen, in.Responses, nil)
}

// answerChosen takes the proof that a chosen factor asked for (PASSWORD,
// PASSWORD_SRP). name is the response that carries it.
func (s *Service) answerChosen(ctx context.Context, in Answer, name string) (*Result, error) {
	if in.Responses[name] == "" {
		return nil, missing(name)
	}
	p, available, err := s.resumeChoice(ctx, in)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(available, in.Challenge) {
		return nil, idp.ErrSessionInvalid // it was taken away meanwhile
	}
	return s.choose(ctx, p, in.Challenge, in.Responses, nil)
}

// resumeChoice finds the session of an answer to a first challenge, and what
// the user can begin with now.
func (s *Service) resumeChoice(ctx context.Context, in Answer) (p proved, available []cognito.ChallengeNameType, err error) {
	session, err := s.resume(ctx, in, lookPasskeys(in.Client.Pool))
	if err != nil {
		return p, nil, err
	}
	return s.choosing(ctx, in, session)
}

// choosing is the step of somebody who answers a first challenge. The session
// was resumed with lookPasskeys.
func (s *Service) choosing(ctx context.Context, in Answer, session *pending) (p proved, available []cognito.ChallengeNameType, err error) {
	if !session.begins() {
		return p, nil, idp.ErrSessionInvalid
	}
	p = s.resumed(ctx, in, session)
	p.unproved = true
	typed := p.typed
	if p.user != nil {
		typed = p.user.Username
	}
	p.passkeys = session.passkeys
	available, err = s.available(&p, typed)
	return p, available, err
}

// begins tells whether a session is that of a sign-in that begins with a
// choice and has got no further.
func (p *pending) begins() bool {
	return p.memory.Unproved && p.memory.Trail.Flow == cognito.AuthFlowUserAuth
}
