package idp

import "rockpool/internal/cognito"

// ErrAliasAndUsernameAttributes means that a pool cannot have both ways of
// signing in by an attribute.
var ErrAliasAndUsernameAttributes = InvalidParameter("Only one of the aliasAttributes or usernameAttributes can be set in a User pool.")

// NewPoolSettings returns the settings of a new pool: what CreateUserPool asks
// for, with every default that the service fills in. Id, ARN and dates are
// left to the caller. region is the service's own.
func NewPoolSettings(in *cognito.CreateUserPoolRequest, region string) (*cognito.UserPoolType, error) {
	if len(in.AliasAttributes) > 0 && len(in.UsernameAttributes) > 0 {
		return nil, ErrAliasAndUsernameAttributes
	}
	schema, err := NewSchema(in.Schema)
	if err != nil {
		return nil, err
	}
	s := &cognito.UserPoolType{
		Name:                  in.PoolName,
		SchemaAttributes:      schema,
		AliasAttributes:       orAbsent(in.AliasAttributes),
		UsernameAttributes:    orAbsent(in.UsernameAttributes),
		UsernameConfiguration: in.UsernameConfiguration,
		UserPoolTier:          firstTier(in),
		UserPoolTags:          map[string]string{},
	}
	if err := checkAliases(s); err != nil {
		return nil, err
	}
	if err := setPool(s, &PoolMFA{}, changeable(in), region, false); err != nil {
		return nil, err
	}
	return s, nil
}

// ChangePoolSettings returns the settings of a pool after UpdateUserPool. What
// the request leaves out goes back to its default, except the name, the plan,
// the tags, the sign-in policy and client registration, which stay; schema,
// aliases and the comparison of names cannot change at all.
//
// What operations of their own have set stays too, as long as it agrees with
// the settings; an update that turns MFA off drops its factors, as
// SetUserPoolMfaConfig does.
func ChangePoolSettings(pool *UserPool, in *cognito.UpdateUserPoolRequest, region string) (*cognito.UserPoolType, PoolFeatures, error) {
	was, features := &pool.Settings, pool.Features
	s := &cognito.UserPoolType{
		ID:                    was.ID,
		ARN:                   was.ARN,
		Name:                  was.Name,
		CreationDate:          was.CreationDate,
		LastModifiedDate:      was.LastModifiedDate,
		SchemaAttributes:      was.SchemaAttributes,
		AliasAttributes:       was.AliasAttributes,
		UsernameAttributes:    was.UsernameAttributes,
		UsernameConfiguration: was.UsernameConfiguration,
		Domain:                was.Domain,
		CustomDomain:          was.CustomDomain,
		UserPoolTier:          was.UserPoolTier,
		UserPoolTags:          was.UserPoolTags,
		DcrConfiguration:      was.DcrConfiguration,
	}
	if in.Policies == nil && was.Policies != nil {
		s.Policies = &cognito.UserPoolPolicyType{SignInPolicy: was.Policies.SignInPolicy}
	}
	if in.PoolName != "" {
		s.Name = in.PoolName
	}
	if in.UserPoolTier != "" {
		s.UserPoolTier = in.UserPoolTier
	}
	if err := setPool(s, &features.MFA, in, region, LowersTier(was.UserPoolTier, s.UserPoolTier)); err != nil {
		return nil, PoolFeatures{}, err
	}
	return s, features, nil
}

