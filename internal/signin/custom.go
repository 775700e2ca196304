package signin

import (
	"context"
	"slices"

	"rockpool/internal/account"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/srp"
	"rockpool/internal/trigger"
)

// maxRounds is how many challenges a custom sign-in may have before it fails:
// each of them is part of every event that follows.
const maxRounds = 50

// errChallengeName means that a custom sign-in should begin with something
// else than the password.
var errChallengeName = idp.InvalidParameter("CHALLENGE_NAME must be SRP_A.")

// customChallenge is what a custom challenge remembers until it is answered.
type customChallenge struct {
	Private  map[string]string `json:"private"` // of CreateAuthChallenge
	Metadata string            `json:"metadata,omitzero"`
}

// hasCustomFunctions tells whether a pool can run custom sign-ins.
func hasCustomFunctions(pool *idp.UserPool) bool {
	c := pool.Settings.LambdaConfig
	return c != nil && c.DefineAuthChallenge != "" && c.CreateAuthChallenge != "" && c.VerifyAuthChallengeResponse != ""
}

// customFlow begins a sign-in whose challenges the pool's functions choose
// (CUSTOM_AUTH). It begins with the password if the client says so
// (CHALLENGE_NAME SRP_A).
func (s *Service) customFlow(ctx context.Context, in Initiate) (*Result, error) {
	typed := in.Parameters["USERNAME"]
	pool := in.Client.Pool
	event := s.Accounts.NewEvent(ctx, pool, in.Client.ID, in.Address, idp.EventSignIn)
	t := newTrail(in, event.ID)
	switch in.Parameters["CHALLENGE_NAME"] {
	case "":
	case "SRP_A":
		if in.Parameters["SRP_A"] == "" {
			return nil, missing("SRP_A")
		}
		a, err := srp.ParsePublic(in.Parameters["SRP_A"])
		if err != nil {
			return nil, idp.ErrIncorrectUsernameOrPassword // no password leads to it
		}
		t.SRPA = a
		t.Rounds = []trigger.ChallengeResult{{ChallengeName: "SRP_A", ChallengeResult: true}}
	default:
		return nil, errChallengeName
	}
	found, err := s.look(ctx, in.Caller, typed)
	if err != nil {
		return nil, err
	}
	if t.SRPA != nil && s.locked(found) {
		return nil, idp.ErrPasswordAttemptsExceeded
	}
	if err := s.before(ctx, in, found.user, typed); err != nil {
		return nil, err
	}
	p := proved{Caller: in.Caller, trail: t, user: found.user, unproved: true, event: event}
	if p.user == nil {
		p.typed = typed
	}
	return s.nextRound(ctx, p)
}

// nextRound asks the DefineAuthChallenge function how a custom sign-in goes on.
func (s *Service) nextRound(ctx context.Context, p proved) (*Result, error) {
	if len(p.Rounds) > maxRounds {
		return nil, s.end(ctx, p, idp.ErrIncorrectUsernameOrPassword)
	}
	about := s.customCall(p)
	next, err := s.Accounts.Triggers.DefineAuthChallenge(ctx, about.call(trigger.DefineAuthChallengeAuthentication), trigger.DefineAuthChallengeRequest{
		UserAttributes: about.attributes, Session: p.Rounds, ClientMetadata: p.metadata, UserNotFound: about.notFound,
	})
	switch {
	case err != nil:
		return nil, err
	case next.FailAuthentication, next.IssueTokens && p.user == nil:
		return nil, s.end(ctx, p, idp.ErrIncorrectUsernameOrPassword)
	case next.IssueTokens:
		return s.finish(ctx, p)
	case next.ChallengeName == string(cognito.ChallengeNameCustomChallenge):
		return s.askCustom(ctx, p, about)
	case next.ChallengeName == string(cognito.ChallengeNamePasswordVerifier) && asksPassword(p):
		return s.askSRP(ctx, p, p.SRPA, nil)
	}
	return nil, trigger.ErrInvalidResponse // a challenge that cannot come now
}

