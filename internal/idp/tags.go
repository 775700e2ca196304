package idp

import (
	"maps"
	"strings"
)

// MaxTags is how many tags a pool may have.
const MaxTags = 50

// CheckTags returns what is wrong with the tags of a pool, or "". The service
// says it with different errors, so the caller chooses one.
func CheckTags(tags map[string]string) (problem string) {
	if len(tags) > MaxTags {
		return "A user pool can have at most 50 tags."
	}
	for key := range tags {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return "Tag keys that begin with aws: are reserved."
		}
	}
	return ""
}

// ErrTagging is how CreateUserPool and UpdateUserPool refuse tags.
func ErrTagging(problem string) *Error { return &Error{"UserPoolTaggingException", problem} }

// MergeTags returns the tags of a pool with others put over them.
func MergeTags(have, add map[string]string) map[string]string {
	out := make(map[string]string, len(have)+len(add))
	maps.Copy(out, have)
	maps.Copy(out, add)
	return out
}
