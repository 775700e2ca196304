package signin

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/trigger"
)

// Initiate begins a sign-in (InitiateAuth, AdminInitiateAuth).
type Initiate struct {
	Caller
	Flow       cognito.AuthFlowType
	Session    string // of SignUp and ConfirmSignUp
	Parameters map[string]string
	Metadata   map[string]string // reaches PreAuthentication and UserMigration, as validation data
}

// Initiate begins a sign-in and says where it leads.
func (s *Service) Initiate(ctx context.Context, in Initiate) (*Result, error) {
	if err := checkFlow(in.Caller, in.Flow); err != nil {
		return nil, err
	}
	if in.Parameters == nil {
		return nil, missing("authParameters")
	}
	switch in.Flow {
	case cognito.AuthFlowRefreshTokenAuth, cognito.AuthFlowRefreshToken:
		return s.refreshFlow(ctx, in)
	case cognito.AuthFlowUserSrpAuth:
		if err := in.require("USERNAME", "SRP_A"); err != nil {
			return nil, err
		}
		return s.srpFlow(ctx, in)
	case cognito.AuthFlowUserAuth:
		if err := in.require("USERNAME"); err != nil {
			return nil, err
		}
		return s.choiceFlow(ctx, in)
	case cognito.AuthFlowCustomAuth:
		if err := in.require("USERNAME"); err != nil {
			return nil, err
		}
		return s.customFlow(ctx, in)
	default:
		if err := in.require("USERNAME", "PASSWORD"); err != nil {
			return nil, err
		}
		return s.passwordFlow(ctx, in)
	}
}

// newTrail begins a sign-in.
func newTrail(in Initiate, eventID string) trail {
	t := trail{EventID: eventID, Source: trigger.TokenGenerationAuthentication}
	t.sendDevice(in.Parameters)
	if in.Flow == cognito.AuthFlowUserAuth || in.Flow == cognito.AuthFlowCustomAuth {
		t.Flow = in.Flow
	}
	return t
}

// require checks the parameters of a flow that names a user, and the secret
// hash over the name as it was sent.
func (in Initiate) require(names ...string) error {
	for _, name := range names {
		if in.Parameters[name] == "" {
			return missing(name)
		}
	}
	return in.checkSecretHash(in.Parameters, in.Parameters["USERNAME"], idp.ErrSecretHashWrong)
}

// maxTyped bounds what may be typed as a name or a password.
const maxTyped = 2048

// checkSecretHash checks the SECRET_HASH among parameters, if the client has a
// secret. wrong says what a wrong one is told.
func (c Caller) checkSecretHash(parameters map[string]string, username string, wrong func(clientID string) *idp.Error) error {
	if len(username) > maxTyped || len(parameters["PASSWORD"]) > maxTyped {
		return idp.InvalidParameter("USERNAME and PASSWORD must not be longer than 2048 bytes")
	}
	if !c.Client.HasSecret() {
		return nil
	}
	hash := parameters["SECRET_HASH"]
	if hash == "" {
		return idp.ErrSecretHashMissing(c.Client.ID)
	}
	ok, err := c.Client.CheckSecretHash(username, hash)
	if err != nil {
		return err
	}
	if !ok {
		return wrong(c.Client.ID)
	}
	return nil
}
