package idp

import (
	"cmp"
	"slices"

	"rockpool/internal/cognito"
)

// RecoveryAttributes returns the attributes through which users may recover
// their account, the preferred one first. It is empty where only an
// administrator may reset a password. A pool without a setting prefers the
// phone number.
func (p *UserPool) RecoveryAttributes() []string {
	s := p.Settings.AccountRecoverySetting
	if s == nil || len(s.RecoveryMechanisms) == 0 {
		return []string{"phone_number", "email"}
	}
	mechanisms := slices.Clone(s.RecoveryMechanisms)
	slices.SortStableFunc(mechanisms, func(a, b *cognito.RecoveryOptionType) int { return cmp.Compare(a.Priority, b.Priority) })
	var out []string
	for _, m := range mechanisms {
		switch m.Name {
		case cognito.RecoveryOptionNameVerifiedEmail:
			out = append(out, "email")
		case cognito.RecoveryOptionNameVerifiedPhoneNumber:
			out = append(out, "phone_number")
		}
	}
	return out
}

// RecoveryAttribute returns the attribute to which a reset code of the user
// goes: the first that is verified. It is empty if there is none.
func (u *User) RecoveryAttribute(p *UserPool) string {
	for _, a := range p.RecoveryAttributes() {
		if u.Verified(a) {
			return a
		}
	}
	return ""
}
