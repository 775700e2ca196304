package idp

import (
	"slices"
	"strings"

	"rockpool/internal/cognito"
)

// MaxCustomAttributes is how many custom attributes a pool may have.
const MaxCustomAttributes = 50

// Errors about a pool's schema.
var (
	ErrAttributeType           = InvalidParameter("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
	ErrCustomAttributeRequired = InvalidParameter("Required custom attributes are not supported currently.")
	ErrSubImmutable            = InvalidParameter("The attribute sub cannot be changed.")
	ErrPreferredUsernameAlias  = InvalidParameter("preferred_username cannot be required where it is an alias of the username.")

	// ErrTooManyCustomAttributes is an InvalidParameterException because
	// AddCustomAttributes declares no LimitExceededException.
	ErrTooManyCustomAttributes = InvalidParameter("A user pool can have at most 50 custom attributes.")
)

// ErrStandardAttribute means that an entry of a schema would make another
// thing of a standard attribute.
func ErrStandardAttribute(name string) *Error {
	return InvalidParameter("You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute " + name)
}

// ErrAttributeExists means that a pool has an attribute of that name already.
// written is the name as the caller's attribute is listed without the mark of
// developer-only attributes.
func ErrAttributeExists(written, full string) *Error {
	return InvalidParameter(written + ": Existing attribute already has name " + full + ".")
}

// NewSchema returns the attributes of a new pool: the standard ones, changed
// as the entries say, and the custom ones that the entries define.
func NewSchema(entries []*cognito.SchemaAttributeType) ([]*cognito.SchemaAttributeType, error) {
	schema := standardSchema()
	var custom []*cognito.SchemaAttributeType
	changed := map[string]bool{}
	for _, e := range entries {
		i := slices.Index(standardNames, e.Name)
		if i < 0 {
			custom = append(custom, e)
			continue
		}
		if changed[e.Name] {
			return nil, ErrAttributeExists(e.Name, e.Name)
		}
		changed[e.Name] = true
		if err := changeStandard(schema[i], e); err != nil {
			return nil, err
		}
	}
	return AddToSchema(schema, custom)
}

// changeStandard changes a standard attribute as an entry of a schema says.
// What the entry leaves out stays, and so do the constraints if the entry does
// not repeat the type.
func changeStandard(a, e *cognito.SchemaAttributeType) error {
	if e.AttributeDataType != "" && e.AttributeDataType != a.AttributeDataType || isTrue(e.DeveloperOnlyAttribute) {
		return ErrStandardAttribute(a.Name)
	}
	if a.Name == "sub" && (isTrue(e.Mutable) || e.Required != nil && !*e.Required) {
		return ErrSubImmutable
	}
	if e.Mutable != nil {
		a.Mutable = e.Mutable
	}
	if e.Required != nil {
		a.Required = e.Required
	}
	if e.AttributeDataType == "" {
		return nil
	}
	return setBounds(a, e)
}

// AddToSchema returns a schema with custom attributes added to it. The schema
// given is not changed.
func AddToSchema(schema, entries []*cognito.SchemaAttributeType) ([]*cognito.SchemaAttributeType, error) {
	schema = slices.Clone(schema)
	names := map[string]bool{}
	for _, a := range schema {
		names[a.Name] = true
	}
	for _, e := range entries {
		a, err := customAttribute(e)
		if err != nil {
			return nil, err
		}
		if names[a.Name] {
			return nil, ErrAttributeExists("custom:"+e.Name, a.Name)
		}
		names[a.Name] = true
		schema = append(schema, a)
	}
	if len(schema) > len(standardNames)+MaxCustomAttributes {
		return nil, ErrTooManyCustomAttributes
	}
	return schema, nil
}

// customAttribute returns the listing of a custom attribute that an entry of
// a schema defines.
func customAttribute(e *cognito.SchemaAttributeType) (*cognito.SchemaAttributeType, error) {
	if e.AttributeDataType == "" {
		return nil, ErrAttributeType
	}
	if isTrue(e.Required) {
		return nil, ErrCustomAttributeRequired
	}
	a := &cognito.SchemaAttributeType{
		Name:                   "custom:" + e.Name,
		AttributeDataType:      e.AttributeDataType,
		DeveloperOnlyAttribute: new(isTrue(e.DeveloperOnlyAttribute)),
		Mutable:                new(e.Mutable == nil || *e.Mutable),
		Required:               new(false),
	}
	if isTrue(e.DeveloperOnlyAttribute) {
		a.Name = "dev:" + a.Name
	}
	// Constraints of the type are listed even where there are none.
	switch a.AttributeDataType {
	case cognito.AttributeDataString:
		a.StringAttributeConstraints = &cognito.StringAttributeConstraintsType{}
	case cognito.AttributeDataNumber:
		a.NumberAttributeConstraints = &cognito.NumberAttributeConstraintsType{}
	}
	return a, setBounds(a, e)
}

// isDeveloperOnly tells whether an attribute is one that clients cannot write.
func isDeveloperOnly(name string) bool { return strings.HasPrefix(name, "dev:") }
