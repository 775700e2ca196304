package idp

import "rockpool/internal/cognito"

// SignUpAttributes returns the attributes of a user who signs up through a
// client: those of the list, the name that was typed if it is an e-mail
// address or phone number that stands in place of the username, and for each
// address and number that it is not verified. named is the attribute that the
// name is a value of, as CheckUsername returns it, or "".
func (p *UserPool) SignUpAttributes(list []*cognito.AttributeType, c *Client, named, username string) (map[string]string, error) {
	attributes, err := p.readAttributes(list, c, ErrSignUpAttributeUnknown)
	if err != nil {
		return nil, err
	}
	if attributes["preferred_username"] != "" && p.HasAlias("preferred_username") {
		return nil, ErrPreferredUsernameUnconfirmed
	}
	if err := p.complete(attributes, named, username); err != nil {
		return nil, err
	}
	var missing []string
	for _, a := range p.Settings.SchemaAttributes {
		if isTrue(a.Required) && a.Name != "sub" && attributes[a.Name] == "" {
			missing = append(missing, a.Name)
		}
	}
	if len(missing) > 0 {
		return nil, ErrAttributesRequired(missing...)
	}
	for _, a := range addresses {
		if attributes[a] != "" {
			attributes[a+"_verified"] = "false"
		}
	}
	return attributes, nil
}

// CreatedAttributes returns the attributes of a user whom an administrator
// makes. Required ones may be missing: the user gives them at the first
// sign-in.
func (p *UserPool) CreatedAttributes(list []*cognito.AttributeType, named, username string) (map[string]string, error) {
	attributes, err := p.readAttributes(list, nil, ErrAttributeUnknown)
	if err != nil {
		return nil, err
	}
	if err := p.complete(attributes, named, username); err != nil {
		return nil, err
	}
	return attributes, checkVerifiedFlags(attributes, attributes)
}

// complete gives the attributes of a new user the name that was typed, and
// leaves out those without a value.
func (p *UserPool) complete(attributes map[string]string, named, username string) error {
	for name, value := range attributes {
		if value == "" {
			delete(attributes, name)
		}
	}
	if named == "" {
		return nil
	}
	if given := attributes[named]; given != "" && p.Fold(given) != p.Fold(username) {
		return ErrUsernameDiffers(named)
	}
	attributes[named] = username
	return nil
}

// checkVerifiedFlags refuses a flag that is set for an address or number that
// the user does not have.
func checkVerifiedFlags(set, attributes map[string]string) error {
	switch {
	case set["email_verified"] != "" && attributes["email"] == "":
		return ErrEmailToVerify
	case set["phone_number_verified"] != "" && attributes["phone_number"] == "":
		return ErrPhoneToVerify
	}
	return nil
}
