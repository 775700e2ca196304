package idp

import (
	"slices"
	"strings"
)

// UserFilter is a condition of ListUsers: the value of a field is equal to a
// text, or begins with it.
type UserFilter struct {
	Field  string // "" lets everybody through
	Prefix bool
	Value  string
}

// searchable are the fields that a filter may name.
var searchable = []string{
	"username", "email", "phone_number", "name", "given_name", "family_name",
	"preferred_username", "cognito:user_status", "status", "sub",
}

// exactOnly are those that cannot be searched by how they begin.
var exactOnly = []string{"status", "sub"}

// Errors about filters.
var ErrFilter = InvalidParameter("Error while parsing filter")

// ErrSearchAttribute means that users cannot be searched by an attribute.
func ErrSearchAttribute(name string) *Error {
	return InvalidParameter("Invalid search attribute: " + name)
}

// ParseUserFilter reads a filter:
//
//	filter = [ name ( "=" | "^=" ) '"' { character | "\" character } '"' ]
//
// with blanks wherever they do not belong to the value. A backslash takes away
// the meaning of the character after it.
func ParseUserFilter(text string) (UserFilter, error) {
	rest := strings.Trim(text, blanks)
	if rest == "" {
		return UserFilter{}, nil
	}
	end := strings.IndexAny(rest, blanks+`=^"`)
	if end <= 0 {
		return UserFilter{}, ErrFilter
	}
	f := UserFilter{Field: rest[:end]}
	rest = strings.TrimLeft(rest[end:], blanks)
	rest, f.Prefix = strings.CutPrefix(rest, "^")
	rest, ok := strings.CutPrefix(rest, "=")
	if !ok {
		return UserFilter{}, ErrFilter
	}
	if f.Value, ok = unquote(strings.TrimLeft(rest, blanks)); !ok {
		return UserFilter{}, ErrFilter
	}
	if !slices.Contains(searchable, f.Field) {
		return UserFilter{}, ErrSearchAttribute(f.Field)
	}
	if f.Prefix && slices.Contains(exactOnly, f.Field) {
		return UserFilter{}, ErrFilter
	}
	return f, nil
}

const blanks = " \t\r\n"

// unquote takes a value out of its quotes. Nothing may follow it.
func unquote(s string) (string, bool) {
	s, ok := strings.CutPrefix(s, `"`)
	if !ok {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i == len(s) {
				return "", false
			}
			b.WriteByte(s[i])
		case '"':
			return b.String(), i == len(s)-1
		default:
			b.WriteByte(s[i])
		}
	}
	return "", false
}
