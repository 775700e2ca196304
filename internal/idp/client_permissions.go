package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// Errors about the attributes that a client may read and write. UpdateUserPoolClient
// says the same.
var (
	ErrReadAttributes  = InvalidParameter("Invalid read attributes specified while creating a client")
	ErrWriteAttributes = InvalidParameter("Invalid write attributes specified while creating a client")
)

// checkPermissions checks the attributes that a client may read and write. A
// list of what it may write must have the required attributes, or the client
// could sign nobody up, and none that only the service or an administrator
// sets.
func checkPermissions(s *cognito.UserPoolClientType, pool *UserPool) error {
	for _, name := range s.ReadAttributes {
		if pool.Attribute(name) == nil {
			return ErrReadAttributes
		}
	}
	if len(s.WriteAttributes) == 0 {
		return nil
	}
	for _, name := range s.WriteAttributes {
		if pool.Attribute(name) == nil || name == "sub" || isDeveloperOnly(name) || slices.Contains(verifiedFlags, name) {
			return ErrWriteAttributes
		}
	}
	for _, a := range pool.Settings.SchemaAttributes {
		if isTrue(a.Required) && a.Name != "sub" && !slices.Contains(verifiedFlags, a.Name) && !slices.Contains(s.WriteAttributes, a.Name) {
			return ErrWriteAttributes
		}
	}
	return nil
}
