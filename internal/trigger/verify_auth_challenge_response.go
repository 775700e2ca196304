package trigger

import "context"

// VerifyAuthChallengeResponseRequest is what the VerifyAuthChallengeResponse
// function is told.
type VerifyAuthChallengeResponseRequest struct {
	UserAttributes  map[string]string
	Private         map[string]string // what CreateAuthChallenge kept from the app
	ChallengeAnswer string            // ANSWER, as typed
	ClientMetadata  map[string]string
	// UserNotFound is set only if the app client hides which users exist
	// (PreventUserExistenceErrors ENABLED).
	UserNotFound *bool
}

type verifyAuthChallengeResponseRequest struct {
	UserAttributes             map[string]string `json:"userAttributes"`
	PrivateChallengeParameters map[string]string `json:"privateChallengeParameters"`
	ChallengeAnswer            string            `json:"challengeAnswer"`
	ClientMetadata             map[string]string `json:"clientMetadata,omitzero"`
	UserNotFound               *bool             `json:"userNotFound,omitzero"`
}

type verifyAuthChallengeResponseResponse struct {
	AnswerCorrect *bool `json:"answerCorrect"`
}

// VerifyAuthChallengeResponse asks whether the answer to a custom challenge is
// right. Whatever does not say that it is counts as wrong, which is no error:
// DefineAuthChallenge decides what a wrong answer means.
func (e *Engine) VerifyAuthChallengeResponse(ctx context.Context, call Call, in VerifyAuthChallengeResponseRequest) (correct bool, err error) {
	if call.Config == nil || call.Config.VerifyAuthChallengeResponse == "" {
		return false, ErrNotConfigured
	}
	err = e.do(ctx, run{
		trigger: "VerifyAuthChallengeResponse",
		arn:     call.Config.VerifyAuthChallengeResponse,
		version: "1",
		call:    call,
		request: verifyAuthChallengeResponseRequest{
			attributes(in.UserAttributes), attributes(in.Private), in.ChallengeAnswer, in.ClientMetadata, in.UserNotFound,
		},
		response: verifyAuthChallengeResponseResponse{},
	}, func(r *reader) {
		correct = r.bool("answerCorrect")
	})
	return correct && err == nil, err
}
