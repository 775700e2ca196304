package ops

import (
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// describeUser is a user as lists show them, with the attributes that shown
// lets through; nil shows all.
func describeUser(pool *idp.UserPool, u *idp.User, shown func(attribute string) bool) *cognito.UserType {
	return &cognito.UserType{
		Username:             u.Username,
		Attributes:           u.List(pool, shown),
		UserCreateDate:       cognito.At(u.Created),
		UserLastModifiedDate: cognito.At(u.Modified),
		Enabled:              new(u.Enabled),
		UserStatus:           u.Status,
		MFAOptions:           u.Factors.MFAOptions(),
	}
}

// validationData is a list of names and values as functions see it. Of a name
// that comes twice the last value counts.
func validationData(list []*cognito.AttributeType) map[string]string {
	if list == nil {
		return nil
	}
	out := make(map[string]string, len(list))
	for _, a := range list {
		out[a.Name] = a.Value
	}
	return out
}

func isTrue(b *bool) bool { return b != nil && *b }
