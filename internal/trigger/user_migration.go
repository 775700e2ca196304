package trigger

import (
	"context"
	"errors"

	"rockpool/internal/cognito"
)

// UserMigrationRequest is what the UserMigration function is told of a user
// that the pool does not know.
type UserMigrationRequest struct {
	Password       string            // as typed; empty for UserMigrationForgotPassword
	ValidationData map[string]string // ClientMetadata of InitiateAuth and AdminInitiateAuth
	ClientMetadata map[string]string // ClientMetadata of AdminRespondToAuthChallenge and ForgotPassword
}

// UserMigrationResponse is the user that the function found.
type UserMigrationResponse struct {
	// Found is false if the pool has no such trigger: the user stays unknown.
	Found bool
	// UserAttributes has at least one member. One called username is the
	// name that the user is to get.
	UserAttributes map[string]string
	// Confirmed is false if the user has to reset the password first.
	Confirmed bool
	// SuppressMessage tells not to send a welcome message.
	SuppressMessage bool
	// DesiredDeliveryMediums is where the welcome message goes; empty means SMS.
	DesiredDeliveryMediums []cognito.DeliveryMediumType
	// ForceAliasCreation moves an alias from the user who has it.
	ForceAliasCreation bool
	EnableSMSMFA       bool
}

type userMigrationRequest struct {
	Password       string            `json:"password,omitzero"`
	ValidationData map[string]string `json:"validationData"`
	ClientMetadata map[string]string `json:"clientMetadata,omitzero"`
}

type userMigrationResponse struct {
	UserAttributes         map[string]string `json:"userAttributes"`
	FinalUserStatus        *string           `json:"finalUserStatus"`
	MessageAction          *string           `json:"messageAction"`
	DesiredDeliveryMediums []string          `json:"desiredDeliveryMediums"`
	ForceAliasCreation     *bool             `json:"forceAliasCreation"`
	EnableSMSMFA           *bool             `json:"enableSMSMFA"`
}

// UserMigration asks for a user that the pool does not know, from a directory
// that may. The error is a *MigrationError if no user can be made of the
// answer; how the caller of the API reads that depends on the app client.
func (e *Engine) UserMigration(ctx context.Context, call Call, in UserMigrationRequest) (UserMigrationResponse, error) {
	if call.Config == nil || call.Config.UserMigration == "" {
		return UserMigrationResponse{}, nil
	}
	out := UserMigrationResponse{Found: true}
	err := e.do(ctx, run{
		trigger:  "UserMigration",
		arn:      call.Config.UserMigration,
		version:  "1",
		call:     call,
		request:  userMigrationRequest(in),
		response: userMigrationResponse{},
	}, out.read)
	if errors.Is(err, ErrInvalidResponse) {
		return UserMigrationResponse{}, &MigrationError{call.ClientID}
	}
	if err != nil {
		return UserMigrationResponse{}, err
	}
	return out, nil
}

func (m *UserMigrationResponse) read(r *reader) {
	m.UserAttributes = r.textMap("userAttributes")
	if len(m.UserAttributes) == 0 {
		r.fail("%s.userAttributes is empty", r.path)
	}
	m.Confirmed = r.text("finalUserStatus") == string(cognito.UserStatusConfirmed)
	switch cognito.MessageActionType(r.text("messageAction")) {
	case "", cognito.MessageActionResend:
	case cognito.MessageActionSuppress:
		m.SuppressMessage = true
	default:
		r.fail("%s.messageAction is not a message action", r.path)
	}
	for _, medium := range r.texts("desiredDeliveryMediums") {
		switch d := cognito.DeliveryMediumType(medium); d {
		case cognito.DeliveryMediumSms, cognito.DeliveryMediumEmail:
			m.DesiredDeliveryMediums = append(m.DesiredDeliveryMediums, d)
		default:
			r.fail("%s.desiredDeliveryMediums holds an unknown medium", r.path)
		}
	}
	m.ForceAliasCreation = r.bool("forceAliasCreation")
	m.EnableSMSMFA = r.bool("enableSMSMFA")
}
