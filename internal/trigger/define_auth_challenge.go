package trigger

import "context"

// DefineAuthChallengeRequest is what the DefineAuthChallenge function is told.
type DefineAuthChallengeRequest struct {
	UserAttributes map[string]string
	Session        []ChallengeResult // oldest first; empty when the sign-in begins
	ClientMetadata map[string]string // of the answer to a challenge, not of InitiateAuth
	// UserNotFound is set only if the app client hides which users exist
	// (PreventUserExistenceErrors ENABLED).
	UserNotFound *bool
}

// DefineAuthChallengeResponse is how the sign-in goes on. Exactly one member
// is set.
type DefineAuthChallengeResponse struct {
	// ChallengeName is the next challenge, one of those that a session lists.
	ChallengeName      string
	IssueTokens        bool
	FailAuthentication bool
}

type defineAuthChallengeRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	Session        []challengeResult `json:"session"`
	ClientMetadata map[string]string `json:"clientMetadata,omitzero"`
	UserNotFound   *bool             `json:"userNotFound,omitzero"`
}

type defineAuthChallengeResponse struct {
	ChallengeName      *string `json:"challengeName"`
	IssueTokens        *bool   `json:"issueTokens"`
	FailAuthentication *bool   `json:"failAuthentication"`
}

// challenges are the names that a function may give the next challenge.
var challenges = map[string]bool{
	"CUSTOM_CHALLENGE": true, "SRP_A": true, "PASSWORD_VERIFIER": true, "SMS_MFA": true, "EMAIL_OTP": true,
	"SOFTWARE_TOKEN_MFA": true, "DEVICE_SRP_AUTH": true, "DEVICE_PASSWORD_VERIFIER": true, "ADMIN_NO_SRP_AUTH": true,
}

// DefineAuthChallenge asks how a custom sign-in goes on. An error ends it.
func (e *Engine) DefineAuthChallenge(ctx context.Context, call Call, in DefineAuthChallengeRequest) (DefineAuthChallengeResponse, error) {
	var out DefineAuthChallengeResponse
	if call.Config == nil || call.Config.DefineAuthChallenge == "" {
		return out, ErrNotConfigured
	}
	err := e.do(ctx, run{
		trigger:  "DefineAuthChallenge",
		arn:      call.Config.DefineAuthChallenge,
		version:  "1",
		call:     call,
		request:  defineAuthChallengeRequest{attributes(in.UserAttributes), session(in.Session), in.ClientMetadata, in.UserNotFound},
		response: defineAuthChallengeResponse{},
	}, out.read)
	if err != nil {
		return DefineAuthChallengeResponse{}, err
	}
	return out, nil
}

// read takes the decision. Where a function says two things at once, failing
// goes before tokens, so that a slip lets nobody in, and tokens before a
// further challenge, whose name functions often leave in place.
func (d *DefineAuthChallengeResponse) read(r *reader) {
	name, tokens, fail := r.text("challengeName"), r.bool("issueTokens"), r.bool("failAuthentication")
	switch {
	case fail:
		d.FailAuthentication = true
	case tokens:
		d.IssueTokens = true
	case name == "":
		r.fail("%s names no challenge, and neither issues tokens nor fails", r.path)
	case !challenges[name]:
		r.fail("%s.challengeName is not a challenge", r.path)
	default:
		d.ChallengeName = name
	}
}
