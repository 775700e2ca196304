package trigger

import "context"

// CustomSenderRequest is what a function that sends messages itself is told.
type CustomSenderRequest struct {
	// Code is the code or temporary password, encrypted, in base64; empty for
	// a message without one.
	Code           string
	UserAttributes map[string]string
	ClientMetadata map[string]string
}

type customSenderRequest struct {
	Type           string            `json:"type"`
	Code           *string           `json:"code"`
	ClientMetadata map[string]string `json:"clientMetadata"`
	UserAttributes map[string]string `json:"userAttributes"`
}

// CustomEmailSender has a function send an e-mail. What it answers is ignored.
// The error is for the log: the caller of the API has long been answered.
func (e *Engine) CustomEmailSender(ctx context.Context, call Call, in CustomSenderRequest) error {
	if call.Config == nil || call.Config.CustomEmailSender == nil {
		return nil
	}
	return e.customSender(ctx, call, in, "CustomEmailSender", "customEmailSenderRequestV1", call.Config.CustomEmailSender.LambdaARN)
}

// CustomSMSSender is CustomEmailSender for an SMS.
func (e *Engine) CustomSMSSender(ctx context.Context, call Call, in CustomSenderRequest) error {
	if call.Config == nil || call.Config.CustomSMSSender == nil {
		return nil
	}
	return e.customSender(ctx, call, in, "CustomSMSSender", "customSMSSenderRequestV1", call.Config.CustomSMSSender.LambdaARN)
}

func (e *Engine) customSender(ctx context.Context, call Call, in CustomSenderRequest, trigger, form, arn string) error {
	return e.do(ctx, run{
		trigger: trigger,
		arn:     arn,
		version: "1",
		call:    call,
		request: customSenderRequest{form, textOrNull(in.Code), in.ClientMetadata, attributes(in.UserAttributes)},
		deaf:    true,
	}, nil)
}
