package idp

import (
	"strings"

	"rockpool/internal/cognito"
)

// UserPool is a user pool: its settings as DescribeUserPool shows them, and
// what Rockpool keeps beside them.
type UserPool struct {
	ID string

	// Settings is what DescribeUserPool answers, but for the estimated number
	// of users, which is counted when asked for.
	Settings cognito.UserPoolType

	Features PoolFeatures

	// SealedKey is the pool's data key, sealed by the master key. Every
	// secret of the pool is sealed with it or hashed under it.
	SealedKey []byte

	// Version grows with every change of the pool.
	Version int64

	schema map[string]*cognito.SchemaAttributeType
}

// ErrPoolNotFound means that there is no such user pool.
func ErrPoolNotFound(id string) *Error {
	return &Error{"ResourceNotFoundException", "User pool " + id + " does not exist."}
}

// Name is the part of the pool's id after the region, which SRP calls the
// pool name.
func (p *UserPool) Name() string {
	_, name, _ := strings.Cut(p.ID, "_")
	return name
}

// Prepare builds what is derived from the settings. It must be called once
// after the settings were read or changed and before the pool is shared.
func (p *UserPool) Prepare() {
	p.schema = make(map[string]*cognito.SchemaAttributeType, len(p.Settings.SchemaAttributes))
	for _, a := range p.Settings.SchemaAttributes {
		p.schema[a.Name] = a
	}
}

// Attribute returns the schema entry of an attribute, or nil. Custom
// attributes carry their prefix.
func (p *UserPool) Attribute(name string) *cognito.SchemaAttributeType {
	if a := p.schema[name]; a != nil {
		return a
	}
	// Developer-only attributes are listed as dev:custom:x and written by
	// either spelling.
	if rest, ok := strings.CutPrefix(name, "dev:"); ok && !strings.HasPrefix(rest, "custom:") {
		return p.schema["dev:custom:"+rest]
	}
	return nil
}

// CaseSensitive tells whether usernames and aliases are compared as they are
// written. The API's default is that they are.
func (p *UserPool) CaseSensitive() bool {
	c := p.Settings.UsernameConfiguration
	return c == nil || c.CaseSensitive
}

// Fold brings a username or an alias into the form in which it is compared.
func (p *UserPool) Fold(name string) string {
	if p.CaseSensitive() {
		return name
	}
	return strings.ToLower(name)
}

// HasAlias tells whether an attribute is an alias of the username.
func (p *UserPool) HasAlias(attribute string) bool {
	for _, a := range p.Settings.AliasAttributes {
		if string(a) == attribute {
			return true
		}
	}
	return false
}

// UsernameIs tells whether an attribute takes the place of the username.
func (p *UserPool) UsernameIs(attribute string) bool {
	for _, a := range p.Settings.UsernameAttributes {
		if string(a) == attribute {
			return true
		}
	}
	return false
}

// UsernameIsAttribute tells whether users are named by an e-mail address or a
// phone number, so that their real username is their sub.
func (p *UserPool) UsernameIsAttribute() bool { return len(p.Settings.UsernameAttributes) > 0 }

// AutoVerifies tells whether an attribute is verified by a code as soon as a
// user has it.
func (p *UserPool) AutoVerifies(attribute string) bool {
	for _, a := range p.Settings.AutoVerifiedAttributes {
		if string(a) == attribute {
			return true
		}
	}
	return false
}

// VerifiesBeforeUpdate tells whether a new value of an attribute waits until
// its owner has verified it.
func (p *UserPool) VerifiesBeforeUpdate(attribute string) bool {
	s := p.Settings.UserAttributeUpdateSettings
	if s == nil {
		return false
	}
	for _, a := range s.AttributesRequireVerificationBeforeUpdate {
		if string(a) == attribute {
			return true
		}
	}
	return false
}

// SelfSignUp tells whether users may sign themselves up.
func (p *UserPool) SelfSignUp() bool {
	c := p.Settings.AdminCreateUserConfig
	return c == nil || c.AllowAdminCreateUserOnly == nil || !*c.AllowAdminCreateUserOnly
}

// PasswordPolicy is the pool's policy for passwords.
func (p *UserPool) PasswordPolicy() PasswordPolicy {
	if p.Settings.Policies == nil {
		return passwordPolicy(nil)
	}
	return passwordPolicy(p.Settings.Policies.PasswordPolicy)
}

// AllowsFirstFactor tells whether the pool lets users sign in with a factor
// alone.
func (p *UserPool) AllowsFirstFactor(f cognito.AuthFactorType) bool {
	pol := p.Settings.Policies
	if pol == nil || pol.SignInPolicy == nil {
		return f == cognito.AuthFactorPassword
	}
	for _, a := range pol.SignInPolicy.AllowedFirstAuthFactors {
		if a == f {
			return true
		}
	}
	return false
}

// Passwordless tells whether users may exist without a password, because a
// one-time code can sign them in.
func (p *UserPool) Passwordless() bool {
	return p.AllowsFirstFactor(cognito.AuthFactorEmailOtp) || p.AllowsFirstFactor(cognito.AuthFactorSmsOtp)
}

// Lite tells whether the pool has the smallest plan.
func (p *UserPool) Lite() bool { return p.Settings.UserPoolTier == cognito.UserPoolTierLite }
