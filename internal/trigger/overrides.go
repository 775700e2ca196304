package trigger

import (
	"slices"
	"strings"
)

// maxOverrides is how many claims and scopes one answer may change.
const maxOverrides = 5000

// readClaims reads the answer of version V1_0. details is nil if the function
// changes nothing.
func readClaims(details *reader) TokenOverrides {
	var out TokenOverrides
	if details == nil {
		return out
	}
	if claims := details.textMap("claimsToAddOrOverride"); len(claims) > 0 {
		out.ID.AddOrOverride = make(map[string]any, len(claims))
		for name, v := range claims {
			out.ID.AddOrOverride[name] = v
		}
	}
	out.ID.Suppress = details.texts("claimsToSuppress")
	out.Groups = readGroups(details)
	out.count(details)
	return out
}

// readClaimsAndScopes reads the answer of versions V2_0 and V3_0.
func readClaimsAndScopes(details *reader) TokenOverrides {
	var out TokenOverrides
	if details == nil {
		return out
	}
	if id := details.object("idTokenGeneration"); id != nil {
		out.ID = readOverrides(id)
		for _, name := range plainClaims {
			switch kind(out.ID.AddOrOverride[name]) {
			case kindArray, kindObject:
				id.fail("%s.claimsToAddOrOverride.%s is an array or an object", id.path, name)
			}
		}
	}
	if access := details.object("accessTokenGeneration"); access != nil {
		out.Access = readOverrides(access)
		out.ScopesToAdd = readScopes(access, "scopesToAdd")
		out.ScopesToSuppress = readScopes(access, "scopesToSuppress")
	}
	out.Groups = readGroups(details)
	out.count(details)
	return out
}

// plainClaims can be no arrays and objects in an ID token.
var plainClaims = []string{"phone_number_verified", "email_verified", "updated_at", "address"}

func readOverrides(r *reader) ClaimOverrides {
	out := ClaimOverrides{Suppress: r.texts("claimsToSuppress")}
	if claims := r.object("claimsToAddOrOverride"); claims != nil {
		for _, v := range claims.members {
			if v == nil {
				claims.fail("%s holds null", claims.path)
			}
		}
		out.AddOrOverride = claims.members
	}
	return out
}

// readScopes returns scopes, each a scope-token of RFC 6749, section 3.3:
// anything else would become more than one scope in the token.
func readScopes(r *reader, key string) []string {
	scopes := r.texts(key)
	for _, s := range scopes {
		bad := func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' }
		if s == "" || strings.ContainsFunc(s, bad) {
			r.fail("%s.%s holds something that is not a scope", r.path, key)
		}
	}
	return scopes
}

// readGroups tells a member that was left out, which keeps the groups, from
// one that is null or empty, which removes them.
func readGroups(r *reader) *GroupConfiguration {
	if _, ok := r.members["groupOverrideDetails"]; !ok {
		return nil
	}
	g := r.object("groupOverrideDetails")
	if g == nil {
		return &GroupConfiguration{}
	}
	return &GroupConfiguration{
		Groups:        g.texts("groupsToOverride"),
		Roles:         g.texts("iamRolesToOverride"),
		PreferredRole: g.text("preferredRole"),
	}
}

func (o *TokenOverrides) count(r *reader) {
	n := len(o.ID.AddOrOverride) + len(o.ID.Suppress) + len(o.Access.AddOrOverride) + len(o.Access.Suppress) +
		len(o.ScopesToAdd) + len(o.ScopesToSuppress)
	if n > maxOverrides {
		r.fail("%s changes more than %d claims and scopes", r.path, maxOverrides)
	}
}

// enforce drops what a function may not change, and resolves what it asks for
// twice: suppressing wins.
func (o *TokenOverrides) enforce(clientID string) {
	o.ID.enforce(false, clientID)
	o.Access.enforce(true, clientID)
	o.ScopesToAdd = slices.DeleteFunc(o.ScopesToAdd, func(s string) bool {
		return slices.Contains(o.ScopesToSuppress, s)
	})
}

func (c *ClaimOverrides) enforce(access bool, clientID string) {
	c.Suppress = slices.DeleteFunc(c.Suppress, func(name string) bool { return !maySuppress(name, access) })
	for name, v := range c.AddOrOverride {
		if !mayAdd(name, v, access, clientID) {
			delete(c.AddOrOverride, name)
		}
	}
	for _, name := range c.Suppress {
		delete(c.AddOrOverride, name)
	}
}
