package main

import (
	"regexp"
	"strings"
	"unicode"
)

// initialisms are the words of the model that Go writes in capitals.
var initialisms = map[string]string{
	"Id": "ID", "Ids": "IDs",
	"Url": "URL", "Urls": "URLs",
	"Uri": "URI", "Uris": "URIs",
	"Arn": "ARN", "Arns": "ARNs",
	"Ip": "IP",
}

var word = regexp.MustCompile(`[A-Z][a-z0-9]*`)

// fieldName turns a member's name into a Go field name: UserPoolId becomes
// UserPoolID.
func fieldName(member string) string {
	return word.ReplaceAllStringFunc(upperFirst(member), func(w string) string {
		if to, ok := initialisms[w]; ok {
			return to
		}
		return w
	})
}

// enumPrefixes are for enums whose own name would make constants of another's.
var enumPrefixes = map[string]string{
	"ChallengeName": "EventChallenge", // beside ChallengeNameType
}

// enumName names the constant of one enum value: UserStatusType and
// FORCE_CHANGE_PASSWORD make UserStatusForceChangePassword.
func enumName(typ, value string) string {
	var b strings.Builder
	prefix, ok := enumPrefixes[typ]
	if !ok {
		prefix = strings.TrimSuffix(typ, "Type")
	}
	b.WriteString(prefix)
	words := strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range words {
		if w == strings.ToUpper(w) {
			w = strings.ToLower(w)
		}
		b.WriteString(upperFirst(w))
	}
	return b.String()
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
