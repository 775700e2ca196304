package idp

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"rockpool/internal/cognito"
)

// ErrAcrDuplicate means that two levels of authentication would have the same
// name.
var ErrAcrDuplicate = InvalidParameter("The AcrValue of each level must be different.")

// AcrLevel is a level of authentication: how sure it is that a user is who they
// say. A higher one is good for whatever a lower one is. What reaches each of
// them is fixed (Proofs.Level); pools give them names. Zero is none.
type AcrLevel int

// The levels.
const (
	AcrLevel1 AcrLevel = 1 + iota // a password
	AcrLevel2                     // a code by SMS or e-mail
	AcrLevel3                     // a passkey; or a password and a code by SMS or e-mail
	AcrLevel4                     // a password and a code of an authenticator
)

// key is the level's name in AcrConfiguration, and standard the one that it has
// in tokens unless the pool gives it another.
func (l AcrLevel) key() string      { return "Level" + strconv.Itoa(int(l)) }
func (l AcrLevel) standard() string { return "urn:cognito:loa:" + strconv.Itoa(int(l)) }

// AcrValues returns the names of all levels of authentication: the pool's own
// ones, and the defaults of the others.
func AcrValues(own map[string]*cognito.AcrLevelConfigType) map[string]*cognito.AcrLevelConfigType {
	out := map[string]*cognito.AcrLevelConfigType{}
	for l := AcrLevel1; l <= AcrLevel4; l++ {
		out[l.key()] = &cognito.AcrLevelConfigType{AcrValue: l.standard()}
	}
	maps.Copy(out, own)
	return out
}

// AcrValue returns the pool's name of a level, as the claim acr has it.
func (p *UserPool) AcrValue(l AcrLevel) string {
	if own := p.Settings.AcrConfiguration[l.key()]; own != nil {
		return own.AcrValue
	}
	return l.standard()
}

// AcrLevels reads a list of names, separated by blanks, and returns the levels
// among them, the highest first. What the pool has no level of is left out.
func (p *UserPool) AcrLevels(list string) []AcrLevel {
	var out []AcrLevel
	wanted := strings.Fields(list)
	for l := AcrLevel4; l >= AcrLevel1; l-- {
		if slices.Contains(wanted, p.AcrValue(l)) {
			out = append(out, l)
		}
	}
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
