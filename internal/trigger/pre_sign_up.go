package trigger

import (
	"context"
)

// PreSignUpRequest is what the PreSignUp function is told.
type PreSignUpRequest struct {
	UserAttributes map[string]string
	ValidationData map[string]string // ValidationData of SignUp and AdminCreateUser
	ClientMetadata map[string]string
}

// PreSignUpResponse is what the PreSignUp function decided. AdminCreateUser
// ignores it.
type PreSignUpResponse struct {
	AutoConfirmUser bool
	// AutoVerifyEmail and AutoVerifyPhone need the attribute to have a value.
	AutoVerifyEmail bool
	AutoVerifyPhone bool
}

type preSignUpRequest struct {
	UserAttributes map[string]string `json:"userAttributes"`
	ValidationData map[string]string `json:"validationData"`
	ClientMetadata map[string]string `json:"clientMetadata,omitzero"`
}

type preSignUpResponse struct {
	AutoConfirmUser bool `json:"autoConfirmUser"`
	AutoVerifyEmail bool `json:"autoVerifyEmail"`
	AutoVerifyPhone bool `json:"autoVerifyPhone"`
}

// PreSignUp asks whether and how a user may sign up. An error means not.
func (e *Engine) PreSignUp(ctx context.Context, call Call, in PreSignUpRequest) (PreSignUpResponse, error) {
	var out PreSignUpResponse
	if call.Config == nil || call.Config.PreSignUp == "" {
		return out, nil
	}
	err := e.do(ctx, run{
		trigger:  "PreSignUp",
		arn:      call.Config.PreSignUp,
		version:  "1",
		call:     call,
		request:  preSignUpRequest{attributes(in.UserAttributes), in.ValidationData, in.ClientMetadata},
		response: preSignUpResponse{},
	}, func(r *reader) {
		out = PreSignUpResponse{r.bool("autoConfirmUser"), r.bool("autoVerifyEmail"), r.bool("autoVerifyPhone")}
	})
	if err != nil {
		return PreSignUpResponse{}, err
	}
	return out, nil
}
