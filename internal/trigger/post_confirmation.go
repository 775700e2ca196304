package trigger

import "context"

// PostConfirmationRequest is what the PostConfirmation function is told.
type PostConfirmationRequest struct {
	UserAttributes map[string]string
	ClientMetadata map[string]string
}

type postConfirmationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitzero"`
}

// PostConfirmation tells that a user confirmed an account or a new password.
// An error fails the call; what was confirmed stays confirmed.
func (e *Engine) PostConfirmation(ctx context.Context, call Call, in PostConfirmationRequest) error {
	if call.Config == nil || call.Config.PostConfirmation == "" {
		return nil
	}
	return e.do(ctx, run{
		trigger:  "PostConfirmation",
		arn:      call.Config.PostConfirmation,
		version:  "1",
		call:     call,
		request:  postConfirmationRequest{attributes(in.UserAttributes), in.ClientMetadata},
		response: empty{},
	}, nil)
}
