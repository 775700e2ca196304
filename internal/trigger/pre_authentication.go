package trigger

import "context"

// PreAuthenticationRequest is what the PreAuthentication function is told.
type PreAuthenticationRequest struct {
	UserAttributes map[string]string
	ValidationData map[string]string // ClientMetadata of InitiateAuth and AdminInitiateAuth
	// UserNotFound is set only if the app client hides which users exist
	// (PreventUserExistenceErrors ENABLED); other clients' functions do not
	// see the member.
	UserNotFound *bool
}

type preAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData"`
	UserNotFound   *bool             `json:"userNotFound,omitzero"`
}

// PreAuthentication asks whether a user may try to sign in. An error means not.
func (e *Engine) PreAuthentication(ctx context.Context, call Call, in PreAuthenticationRequest) error {
	if call.Config == nil || call.Config.PreAuthentication == "" {
		return nil
	}
	return e.do(ctx, run{
		trigger:  "PreAuthentication",
		arn:      call.Config.PreAuthentication,
		version:  "1",
		call:     call,
		request:  preAuthenticationRequest{attributes(in.UserAttributes), in.ValidationData, in.UserNotFound},
		response: empty{},
	}, nil)
}
