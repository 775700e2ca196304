package idp

import (
	"maps"

	"rockpool/internal/cognito"
)

// ErrAcrDuplicate means that two levels of authentication would have the same
// name.
var ErrAcrDuplicate = InvalidParameter("The AcrValue of each level must be different.")

// AcrValues returns the names of all levels of authentication: the pool's own
// ones, and the defaults of the others.
func AcrValues(own map[string]*cognito.AcrLevelConfigType) map[string]*cognito.AcrLevelConfigType {
	out := map[string]*cognito.AcrLevelConfigType{
		"Level1": {AcrValue: "urn:cognito:loa:1"},
		"Level2": {AcrValue: "urn:cognito:loa:2"},
		"Level3": {AcrValue: "urn:cognito:loa:3"},
		"Level4": {AcrValue: "urn:cognito:loa:4"},
	}
	maps.Copy(out, own)
	return out
}

func checkAcr(s *cognito.UserPoolType) error {
	seen := map[string]bool{}
	for _, level := range AcrValues(s.AcrConfiguration) {
		if seen[level.AcrValue] {
			return ErrAcrDuplicate
		}
		seen[level.AcrValue] = true
	}
	return nil
}
