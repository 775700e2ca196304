package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// Errors about a pool's policies.
var (
	// ErrUnusedAccountValidityDays means that both names of one setting were
	// used, the old one and the new one.
	ErrUnusedAccountValidityDays = InvalidParameter("Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")

	ErrWebAuthnAlone            = InvalidParameter("WEB_AUTHN cannot be the only one of AllowedFirstAuthFactors.")
	ErrSoftwareTokenFirstFactor = InvalidParameter("SOFTWARE_TOKEN cannot be one of AllowedFirstAuthFactors.")
)

// defaultTemporaryDays is how many days a temporary password works.
const defaultTemporaryDays = 7

// setPolicies fills in the password policy, the sign-in policy and who may
// sign up. A sign-in policy that s has already stays if the request has no
// policies.
func setPolicies(s *cognito.UserPoolType, in *cognito.UpdateUserPoolRequest) error {
	var password *cognito.PasswordPolicyType
	var signIn *cognito.SignInPolicyType
	switch {
	case in.Policies != nil:
		password, signIn = in.Policies.PasswordPolicy, in.Policies.SignInPolicy
	case s.Policies != nil:
		signIn = s.Policies.SignInPolicy
	}
	if signIn == nil || len(signIn.AllowedFirstAuthFactors) == 0 {
		signIn = &cognito.SignInPolicyType{AllowedFirstAuthFactors: []cognito.AuthFactorType{cognito.AuthFactorPassword}}
	}
	if err := checkFirstFactors(signIn.AllowedFirstAuthFactors); err != nil {
		return err
	}

	admin := &cognito.AdminCreateUserConfigType{}
	if in.AdminCreateUserConfig != nil {
		*admin = *in.AdminCreateUserConfig
	}
	days, err := temporaryDays(password, admin)
	if err != nil {
		return err
	}
	admin.AllowAdminCreateUserOnly = new(isTrue(admin.AllowAdminCreateUserOnly))
	admin.UnusedAccountValidityDays = new(days)
	s.AdminCreateUserConfig = admin
	s.Policies = &cognito.UserPoolPolicyType{PasswordPolicy: fullPasswordPolicy(password, days), SignInPolicy: signIn}
	return nil
}

// temporaryDays is how many days a temporary password works, by whichever
// name the request gives it.
func temporaryDays(p *cognito.PasswordPolicyType, admin *cognito.AdminCreateUserConfigType) (int64, error) {
	named := p != nil && p.TemporaryPasswordValidityDays != nil
	if named && admin.UnusedAccountValidityDays != nil {
		return 0, ErrUnusedAccountValidityDays
	}
	days := admin.UnusedAccountValidityDays
	if named {
		days = p.TemporaryPasswordValidityDays
	}
	if days == nil || *days == 0 {
		return defaultTemporaryDays, nil
	}
	return *days, nil
}

// fullPasswordPolicy fills in a password policy. A pool without one has the
// strict default; in one that is given, what is left out is not required.
func fullPasswordPolicy(p *cognito.PasswordPolicyType, days int64) *cognito.PasswordPolicyType {
	strict := p == nil
	if strict {
		p = &cognito.PasswordPolicyType{}
	}
	out := &cognito.PasswordPolicyType{
		MinimumLength:                 p.MinimumLength,
		RequireUppercase:              new(strict || isTrue(p.RequireUppercase)),
		RequireLowercase:              new(strict || isTrue(p.RequireLowercase)),
		RequireNumbers:                new(strict || isTrue(p.RequireNumbers)),
		RequireSymbols:                new(strict || isTrue(p.RequireSymbols)),
		PasswordHistorySize:           p.PasswordHistorySize,
		TemporaryPasswordValidityDays: new(days),
	}
	if out.MinimumLength == nil {
		out.MinimumLength = new(int64(8))
	}
	return out
}

func checkFirstFactors(factors []cognito.AuthFactorType) error {
	if slices.Contains(factors, cognito.AuthFactorSoftwareToken) {
		return ErrSoftwareTokenFirstFactor
	}
	for _, f := range factors {
		if f != cognito.AuthFactorWebAuthn {
			return nil
		}
	}
	return ErrWebAuthnAlone
}
