package idp

import "rockpool/internal/cognito"

// Errors about the settings of an app client.
var (
	ErrSecretGivenAndGenerated = InvalidParameter("GenerateSecret and ClientSecret cannot both be given.")
	ErrContextDataNeedsSecret  = InvalidParameter("EnablePropagateAdditionalUserContextData requires a client with a secret.")
	ErrAnalytics               = InvalidParameter("AnalyticsConfiguration requires either ApplicationArn alone, or ApplicationId, RoleArn and ExternalId.")
)

// ErrProviderNotFound means that a client names an identity provider that its
// pool does not have.
func ErrProviderNotFound(provider, poolID string) *Error {
	return InvalidParameter("The provider " + provider + " does not exist for User Pool " + poolID + ".")
}

// NewClientSettings returns the settings of a new app client of a pool: what
// CreateUserPoolClient asks for, with every default that the service shows.
// The client's id, its dates and its secret are left to the caller, as is
// CheckScopes.
func NewClientSettings(pool *UserPool, in *cognito.CreateUserPoolClientRequest) (*cognito.UserPoolClientType, error) {
	if isTrue(in.GenerateSecret) && in.ClientSecret != "" {
		return nil, ErrSecretGivenAndGenerated
	}
	s := &cognito.UserPoolClientType{ClientName: in.ClientName, EnableTokenRevocation: new(true)}
	rest := &cognito.UpdateUserPoolClientRequest{
		RefreshTokenValidity:                     in.RefreshTokenValidity,
		AccessTokenValidity:                      in.AccessTokenValidity,
		IDTokenValidity:                          in.IDTokenValidity,
		TokenValidityUnits:                       in.TokenValidityUnits,
		ReadAttributes:                           in.ReadAttributes,
		WriteAttributes:                          in.WriteAttributes,
		ExplicitAuthFlows:                        in.ExplicitAuthFlows,
		SupportedIdentityProviders:               in.SupportedIdentityProviders,
		CallbackURLs:                             in.CallbackURLs,
		LogoutURLs:                               in.LogoutURLs,
		DefaultRedirectURI:                       in.DefaultRedirectURI,
		AllowedOAuthFlows:                        in.AllowedOAuthFlows,
		AllowedOAuthScopes:                       in.AllowedOAuthScopes,
		AllowedOAuthFlowsUserPoolClient:          in.AllowedOAuthFlowsUserPoolClient,
		AnalyticsConfiguration:                   in.AnalyticsConfiguration,
		PreventUserExistenceErrors:               in.PreventUserExistenceErrors,
		EnableTokenRevocation:                    in.EnableTokenRevocation,
		EnablePropagateAdditionalUserContextData: in.EnablePropagateAdditionalUserContextData,
		AuthSessionValidity:                      in.AuthSessionValidity,
		RefreshTokenRotation:                     in.RefreshTokenRotation,
	}
	if err := setClient(s, pool, rest, isTrue(in.GenerateSecret) || in.ClientSecret != ""); err != nil {
		return nil, err
	}
	return s, nil
}

// ChangeClientSettings returns the settings of an app client after
// UpdateUserPoolClient. What the request leaves out goes back to its default,
// except the name and whether tokens can be revoked, which stay. CheckScopes is
// left to the caller.
func ChangeClientSettings(pool *UserPool, was *Client, in *cognito.UpdateUserPoolClientRequest) (*cognito.UserPoolClientType, error) {
	s := &cognito.UserPoolClientType{
		ClientID:              was.Settings.ClientID,
		ClientName:            orDefault(in.ClientName, was.Settings.ClientName),
		CreationDate:          was.Settings.CreationDate,
		LastModifiedDate:      was.Settings.LastModifiedDate,
		ClientType:            was.Settings.ClientType,
		EnableTokenRevocation: was.Settings.EnableTokenRevocation,
	}
	if err := setClient(s, pool, in, len(was.Secrets) > 0); err != nil {
		return nil, err
	}
	return s, nil
}

// setClient gives a client the settings of a request and their defaults, and
// checks them together.
func setClient(s *cognito.UserPoolClientType, pool *UserPool, in *cognito.UpdateUserPoolClientRequest, hasSecret bool) error {
	s.UserPoolID = pool.ID
	s.ClientType = orDefault(s.ClientType, cognito.ClientTypeRegular)
	s.AccessTokenValidity = in.AccessTokenValidity
	s.IDTokenValidity = in.IDTokenValidity
	s.TokenValidityUnits = orDefault(in.TokenValidityUnits, &cognito.TokenValidityUnitsType{})
	s.RefreshTokenValidity = refreshTokenValidity(in.RefreshTokenValidity, s.TokenValidityUnits.RefreshToken)
	s.ReadAttributes = orAbsent(in.ReadAttributes)
	s.WriteAttributes = orAbsent(in.WriteAttributes)
	s.ExplicitAuthFlows = orAbsent(in.ExplicitAuthFlows)
	s.SupportedIdentityProviders = orAbsent(in.SupportedIdentityProviders)
	s.CallbackURLs = orAbsent(in.CallbackURLs)
	s.LogoutURLs = orAbsent(in.LogoutURLs)
	s.DefaultRedirectURI = in.DefaultRedirectURI
	s.AllowedOAuthFlows = orAbsent(in.AllowedOAuthFlows)
	s.AllowedOAuthScopes = orAbsent(in.AllowedOAuthScopes)
	s.AllowedOAuthFlowsUserPoolClient = new(isTrue(in.AllowedOAuthFlowsUserPoolClient))
	s.AnalyticsConfiguration = in.AnalyticsConfiguration
	s.PreventUserExistenceErrors = in.PreventUserExistenceErrors
	if in.EnableTokenRevocation != nil {
		s.EnableTokenRevocation = in.EnableTokenRevocation
	}
	s.EnablePropagateAdditionalUserContextData = new(isTrue(in.EnablePropagateAdditionalUserContextData))
	s.AuthSessionValidity = orDefault(in.AuthSessionValidity, new(int64(3)))
	s.RefreshTokenRotation = in.RefreshTokenRotation

	if err := checkValidity(s); err != nil {
		return err
	}
	if err := checkFlows(s, pool, hasSecret); err != nil {
		return err
	}
	if err := checkPermissions(s, pool); err != nil {
		return err
	}
	if err := checkOAuth(s, hasSecret); err != nil {
		return err
	}
	if err := checkURIs(s); err != nil {
		return err
	}
	if *s.EnablePropagateAdditionalUserContextData && !hasSecret {
		return ErrContextDataNeedsSecret
	}
	for _, p := range s.SupportedIdentityProviders {
		if p != "COGNITO" {
			return ErrProviderNotFound(p, pool.ID)
		}
	}
	return checkAnalytics(s.AnalyticsConfiguration)
}

func checkAnalytics(c *cognito.AnalyticsConfigurationType) error {
	if c == nil {
		return nil
	}
	byARN := c.ApplicationARN != "" && c.ApplicationID == "" && c.RoleARN == "" && c.ExternalID == ""
	byID := c.ApplicationARN == "" && c.ApplicationID != "" && c.RoleARN != "" && c.ExternalID != ""
	if !byARN && !byID {
		return ErrAnalytics
	}
	return nil
}
