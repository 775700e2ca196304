package trigger

import "context"

// CreateAuthChallengeRequest is what the CreateAuthChallenge function is told.
type CreateAuthChallengeRequest struct {
	UserAttributes map[string]string
	ChallengeName  string            // CUSTOM_CHALLENGE
	Session        []ChallengeResult // as DefineAuthChallenge saw it
	ClientMetadata map[string]string // of the answer to a challenge, not of InitiateAuth
	// UserNotFound is set only if the app client hides which users exist
	// (PreventUserExistenceErrors ENABLED).
	UserNotFound *bool
}

// CreateAuthChallengeResponse is a challenge.
type CreateAuthChallengeResponse struct {
	Public   map[string]string // for the app
	Private  map[string]string // for VerifyAuthChallengeResponse alone: it holds the answer
	Metadata string            // what later sessions call the challenge
}

type createAuthChallengeRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ChallengeName  string            `json:"challengeName"`
	Session        []challengeResult `json:"session"`
	ClientMetadata map[string]string `json:"clientMetadata,omitzero"`
	UserNotFound   *bool             `json:"userNotFound,omitzero"`
}

type createAuthChallengeResponse struct {
	PublicChallengeParameters  map[string]string `json:"publicChallengeParameters"`
	PrivateChallengeParameters map[string]string `json:"privateChallengeParameters"`
	ChallengeMetadata          *string           `json:"challengeMetadata"`
}

// CreateAuthChallenge asks for a challenge. An error ends the sign-in.
func (e *Engine) CreateAuthChallenge(ctx context.Context, call Call, in CreateAuthChallengeRequest) (CreateAuthChallengeResponse, error) {
	var out CreateAuthChallengeResponse
	if call.Config == nil || call.Config.CreateAuthChallenge == "" {
		return out, ErrNotConfigured
	}
	err := e.do(ctx, run{
		trigger:  "CreateAuthChallenge",
		arn:      call.Config.CreateAuthChallenge,
		version:  "1",
		call:     call,
		request:  createAuthChallengeRequest{attributes(in.UserAttributes), in.ChallengeName, session(in.Session), in.ClientMetadata, in.UserNotFound},
		response: createAuthChallengeResponse{},
	}, func(r *reader) {
		out = CreateAuthChallengeResponse{r.textMap("publicChallengeParameters"), r.textMap("privateChallengeParameters"), r.text("challengeMetadata")}
	})
	if err != nil {
		return CreateAuthChallengeResponse{}, err
	}
	return out, nil
}
