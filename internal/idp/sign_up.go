package idp

import "rockpool/internal/cognito"

// Errors about signing up and confirming.
var (
	ErrSignUpNotPermitted = NotAuthorized("SignUp is not permitted for this user pool")
	ErrPasswordMissing    = InvalidParameter("1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null")
	ErrAlreadyConfirmed   = InvalidParameter("User is already confirmed.")
	ErrNoAutoVerification = InvalidParameter("Cannot resend codes. Auto verification not turned on.")
	ErrNoAddressToVerify  = InvalidParameter("Cannot resend codes. The user has no email or phone_number that is verified automatically.")
)

// ErrCannotConfirm means that a user is not one who waits for confirmation.
func ErrCannotConfirm(status cognito.UserStatusType) *Error {
	return NotAuthorized("User cannot be confirmed. Current status is " + string(status))
}

// ErrAliasTakenAtConfirmation is ErrAliasTaken in the words of ConfirmSignUp.
func ErrAliasTakenAtConfirmation(attribute string) *Error {
	return &Error{"AliasExistsException", "An account with the " + attribute + " already exists."}
}

// ErrResendInvitation means that a user is not one who waits for an
// invitation.
func ErrResendInvitation(username string) *Error {
	return &Error{"UnsupportedUserStateException", "Resend not possible. " + username + " status is not FORCE_CHANGE_PASSWORD"}
}

// ErrNoAttributeSet means that a message should go to an attribute that the
// user does not have.
func ErrNoAttributeSet(attribute string) *Error {
	return InvalidParameter("User does not have " + attribute + " set")
}

// ConfirmationAttribute is the attribute to which a code goes that confirms
// who signed up, or "" if no code does. Of two the phone number is taken.
func (p *UserPool) ConfirmationAttribute(u *User) string {
	for _, a := range []string{"phone_number", "email"} {
		if p.AutoVerifies(a) && u.Attributes[a] != "" {
			return a
		}
	}
	return ""
}
