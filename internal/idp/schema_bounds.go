package idp

import (
	"strconv"

	"rockpool/internal/cognito"
)

// ErrBounds means that a constraint of a schema entry is not a number. kind is
// the constraint's name in the API.
func ErrBounds(kind, attribute string) *Error {
	return InvalidParameter("Invalid " + kind + " for schema attribute " + attribute)
}

// Errors about constraints that nothing can satisfy.
func errStringTooLong(attribute string) *Error {
	return InvalidParameter("user." + attribute + ": String attributes cannot have a length of more than 2048")
}

func errLengthOrder(attribute string) *Error {
	return InvalidParameter("user." + attribute + ": Max length cannot be less than min length.")
}

func errValueOrder(attribute string) *Error {
	return InvalidParameter("user." + attribute + ": Max value cannot be less than min value.")
}

// setBounds gives an attribute the constraints of a schema entry. Constraints
// of another type than the attribute's are dropped.
func setBounds(a, e *cognito.SchemaAttributeType) error {
	switch {
	case a.AttributeDataType == cognito.AttributeDataString && e.StringAttributeConstraints != nil:
		return setLengths(a, e.StringAttributeConstraints)
	case a.AttributeDataType == cognito.AttributeDataNumber && e.NumberAttributeConstraints != nil:
		return setValues(a, e.NumberAttributeConstraints)
	}
	return nil
}

func setLengths(a *cognito.SchemaAttributeType, c *cognito.StringAttributeConstraintsType) error {
	least, ok := bound(c.MinLength, 0)
	if !ok || least < 0 {
		return ErrBounds("StringAttributeConstraints", a.Name)
	}
	most, ok := bound(c.MaxLength, maxValue)
	if !ok || most < 0 {
		return ErrBounds("StringAttributeConstraints", a.Name)
	}
	switch {
	case least > maxValue || most > maxValue:
		return errStringTooLong(a.Name)
	case least > most:
		return errLengthOrder(a.Name)
	}
	a.StringAttributeConstraints = &cognito.StringAttributeConstraintsType{MinLength: c.MinLength, MaxLength: c.MaxLength}
	return nil
}

func setValues(a *cognito.SchemaAttributeType, c *cognito.NumberAttributeConstraintsType) error {
	least, ok := bound(c.MinValue, 0)
	if !ok {
		return ErrBounds("NumberAttributeConstraints", a.Name)
	}
	most, ok := bound(c.MaxValue, 0)
	if !ok {
		return ErrBounds("NumberAttributeConstraints", a.Name)
	}
	if c.MinValue != "" && c.MaxValue != "" && least > most {
		return errValueOrder(a.Name)
	}
	a.NumberAttributeConstraints = &cognito.NumberAttributeConstraintsType{MinValue: c.MinValue, MaxValue: c.MaxValue}
	return nil
}

// bound reads a constraint, which is a whole number written as a string.
func bound(text string, absent int64) (int64, bool) {
	if text == "" {
		return absent, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
