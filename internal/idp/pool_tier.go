package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// tiers are the plans of a pool, each with all of the one before.
var tiers = []cognito.UserPoolTierType{cognito.UserPoolTierLite, cognito.UserPoolTierEssentials, cognito.UserPoolTierPlus}

// ErrTierChange means that a smaller plan lacks a feature that is in use.
func ErrTierChange(feature string, tier cognito.UserPoolTierType) *Error {
	return &Error{"TierChangeNotAllowedException", "The tier cannot be changed to " + string(tier) + " while " + feature + " is in use."}
}

func errTierLacks(feature string, tier cognito.UserPoolTierType) *Error {
	return FeatureUnavailable(feature + " is not available in the " + string(tier) + " tier.")
}

// LowersTier tells whether a change of plan takes features away.
func LowersTier(from, to cognito.UserPoolTierType) bool {
	return slices.Index(tiers, to) < slices.Index(tiers, from)
}

// firstTier is the plan of a new pool. Threat protection brings its own.
func firstTier(in *cognito.CreateUserPoolRequest) cognito.UserPoolTierType {
	switch {
	case in.UserPoolTier != "":
		return in.UserPoolTier
	case protectsFromThreats(in.UserPoolAddOns):
		return cognito.UserPoolTierPlus
	}
	return cognito.UserPoolTierEssentials
}

func protectsFromThreats(a *cognito.UserPoolAddOnsType) bool {
	return a != nil && (a.AdvancedSecurityMode != cognito.AdvancedSecurityModeOff || a.AdvancedSecurityAdditionalFlows != nil && a.AdvancedSecurityAdditionalFlows.CustomAuthMode != "")
}

// checkTier checks that the plan has every feature that the settings use.
func checkTier(s *cognito.UserPoolType, mfa *PoolMFA, lowered bool) error {
	policies := s.Policies
	features := []struct {
		name  string
		least cognito.UserPoolTierType
		used  bool
	}{
		{"PasswordHistorySize", cognito.UserPoolTierEssentials, policies.PasswordPolicy.PasswordHistorySize != nil && *policies.PasswordPolicy.PasswordHistorySize > 0},
		{"AllowedFirstAuthFactors", cognito.UserPoolTierEssentials, slices.ContainsFunc(policies.SignInPolicy.AllowedFirstAuthFactors, func(f cognito.AuthFactorType) bool { return f != cognito.AuthFactorPassword })},
		{"EmailMfaConfiguration", cognito.UserPoolTierEssentials, mfa.Email != nil},
		{"WebAuthnConfiguration", cognito.UserPoolTierEssentials, mfa.WebAuthn != nil},
		{"Access token customization", cognito.UserPoolTierEssentials, customizesAccessTokens(s.LambdaConfig)},
		{"AcrConfiguration", cognito.UserPoolTierEssentials, len(s.AcrConfiguration) > 0},
		{"DcrConfiguration", cognito.UserPoolTierEssentials, registersClients(s)},
		{"Threat protection", cognito.UserPoolTierPlus, protectsFromThreats(s.UserPoolAddOns)},
	}
	for _, f := range features {
		if !f.used || !LowersTier(f.least, s.UserPoolTier) {
			continue
		}
		if lowered {
			return ErrTierChange(f.name, s.UserPoolTier)
		}
		return errTierLacks(f.name, s.UserPoolTier)
	}
	return nil
}

func customizesAccessTokens(c *cognito.LambdaConfigType) bool {
	t := c.PreTokenGenerationConfig
	return t != nil && t.LambdaVersion != cognito.PreTokenGenerationLambdaVersionV10
}
