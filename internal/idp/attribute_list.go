package idp

import (
	"slices"
	"strings"

	"rockpool/internal/cognito"
)

// Errors about attributes that are to be written or deleted.
var (
	ErrAttributeName = InvalidParameter("Invalid attribute name provided.")

	// ErrPreferredUsernameUnconfirmed means that a user would get an alias
	// before the account is confirmed.
	ErrPreferredUsernameUnconfirmed = InvalidParameter("User must be confirmed before preferred_username can be set, since user pool is configured for preferred_username alias.")

	ErrEmailToVerify = InvalidParameter("Email is required to verify/un-verify an email")
	ErrPhoneToVerify = InvalidParameter("Phone Number is required to verify/un-verify a phone number")

	// ErrNamelessUser means that a user of a pool whose usernames are
	// attributes would have none of them.
	ErrNamelessUser = InvalidParameter("The attribute is the username of the user and cannot be deleted.")
)

// ErrAttributeTwice means that a list has an attribute more than once.
func ErrAttributeTwice(name string) *Error {
	return InvalidParameter("Duplicate attribute in the list: " + name)
}

// ErrAttributeUnknown is what operations that change or make users on behalf
// of an administrator, and changes by users, say of an unknown attribute.
func ErrAttributeUnknown(name string) *Error {
	return ErrSchema("Type for attribute {" + name + "} could not be determined")
}

// ErrSignUpAttributeUnknown is what SignUp says of an unknown attribute.
func ErrSignUpAttributeUnknown(name string) *Error {
	return ErrSchema(name + ": Attribute does not exist in the schema.")
}

// ErrAttributesRequired means that required attributes have no value.
func ErrAttributesRequired(names ...string) *Error {
	lines := make([]string, len(names))
	for i, name := range names {
		lines[i] = name + ": The attribute is required"
	}
	return ErrSchema(strings.Join(lines, "\n"))
}

// ErrAttributesImmutable means that attributes would change that never do.
func ErrAttributesImmutable(names ...string) *Error {
	var b strings.Builder
	for _, name := range names {
		b.WriteString("user." + name + ": Attribute cannot be updated.\n")
	}
	return InvalidParameter(b.String())
}

// ErrAttributesToDeleteUnknown means that attributes to delete are not in the
// schema.
func ErrAttributesToDeleteUnknown(names ...string) *Error {
	var b strings.Builder
	b.WriteString("Invalid user attributes: ")
	for _, name := range names {
		b.WriteString("user." + name + ": Attribute does not exist in the schema.\n")
	}
	return InvalidParameter(b.String())
}

// mayWrite tells whether an attribute is the writer's to write: a client's, or
// an administrator's if there is no client.
func mayWrite(w *Client, attribute string) bool { return w == nil || w.MayWrite(attribute) }

// readAttributes checks each attribute of a list: that the schema has it, that
// the writer may write it, and that the value fits. It returns them under the
// names of the schema; a value may be empty. unknown is the operation's error
// for a name that is not in the schema.
func (p *UserPool) readAttributes(list []*cognito.AttributeType, w *Client, unknown func(name string) *Error) (map[string]string, error) {
	out := make(map[string]string, len(list))
	for _, given := range list {
		a := p.Attribute(given.Name)
		if a == nil {
			return nil, unknown(given.Name)
		}
		if _, twice := out[a.Name]; twice {
			return nil, ErrAttributeTwice(a.Name)
		}
		if a.Name == "sub" {
			return nil, ErrAttributesImmutable(a.Name)
		}
		if !mayWrite(w, a.Name) {
			return nil, ErrUnauthorizedAttributeWrite
		}
		if err := CheckValue(a, given.Value); err != nil {
			return nil, err
		}
		out[a.Name] = given.Value
		if slices.Contains(verifiedFlags, a.Name) {
			out[a.Name] = strings.ToLower(given.Value)
		}
	}
	return out, nil
}

// List returns the attributes of a user as the API shows them: the sub, then
// the others in the order of the schema, then those that the schema does not
// know. shown says which; nil shows all.
func (u *User) List(p *UserPool, shown func(attribute string) bool) []*cognito.AttributeType {
	if shown == nil {
		shown = func(string) bool { return true }
	}
	out := []*cognito.AttributeType{}
	add := func(name, value string) {
		if value != "" && shown(name) {
			out = append(out, &cognito.AttributeType{Name: name, Value: value})
		}
	}
	add("sub", u.Sub)
	for _, a := range p.Settings.SchemaAttributes {
		add(a.Name, u.Attributes[a.Name])
	}
	var others []string
	for name := range u.Attributes {
		if p.schema[name] == nil {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others {
		add(name, u.Attributes[name])
	}
	return out
}
