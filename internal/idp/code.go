package idp

import "time"

// Purpose says what a code proves.
type Purpose string

// The purposes of codes.
const (
	PurposeSignUp        Purpose = "sign_up"
	PurposeResetPassword Purpose = "reset_password"
	PurposeVerifyEmail   Purpose = "verify_email"
	PurposeVerifyPhone   Purpose = "verify_phone_number"
)

// VerifyPurpose is the purpose of a code that verifies an attribute.
func VerifyPurpose(attribute string) Purpose { return Purpose("verify_" + attribute) }

// Lives of codes.
const (
	ConfirmationCodeLife = 24 * time.Hour // signing up and verifying an attribute
	ResetCodeLife        = time.Hour
)

// Code is a one-time code that was sent to a user. Only its keyed hash is
// kept. A code whose hash nothing can match stands in for one that was never
// sent, so that an unknown user looks like a known one.
type Code struct {
	PoolID    string
	Subject   string // the username, or what Unknown makes of a name without a user
	Purpose   Purpose
	Hash      []byte
	Attribute string // the attribute it was sent to: email or phone_number
	ExpiresAt time.Time
}

// Errors about codes.
var (
	// ErrCodeMismatch means the code is not the one that was sent.
	ErrCodeMismatch = &Error{"CodeMismatchException", "Invalid verification code provided, please try again."}

	// ErrCodeExpired means the code is too old, was used, or was never asked for.
	ErrCodeExpired = &Error{"ExpiredCodeException", "Invalid code provided, please request a code again."}

	// ErrCodeDelivery means the message with the code was refused.
	ErrCodeDelivery = &Error{"CodeDeliveryFailureException", "Unable to deliver the message; check the address and the delivery settings of the user pool."}

	// ErrCodeOrState means that the code of a sign-in is not the one that was
	// sent.
	ErrCodeOrState = &Error{"CodeMismatchException", "Invalid code or auth state for the user."}

	// ErrTooManyCodes means that a user was sent too many codes of sign-ins.
	ErrTooManyCodes = &Error{"TooManyRequestsException", "Attempt limit exceeded, please try after some time."}

	// ErrEmailNotSent and ErrSMSNotSent mean that a message was refused, where
	// the operation declares no CodeDeliveryFailureException: the code of a
	// sign-in, or of a reset that an administrator began.
	ErrEmailNotSent = &Error{"InvalidEmailRoleAccessPolicyException", "Unable to deliver the email; check the address and the delivery settings of the user pool."}
	ErrSMSNotSent   = &Error{"InvalidSmsRoleAccessPolicyException", "Unable to deliver the SMS; check the number and the delivery settings of the user pool."}
)
