package idp

import "rockpool/internal/cognito"

// standardNames are the standard attributes in the order of every listing.
var standardNames = []string{
	"sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username",
	"profile", "picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo",
	"locale", "phone_number", "phone_number_verified", "address", "updated_at",
}

// standardSchema returns the standard attributes of a new pool (OpenID
// Connect Core 1.0, section 5.1), with the service's defaults.
func standardSchema() []*cognito.SchemaAttributeType {
	out := make([]*cognito.SchemaAttributeType, len(standardNames))
	for i, name := range standardNames {
		out[i] = standardAttribute(name)
	}
	return out
}

func standardAttribute(name string) *cognito.SchemaAttributeType {
	a := &cognito.SchemaAttributeType{
		Name:                   name,
		AttributeDataType:      cognito.AttributeDataString,
		DeveloperOnlyAttribute: new(false),
		Mutable:                new(true),
		Required:               new(false),
	}
	switch name {
	case "email_verified", "phone_number_verified":
		a.AttributeDataType = cognito.AttributeDataBoolean
		return a
	case "updated_at":
		a.AttributeDataType = cognito.AttributeDataNumber
		a.NumberAttributeConstraints = &cognito.NumberAttributeConstraintsType{MinValue: "0"}
		return a
	case "sub":
		a.Mutable, a.Required = new(false), new(true)
		a.StringAttributeConstraints = &cognito.StringAttributeConstraintsType{MinLength: "1", MaxLength: "2048"}
		return a
	case "birthdate":
		a.StringAttributeConstraints = &cognito.StringAttributeConstraintsType{MinLength: "10", MaxLength: "10"}
		return a
	}
	a.StringAttributeConstraints = &cognito.StringAttributeConstraintsType{MinLength: "0", MaxLength: "2048"}
	return a
}
