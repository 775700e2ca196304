package idp

import (
	"maps"
	"slices"

	"rockpool/internal/cognito"
)

// Change is a checked change of a user's attributes.
type Change struct {
	// Set holds the new values. An empty one deletes the attribute.
	Set map[string]string
}

// ChangeAttributes checks a list of new values for the attributes of a user,
// written by a client, or by an administrator if w is nil.
func (p *UserPool) ChangeAttributes(list []*cognito.AttributeType, w *Client) (*Change, error) {
	set, err := p.readAttributes(list, w, ErrAttributeUnknown)
	if err != nil {
		return nil, err
	}
	return &Change{Set: set}, p.checkMutable(set)
}

// DeleteAttributes checks a list of attributes that a user shall not have any
// more.
func (p *UserPool) DeleteAttributes(names []string, w *Client) (*Change, error) {
	set := map[string]string{}
	var unknown []string
	for _, name := range names {
		a := p.Attribute(name)
		switch {
		case a == nil:
			unknown = append(unknown, name)
		case a.Name != "sub" && !mayWrite(w, a.Name):
			return nil, ErrUnauthorizedAttributeWrite
		default:
			set[a.Name] = ""
		}
	}
	if len(unknown) > 0 {
		return nil, ErrAttributesToDeleteUnknown(unknown...)
	}
	return &Change{Set: set}, p.checkMutable(set)
}

// checkMutable refuses a change of what never changes, and the end of what is
// required.
func (p *UserPool) checkMutable(set map[string]string) error {
	var immutable, required []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		a := p.schema[name]
		if name == "sub" || a.Mutable != nil && !*a.Mutable {
			immutable = append(immutable, name)
		} else if isTrue(a.Required) && set[name] == "" {
			required = append(required, name)
		}
	}
	if len(immutable) > 0 {
		return ErrAttributesImmutable(immutable...)
	}
	if len(required) > 0 {
		return ErrAttributesRequired(required...)
	}
	return nil
}

// Effect is what a change does to a user besides the new values.
type Effect struct {
	// Moved lists the addresses and numbers that are not what they were, or
	// wait to be something else than before: no code that was sent for one of
	// them counts any more.
	Moved []string

	// Verify lists those for which a code is due.
	Verify []string
}

// Apply changes the attributes of a user. A new address or number is not
// verified until its owner proves it, unless an administrator vouches for it;
// in pools that verify before they update it waits as long.
func (c *Change) Apply(u *User, p *UserPool) (*Effect, error) {
	if c.Set["preferred_username"] != "" && p.HasAlias("preferred_username") && u.Status == cognito.UserStatusUnconfirmed {
		return nil, ErrPreferredUsernameUnconfirmed
	}
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	e := &Effect{}
	for _, name := range slices.Sorted(maps.Keys(c.Set)) {
		switch value := c.Set[name]; {
		case slices.Contains(verifiedFlags, name): // after the values they speak of
		case IsAddress(name):
			c.applyAddress(e, u, p, name, value)
		default:
			put(u.Attributes, name, value)
		}
	}
	for _, name := range addresses {
		flag := name + "_verified"
		if value, given := c.Set[flag]; given && !slices.Contains(e.Verify, name) { // else it speaks of what is not there yet
			put(u.Attributes, flag, value)
		}
	}
	if err := checkVerifiedFlags(c.Set, u.Attributes); err != nil {
		return nil, err
	}
	if p.UsernameIsAttribute() && u.KnownAs(p) == u.Username {
		return nil, ErrNamelessUser
	}
	return e, nil
}

// applyAddress changes an e-mail address or phone number.
func (c *Change) applyAddress(e *Effect, u *User, p *UserPool, name, value string) {
	waiting := u.Pending[name]
	if value == u.Attributes[name] && value != "" {
		// The user stays with what is there; what was to replace it is off.
		if waiting != "" {
			delete(u.Pending, name)
			e.Moved = append(e.Moved, name)
		}
		return
	}
	e.Moved = append(e.Moved, name)
	// Who has not confirmed the account has verified nothing yet, and gets a
	// code for the new value by asking for another confirmation code.
	settled := c.Set[name+"_verified"] == "true" || u.Status == cognito.UserStatusUnconfirmed
	if value != "" && p.VerifiesBeforeUpdate(name) && !settled {
		if u.Pending == nil {
			u.Pending = map[string]string{}
		}
		u.Pending[name] = value
		e.Verify = append(e.Verify, name)
		return
	}
	delete(u.Pending, name)
	put(u.Attributes, name, value)
	if value == "" {
		delete(u.Attributes, name+"_verified")
		return
	}
	u.Attributes[name+"_verified"] = "false"
	if !settled && p.AutoVerifies(name) {
		e.Verify = append(e.Verify, name)
	}
}

// put gives an attribute a value, or takes it away if the value is empty.
func put(attributes map[string]string, name, value string) {
	if value == "" {
		delete(attributes, name)
		return
	}
	attributes[name] = value
}

// CodeAddress is where a code that verifies an attribute goes: to the value
// that waits for it, if there is one. It is empty if there is nothing to
// verify.
func (u *User) CodeAddress(attribute string) string {
	if v := u.Pending[attribute]; v != "" {
		return v
	}
	return u.Attributes[attribute]
}

// Prove records that the owner of an attribute's address or number has shown
// the code that was sent there.
func (u *User) Prove(attribute string) {
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	if v := u.Pending[attribute]; v != "" {
		u.Attributes[attribute] = v
		delete(u.Pending, attribute)
	}
	u.Attributes[attribute+"_verified"] = "true"
}
