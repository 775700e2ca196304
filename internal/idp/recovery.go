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
	if !p.choosesRecovery() {
		return []string{"phone_number", "email"}
	}
	mechanisms := slices.Clone(p.Settings.AccountRecoverySetting.RecoveryMechanisms)
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

// choosesRecovery tells whether the pool has a setting for recovery.
func (p *UserPool) choosesRecovery() bool {
	s := p.Settings.AccountRecoverySetting
	return s != nil && len(s.RecoveryMechanisms) > 0
}

// RecoveryAttribute returns the attribute to which a reset code of the user
// goes: the first that is verified and may be used. It is empty if there is
// none.
func (u *User) RecoveryAttribute(p *UserPool) string {
	for _, a := range p.RecoveryAttributes() {
		if u.Verified(a) && u.MayRecoverBy(p, a) {
			return a
		}
	}
	return ""
}

// MayRecoverBy tells whether an attribute may be the way to a new password.
// It may not if the user's second factor goes there too: whoever holds the
// phone or the mailbox would have both. Only a pool without a setting for
// recovery allows that.
func (u *User) MayRecoverBy(p *UserPool, attribute string) bool {
	return !p.choosesRecovery() || !slices.ContainsFunc(u.SecondFactors(p), func(f cognito.ChallengeNameType) bool {
		return factorAttributes[f] == attribute
	})
}
