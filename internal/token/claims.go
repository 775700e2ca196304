package token

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rockpool/internal/idp"
)

// subject is what both tokens of a grant are made from.
type subject struct {
	*Grant
	family *idp.Family
	issuer string
	now    time.Time
	newID  func() string // of jti claims

	sessionID string // of the record of the sign-in, if there is one
}

// common returns the claims that both tokens carry.
func (s *subject) common(use string, life time.Duration) claims {
	c := claims{
		"sub":       s.User.Sub,
		"iss":       s.issuer,
		"event_id":  s.family.ID,
		"token_use": use,
		"auth_time": s.family.AuthTime.Unix(),
		"iat":       s.now.Unix(),
		"exp":       s.now.Add(life).Unix(),
	}
	if s.Client.TokenRevocation() {
		c["jti"] = s.newID()
		if s.family.OriginJTI != "" {
			c["origin_jti"] = s.family.OriginJTI
		}
	}
	if s.sessionID != "" {
		c[sessionClaim] = s.sessionID
	}
	if level := s.family.Proofs.Level(); level > 0 {
		c["acr"] = s.Client.Pool.AcrValue(level)
		c["amr"] = s.family.Proofs.AMR()
	}
	if g := s.groups(); len(g.Groups) > 0 {
		c["cognito:groups"] = g.Groups
	}
	return c
}

func (s *subject) groups() *Groups {
	if s.Overrides != nil && s.Overrides.Groups != nil {
		return s.Overrides.Groups
	}
	return &s.Groups
}

// accessToken returns the claims of the access token.
func (s *subject) accessToken() claims {
	c := s.common("access", s.Client.AccessTokenLife())
	c["client_id"] = s.Client.ID
	c["username"] = s.User.Username
	if s.OAuth {
		c["version"] = 2
	}
	if s.family.DeviceKey != "" {
		c["device_key"] = s.family.DeviceKey
	}
	if scopes := s.finalScopes(); len(scopes) > 0 {
		c["scope"] = strings.Join(scopes, " ")
	}
	if s.Overrides != nil {
		s.Overrides.Access.apply(c, true, s.Client.ID)
	}
	return c
}

// scopes returns the scopes that were granted.
func (g *Grant) scopes() []string {
	if len(g.Scopes) == 0 {
		return []string{AdminScope}
	}
	return g.Scopes
}

// finalScopes returns the granted scopes as the trigger changed them.
func (s *subject) finalScopes() []string { return s.Overrides.scopes(s.scopes()) }

// idToken returns the claims of the ID token.
func (s *subject) idToken() claims {
	c := s.common("id", s.Client.IDTokenLife())
	for name, value := range s.User.Attributes {
		if value != "" && s.shows(name) {
			c[name] = attributeClaim(name, value)
		}
	}
	for _, name := range []string{"email", "phone_number"} {
		flag := name + "_verified"
		delete(c, flag)
		if s.User.Attributes[name] != "" && s.shows(flag) {
			c[flag] = s.User.Verified(name)
		}
	}
	c["aud"] = s.Client.ID
	c["cognito:username"] = s.User.Username
	if s.Nonce != "" {
		c["nonce"] = s.Nonce
	}
	g := s.groups()
	if len(g.Roles) > 0 {
		c["cognito:roles"] = g.Roles
	}
	if g.PreferredRole != "" {
		c["cognito:preferred_role"] = g.PreferredRole
	}
	if s.Overrides != nil {
		s.Overrides.ID.apply(c, false, s.Client.ID)
	}
	return c
}

// wantsIDToken tells whether there is an ID token: always after an API
// sign-in, else with the scope openid.
func (s *subject) wantsIDToken() bool {
	return !s.OAuth || slices.Contains(s.scopes(), "openid")
}

// shows tells whether the ID token shows an attribute: the client must be
// allowed to read it, and scopes narrower than openid must cover it. No
// attribute can stand in for a claim of the service's own.
func (s *subject) shows(name string) bool {
	if isReserved(name) || !s.Client.MayRead(name) {
		return false
	}
	scopes := s.scopes()
	has := func(scope string) bool { return slices.Contains(scopes, scope) }
	if !has("openid") || !has("email") && !has("phone") && !has("profile") {
		return true
	}
	switch name {
	case "email", "email_verified":
		return has("email")
	case "phone_number", "phone_number_verified":
		return has("phone")
	}
	return has("profile")
}

// attributeClaim gives a standard attribute the type that OpenID Connect Core
// 1.0, section 5.1, has for its claim. Custom attributes are strings, whatever
// their type in the schema.
func attributeClaim(name, value string) any {
	switch name {
	case "address":
		return map[string]string{"formatted": value}
	case "updated_at":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return n
		}
	}
	return value
}
