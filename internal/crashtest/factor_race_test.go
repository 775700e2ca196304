//go:build linux

package crashtest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
	"rockpool/internal/totp"
)

// Two servers on one database get answers to one sign-in, and one code of an
// authenticator for many sign-ins: exactly one of each leads to tokens.
func TestFactorUsedOnceAcrossNodes(t *testing.T) {
	pg := newCluster(t)
	s := newSite(t, pg.url())
	first := s.start(t)
	s.createPool(t, first)
	ctx := limited(t, 60*time.Second)
	must(t, first.Call(ctx, "SetUserPoolMfaConfig", &cognito.SetUserPoolMfaConfigRequest{
		UserPoolID: s.poolID, MfaConfiguration: cognito.UserPoolMfaOn,
		SoftwareTokenMfaConfiguration: &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)},
	}, nil))
	beside := *s
	beside.options.Data = t.TempDir()
	beside.options.Listen = ""
	nodes := []*process.Process{first, beside.start(t)}

	for n := range 10 {
		p := newPerson(0, 0, n)
		must(t, s.signUp(ctx, first, p))
		must(t, s.confirmSignUp(ctx, first, p))
		code, err := s.enrol(ctx, first, p)
		must(t, err)
		sessions := make([]string, 6)
		for i := range sessions {
			if n%2 == 0 && i > 0 {
				sessions[i] = sessions[0]
				continue
			}
			asked, err := s.askedFor(ctx, nodes[i%2], p, cognito.ChallengeNameSoftwareTokenMfa)
			must(t, err)
			sessions[i] = asked
		}
		errs := make([]error, len(sessions))
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = s.answerToken(ctx, nodes[i%2], p, sessions[i], code) })
		}
		wg.Wait()
		losers := []string{"ExpiredCodeException"} // the code is used
		if n%2 == 0 {
			losers = append(losers, "NotAuthorizedException") // the session is
		}
		wins := 0
		for _, err := range errs {
			switch {
			case err == nil:
				wins++
			case !slices.Contains(losers, process.Code(err)):
				t.Errorf("RespondToAuthChallenge: got %v, want nil or one of %v", err, losers)
			}
		}
		if wins != 1 {
			t.Errorf("%d of %d answers led to tokens, want 1 (one session: %v)", wins, len(errs), n%2 == 0)
		}
	}
}

// askedFor signs in with the password, which must lead to a challenge, and
// returns the session.
func (s *site) askedFor(ctx context.Context, server *process.Process, p *person, want cognito.ChallengeNameType) (string, error) {
	var out cognito.InitiateAuthResponse
	err := server.Call(ctx, "InitiateAuth", &cognito.InitiateAuthRequest{
		AuthFlow: cognito.AuthFlowUserPasswordAuth, ClientID: s.clientID,
		AuthParameters: map[string]string{"USERNAME": p.name, "PASSWORD": p.password},
	}, &out)
	if err == nil && out.ChallengeName != want {
		err = fmt.Errorf("InitiateAuth: got challenge %q, want %s", out.ChallengeName, want)
	}
	return out.Session, err
}

// enrol gives a person an authenticator and returns a code of it that was not
// used yet.
func (s *site) enrol(ctx context.Context, server *process.Process, p *person) (code string, err error) {
	session, err := s.askedFor(ctx, server, p, cognito.ChallengeNameMfaSetup)
	if err != nil {
		return "", err
	}
	var made cognito.AssociateSoftwareTokenResponse
	err = server.Call(ctx, "AssociateSoftwareToken", &cognito.AssociateSoftwareTokenRequest{Session: session}, &made)
	if err != nil {
		return "", err
	}
	secret, err := totp.Decode(made.SecretCode)
	if err != nil {
		return "", err
	}
	step := totp.Step(time.Now())
	return totp.Code(secret, step+1), server.Call(ctx, "VerifySoftwareToken", &cognito.VerifySoftwareTokenRequest{
		Session: made.Session, UserCode: totp.Code(secret, step),
	}, nil)
}

func (s *site) answerToken(ctx context.Context, server *process.Process, p *person, session, code string) error {
	var out cognito.RespondToAuthChallengeResponse
	err := server.Call(ctx, "RespondToAuthChallenge", &cognito.RespondToAuthChallengeRequest{
		ClientID: s.clientID, ChallengeName: cognito.ChallengeNameSoftwareTokenMfa, Session: session,
		ChallengeResponses: map[string]string{"USERNAME": p.name, "SOFTWARE_TOKEN_MFA_CODE": code},
	}, &out)
	if err == nil && out.AuthenticationResult == nil {
		err = fmt.Errorf("RespondToAuthChallenge: got challenge %q, want tokens", out.ChallengeName)
	}
	return err
}
