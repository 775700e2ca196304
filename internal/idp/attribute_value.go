package idp

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rockpool/internal/cognito"
)

// Errors about the form of an address or a number.
var (
	ErrEmailFormat = InvalidParameter("Invalid email address format.")
	ErrPhoneFormat = InvalidParameter("Invalid phone number format.")
)

// ErrSchema means that attributes do not fit the pool's schema.
func ErrSchema(what string) *Error {
	return InvalidParameter("Attributes did not conform to the schema: " + what)
}

// maxValue is the longest value of an attribute, in characters.
const maxValue = 2048

var (
	// An e-mail address as the service takes it: one @ between a local part
	// and a domain with a dot, no blanks.
	emailForm = regexp.MustCompile(`^[^\s@"(),:;<>\[\]\\]+@[^\s@"(),:;<>\[\]\\.]+(\.[^\s@"(),:;<>\[\]\\.]+)+$`)
	// A phone number in the form of E.164.
	phoneForm = regexp.MustCompile(`^\+[0-9]{1,15}$`)
)

// IsEmail tells whether s has the form of an e-mail address.
func IsEmail(s string) bool { return len(s) <= 254 && emailForm.MatchString(s) }

// IsPhone tells whether s has the form of a phone number: + and up to 15 digits.
func IsPhone(s string) bool { return phoneForm.MatchString(s) }

// CheckValue returns nil if a value fits an attribute of the schema, else an
// InvalidParameterException. An empty value is no value and fits.
func CheckValue(a *cognito.SchemaAttributeType, value string) error {
	switch {
	case value == "":
		return nil
	case utf8.RuneCountInString(value) > maxValue:
		return ErrSchema(a.Name + ": String must be no longer than 2048 characters")
	case a.Name == "email" && !IsEmail(value):
		return ErrEmailFormat
	case a.Name == "phone_number" && !IsPhone(value):
		return ErrPhoneFormat
	}
	switch a.AttributeDataType {
	case cognito.AttributeDataNumber:
		return checkNumber(a, value)
	case cognito.AttributeDataBoolean:
		if v := strings.ToLower(value); v != "true" && v != "false" {
			return ErrSchema(a.Name + ": Boolean must be true or false")
		}
	case cognito.AttributeDataDateTime:
		if !isDateTime(value) {
			return ErrSchema(a.Name + ": DateTime must be a date of ISO 8601 or seconds since 1970")
		}
	default:
		return checkString(a, value)
	}
	return nil
}

func checkString(a *cognito.SchemaAttributeType, value string) error {
	c := a.StringAttributeConstraints
	if c == nil {
		return nil
	}
	n := utf8.RuneCountInString(value)
	if least, err := strconv.Atoi(c.MinLength); err == nil && n < least {
		return ErrSchema(fmt.Sprintf("%s: String must be no shorter than %d characters", a.Name, least))
	}
	if most, err := strconv.Atoi(c.MaxLength); err == nil && n > most {
		return ErrSchema(fmt.Sprintf("%s: String must be no longer than %d characters", a.Name, most))
	}
	return nil
}

var numberForm = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,9})?$`)

func checkNumber(a *cognito.SchemaAttributeType, value string) error {
	if !numberForm.MatchString(value) {
		return ErrSchema(a.Name + ": Number must be a decimal number")
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return ErrSchema(a.Name + ": Number must be a decimal number")
	}
	c := a.NumberAttributeConstraints
	if c == nil {
		return nil
	}
	if least, err := strconv.ParseFloat(c.MinValue, 64); err == nil && n < least {
		return ErrSchema(a.Name + ": Number must be no less than " + c.MinValue)
	}
	if most, err := strconv.ParseFloat(c.MaxValue, 64); err == nil && n > most {
		return ErrSchema(a.Name + ": Number must be no more than " + c.MaxValue)
	}
	return nil
}

func isDateTime(value string) bool {
	for _, layout := range []string{time.RFC3339, time.DateOnly, time.DateTime} {
		if _, err := time.Parse(layout, value); err == nil {
			return true
		}
	}
	return numberForm.MatchString(value)
}