// changeable is the part of a request for a new pool that can change later.
func changeable(in *cognito.CreateUserPoolRequest) *cognito.UpdateUserPoolRequest {
	return &cognito.UpdateUserPoolRequest{
		Policies:                    in.Policies,
		DeletionProtection:          in.DeletionProtection,
		LambdaConfig:                in.LambdaConfig,
		AutoVerifiedAttributes:      in.AutoVerifiedAttributes,
		SmsVerificationMessage:      in.SmsVerificationMessage,
		EmailVerificationMessage:    in.EmailVerificationMessage,
		EmailVerificationSubject:    in.EmailVerificationSubject,
		VerificationMessageTemplate: in.VerificationMessageTemplate,
		SmsAuthenticationMessage:    in.SmsAuthenticationMessage,
		UserAttributeUpdateSettings: in.UserAttributeUpdateSettings,
		MfaConfiguration:            in.MfaConfiguration,
		DeviceConfiguration:         in.DeviceConfiguration,
		EmailConfiguration:          in.EmailConfiguration,
		SmsConfiguration:            in.SmsConfiguration,
		UserPoolTags:                in.UserPoolTags,
		AdminCreateUserConfig:       in.AdminCreateUserConfig,
		UserPoolAddOns:              in.UserPoolAddOns,
		DcrConfiguration:            in.DcrConfiguration,
		AccountRecoverySetting:      in.AccountRecoverySetting,
		KeyConfiguration:            in.KeyConfiguration,
		IssuerConfiguration:         in.IssuerConfiguration,
		AcrConfiguration:            in.AcrConfiguration,
	}
}

// setPool gives a pool the settings of a request and their defaults, and
// checks them together. mfa is what the pool's factors are set to. lowered
// tells whether the plan is a smaller one than before.
func setPool(s *cognito.UserPoolType, mfa *PoolMFA, in *cognito.UpdateUserPoolRequest, region string, lowered bool) error {
	s.DeletionProtection = orDefault(in.DeletionProtection, cognito.DeletionProtectionInactive)
	s.MfaConfiguration = orDefault(in.MfaConfiguration, cognito.UserPoolMfaOff)
	s.AutoVerifiedAttributes = orAbsent(in.AutoVerifiedAttributes)
	s.UserAttributeUpdateSettings = in.UserAttributeUpdateSettings
	s.SmsAuthenticationMessage = in.SmsAuthenticationMessage
	s.DeviceConfiguration = in.DeviceConfiguration
	s.UserPoolAddOns = in.UserPoolAddOns
	s.KeyConfiguration = in.KeyConfiguration
	s.IssuerConfiguration = in.IssuerConfiguration
	s.AcrConfiguration = in.AcrConfiguration
	if in.UserPoolTags != nil {
		s.UserPoolTags = in.UserPoolTags
	}
	if in.DcrConfiguration != nil {
		s.DcrConfiguration = dcrConfiguration(in.DcrConfiguration)
	}
	setTemplates(s, in)

	if err := setPolicies(s, in); err != nil {
		return err
	}
	if err := setDelivery(s, in, region); err != nil {
		return err
	}
	if err := setTriggers(s, in.LambdaConfig); err != nil {
		return err
	}
	if err := setRecovery(s, in.AccountRecoverySetting); err != nil {
		return err
	}
	for _, check := range []func(*cognito.UserPoolType) error{checkVerification, checkAcr, checkKey, checkPoolTags} {
		if err := check(s); err != nil {
			return err
		}
	}
	if s.MfaConfiguration == cognito.UserPoolMfaOff {
		mfa.SoftwareToken, mfa.Email = nil, nil
	}
	// The only factor that a pool's own settings know is SMS.
	if err := checkMFA(s, mfa, ErrMFAWithoutSMS); err != nil {
		return err
	}
	if err := checkTier(s, mfa, lowered); err != nil {
		return err
	}
	return checkOffered(s)
}

func checkPoolTags(s *cognito.UserPoolType) error {
	if problem := CheckTags(s.UserPoolTags); problem != "" {
		return ErrTagging(problem)
	}
	return nil
}

// checkAliases refuses a required attribute that nobody could give: a
// preferred username that is an alias can be set only after confirmation.
func checkAliases(s *cognito.UserPoolType) error {
	for _, a := range s.AliasAttributes {
		if a != cognito.AliasAttributePreferredUsername {
			continue
		}
		for _, e := range s.SchemaAttributes {
			if e.Name == "preferred_username" && isTrue(e.Required) {
				return ErrPreferredUsernameAlias
			}
		}
	}
	return nil
}

// orDefault is v, or d if v is absent.
func orDefault[T comparable](v, d T) T {
	var absent T
	if v == absent {
		return d
	}
	return v
}

// orAbsent is a list, or nil if it is empty: the service shows no empty lists
// of settings that are off.
func orAbsent[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}
