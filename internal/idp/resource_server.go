package idp

import (
	"slices"
	"strings"

	"rockpool/internal/cognito"
)

// ResourceServer is an API that a pool's tokens open, with the scopes that it
// knows. In tokens and in the settings of clients a scope is called
// {Identifier}/{scope name}.
type ResourceServer struct {
	PoolID     string
	Identifier string // compared as it was given, letter case included
	Name       string
	Scopes     []*cognito.ResourceServerScopeType
}

// MaxResourceServersPerPool is how many resource servers a pool may have. How
// many scopes one of them may have is for the service model to say.
const MaxResourceServersPerPool = 25

// reservedIdentifiers begin what only the service's own scopes are called,
// such as aws.cognito.signin.user.admin.
const reservedIdentifiers = "aws.cognito"

// Errors about resource servers.
var (
	ErrTooManyResourceServers     = &Error{"LimitExceededException", "The maximum number of resource servers of the user pool has been reached."}
	ErrResourceServerReserved     = InvalidParameter("Identifiers of resource servers cannot begin with " + reservedIdentifiers + ".")
	ErrResourceServerScopeDoubled = InvalidParameter("Scopes of a resource server must have different names.")
)

// ErrResourceServerNotFound means that a pool has no such resource server.
func ErrResourceServerNotFound(identifier string) *Error {
	return &Error{"ResourceNotFoundException", "Resource server " + identifier + " does not exist."}
}

// ErrResourceServerExists means that an identifier is taken.
func ErrResourceServerExists(identifier, poolID string) *Error {
	return InvalidParameter(identifier + " already exists in user pool " + poolID + ".")
}

// Check checks what the service model does not.
func (r *ResourceServer) Check() error {
	if strings.HasPrefix(strings.ToLower(r.Identifier), reservedIdentifiers) {
		return ErrResourceServerReserved
	}
	seen := make(map[string]bool, len(r.Scopes))
	for _, s := range r.Scopes {
		if seen[s.ScopeName] {
			return ErrResourceServerScopeDoubled
		}
		seen[s.ScopeName] = true
	}
	return nil
}

// HasScope tells whether one of the resource servers has a scope, which is
// given with the server's identifier. Identifiers may hold slashes, scope
// names cannot.
func HasScope(servers []*ResourceServer, scope string) bool {
	slash := strings.LastIndexByte(scope, '/')
	if slash < 0 {
		return false
	}
	identifier, name := scope[:slash], scope[slash+1:]
	return slices.ContainsFunc(servers, func(r *ResourceServer) bool {
		return r.Identifier == identifier && slices.ContainsFunc(r.Scopes, func(s *cognito.ResourceServerScopeType) bool {
			return s.ScopeName == name
		})
	})
}
