package idp

// Errors about the form of a username.
var (
	ErrUsernameEmail        = InvalidParameter("Username should be an email.")
	ErrUsernamePhone        = InvalidParameter("Username should be a phone number.")
	ErrUsernameEmailOrPhone = InvalidParameter("Username should be either an email or a phone number.")
	ErrUsernameLikeEmail    = InvalidParameter("Username cannot be of email format, since user pool is configured for email alias.")
	ErrUsernameLikePhone    = InvalidParameter("Username cannot be of phone number format, since user pool is configured for phone number alias.")
)

// ErrUsernameDiffers means that a new user is named by one address or number
// and has another one as the attribute.
func ErrUsernameDiffers(attribute string) *Error {
	return InvalidParameter("Username and the attribute " + attribute + " must be the same.")
}

// addresses are the attributes to which codes can be sent.
var addresses = []string{"email", "phone_number"}

// IsAddress tells whether codes can be sent to an attribute.
func IsAddress(attribute string) bool { return attribute == "email" || attribute == "phone_number" }

// CheckUsername checks the form of the username of a new user. In pools whose
// usernames are attributes it returns the attribute that the name is a value
// of. Elsewhere a name in the form of an alias is refused, because it would
// hide the alias of another user.
func (p *UserPool) CheckUsername(username string) (attribute string, err error) {
	byEmail, byPhone := p.UsernameIs("email"), p.UsernameIs("phone_number")
	switch {
	case byEmail && IsEmail(username):
		return "email", nil
	case byPhone && IsPhone(username):
		return "phone_number", nil
	case byEmail && byPhone:
		return "", ErrUsernameEmailOrPhone
	case byEmail:
		return "", ErrUsernameEmail
	case byPhone:
		return "", ErrUsernamePhone
	case p.HasAlias("email") && IsEmail(username):
		return "", ErrUsernameLikeEmail
	case p.HasAlias("phone_number") && IsPhone(username):
		return "", ErrUsernameLikePhone
	}
	return "", nil
}

// KnownAs is the name by which a user signs in, as messages call it: the
// username, or what stands in its place.
func (u *User) KnownAs(p *UserPool) string {
	for _, a := range p.Settings.UsernameAttributes {
		if v := u.Attributes[string(a)]; v != "" {
			return v
		}
	}
	return u.Username
}
