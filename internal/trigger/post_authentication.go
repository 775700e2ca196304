package trigger

import "context"

// PostAuthenticationRequest is what the PostAuthentication function is told.
type PostAuthenticationRequest struct {
	UserAttributes map[string]string
	NewDeviceUsed  bool // false if the pool does not remember devices
	ClientMetadata map[string]string
}

type postAuthenticationRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	NewDeviceUsed  bool              `json:"newDeviceUsed"`
	ClientMetadata map[string]string `json:"clientMetadata,omitzero"`
}

// PostAuthentication tells that a user proved who they are, before they get
// tokens. An error fails the sign-in.
func (e *Engine) PostAuthentication(ctx context.Context, call Call, in PostAuthenticationRequest) error {
	if call.Config == nil || call.Config.PostAuthentication == "" {
		return nil
	}
	return e.do(ctx, run{
		trigger:  "PostAuthentication",
		arn:      call.Config.PostAuthentication,
		version:  "1",
		call:     call,
		request:  postAuthenticationRequest{attributes(in.UserAttributes), in.NewDeviceUsed, in.ClientMetadata},
		response: empty{},
	}, nil)
}