// asksPassword tells whether the next challenge of a custom sign-in can be the
// proof of the password: the client has begun with its public value, and the
// user has not proved it yet.
func asksPassword(p proved) bool {
	return p.SRPA != nil && !slices.ContainsFunc(p.Rounds, func(r trigger.ChallengeResult) bool {
		return r.ChallengeName == string(cognito.ChallengeNamePasswordVerifier)
	})
}

// askCustom asks what the CreateAuthChallenge function makes up
// (CUSTOM_CHALLENGE).
func (s *Service) askCustom(ctx context.Context, p proved, about customCall) (*Result, error) {
	made, err := s.Accounts.Triggers.CreateAuthChallenge(ctx, about.call(trigger.CreateAuthChallengeAuthentication), trigger.CreateAuthChallengeRequest{
		UserAttributes: about.attributes, ChallengeName: string(cognito.ChallengeNameCustomChallenge),
		Session: p.Rounds, ClientMetadata: p.metadata, UserNotFound: about.notFound,
	})
	if err != nil {
		return nil, err
	}
	parameters := map[string]string{"USERNAME": about.shown}
	for name, value := range made.Public {
		parameters[name] = value
	}
	return s.ask(ctx, p, challenge{
		name: cognito.ChallengeNameCustomChallenge, parameters: parameters,
		asked: asked{Custom: &customChallenge{made.Private, made.Metadata}},
	})
}

// answerCustom lets the VerifyAuthChallengeResponse function judge an answer
// (CUSTOM_CHALLENGE). A wrong one is a step of the sign-in like a right one:
// DefineAuthChallenge says what follows from it.
func (s *Service) answerCustom(ctx context.Context, in Answer) (*Result, error) {
	answer := in.Responses["ANSWER"]
	if answer == "" {
		return nil, missing("ANSWER")
	}
	session, err := s.resume(ctx, in)
	if err != nil {
		return nil, err
	}
	asked := session.memory.Asked.Custom
	if asked == nil || !hasCustomFunctions(in.Client.Pool.UserPool) {
		return nil, idp.ErrSessionInvalid
	}
	p := s.resumed(ctx, in, session)
	p.unproved = session.memory.Unproved
	about := s.customCall(p)
	correct, err := s.Accounts.Triggers.VerifyAuthChallengeResponse(ctx, about.call(trigger.VerifyAuthChallengeResponseAuthentication),
		trigger.VerifyAuthChallengeResponseRequest{
			UserAttributes: about.attributes, Private: asked.Private, ChallengeAnswer: answer,
			ClientMetadata: p.metadata, UserNotFound: about.notFound,
		})
	if err != nil {
		return nil, err
	}
	p.unproved = p.unproved && !correct
	p.Rounds = append(slices.Clip(session.memory.Trail.Rounds), trigger.ChallengeResult{
		ChallengeName: string(in.Challenge), ChallengeResult: correct, ChallengeMetadata: asked.Metadata,
	})
	return s.nextRound(ctx, p)
}

// isRound tells whether a challenge is one that functions are told of. The
// answer to a custom one is judged by them.
func isRound(name cognito.ChallengeNameType) bool {
	switch name {
	case cognito.ChallengeNamePasswordVerifier, cognito.ChallengeNameSmsMfa, cognito.ChallengeNameEmailOtp,
		cognito.ChallengeNameSoftwareTokenMfa, cognito.ChallengeNameDeviceSrpAuth, cognito.ChallengeNameDevicePasswordVerifier:
		return true
	}
	return false
}

// customCall is what the functions of a custom sign-in are told of the user.
type customCall struct {
	call       func(trigger.Source) trigger.Call
	attributes map[string]string
	notFound   *bool  // nil if the client may know who exists
	shown      string // USERNAME of a challenge
}

func (s *Service) customCall(p proved) customCall {
	pool := p.Client.Pool
	username := p.typed
	c := customCall{}
	if p.user != nil {
		username = p.user.Username
		c.attributes, c.shown = account.TriggerAttributes(p.user), username
	} else {
		c.shown = dummyID(pool, p.typed)
	}
	if p.hides() {
		c.notFound = new(p.user == nil)
	}
	c.call = func(source trigger.Source) trigger.Call { return account.Call(pool, p.Client.ID, username, source) }
	return c
}
