package idp

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

func poolOf(t *testing.T, in string) *UserPool {
	t.Helper()
	p := &UserPool{ID: "us-east-1_a", Settings: *newPool(t, in)}
	p.Prepare()
	return p
}

// Each setting that a new client can have wrong, or just right.
func TestNewClientSettings(t *testing.T) {
	const secret = `"GenerateSecret":true,`
	const required = `"Schema":[{"Name":"email","Required":true},{"Name":"x","AttributeDataType":"String"},{"Name":"d","AttributeDataType":"String","DeveloperOnlyAttribute":true}]`
	lite := `"UserPoolTier":"LITE"`
	tests := []struct {
		name, pool, in string
		want           *Error
	}{
		{"nothing", ``, ``, nil},
		{"secret generated and given", ``, secret + `"ClientSecret":"0123456789abcdefghijklmn"`, ErrSecretGivenAndGenerated},

		{"refresh: an hour", ``, `"RefreshTokenValidity":60,"TokenValidityUnits":{"RefreshToken":"minutes"}`, nil},
		{"refresh: less than an hour", ``, `"RefreshTokenValidity":59,"TokenValidityUnits":{"RefreshToken":"minutes"}`, ErrTokenValidity},
		{"refresh: ten years", ``, `"RefreshTokenValidity":3650`, nil},
		{"refresh: more than ten years", ``, `"RefreshTokenValidity":3651`, ErrTokenValidity},
		{"refresh: the largest number", ``, `"RefreshTokenValidity":315360000`, ErrTokenValidity},
		{"refresh: 0", ``, `"RefreshTokenValidity":0`, nil},
		{"access: five minutes", ``, `"AccessTokenValidity":300,"TokenValidityUnits":{"AccessToken":"seconds"}`, nil},
		{"access: less than five minutes", ``, `"AccessTokenValidity":4,"TokenValidityUnits":{"AccessToken":"minutes"}`, ErrTokenValidity},
		{"access: a day", ``, `"AccessTokenValidity":24`, nil},
		{"access: more than a day", ``, `"AccessTokenValidity":25`, ErrTokenValidity},
		{"ID: less than five minutes", ``, `"IdTokenValidity":299,"TokenValidityUnits":{"IdToken":"seconds"}`, ErrTokenValidity},
		{"ID: more than a day", ``, `"IdTokenValidity":2,"TokenValidityUnits":{"IdToken":"days"}`, ErrTokenValidity},
		{"access: longer than refresh", ``, `"AccessTokenValidity":3,"RefreshTokenValidity":2,"TokenValidityUnits":{"RefreshToken":"hours"}`, ErrTokenValidity},
		{"ID: longer than refresh", ``, `"IdTokenValidity":3,"RefreshTokenValidity":2,"TokenValidityUnits":{"RefreshToken":"hours"}`, ErrTokenValidity},

		{"old flows", ``, `"ExplicitAuthFlows":["ADMIN_NO_SRP_AUTH","USER_PASSWORD_AUTH"]`, nil},
		{"old and new flows", ``, `"ExplicitAuthFlows":["ADMIN_NO_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]`, ErrFlowsMixed},
		{"choice of factors", ``, `"ExplicitAuthFlows":["ALLOW_USER_AUTH"]`, nil},
		{"choice of factors in LITE", lite, `"ExplicitAuthFlows":["ALLOW_USER_AUTH"]`, FeatureUnavailable("ALLOW_USER_AUTH is not available in the LITE tier.")},
		{"machine tokens", ``, secret + `"ExplicitAuthFlows":["ALLOW_CLIENT_TOKEN_AUTH"]`, nil},
		{"machine tokens without secret", ``, `"ExplicitAuthFlows":["ALLOW_CLIENT_TOKEN_AUTH"]`, ErrClientTokenSecret},
		{"machine tokens among other flows", ``, secret + `"ExplicitAuthFlows":["ALLOW_CLIENT_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"]`, ErrClientTokenAlone},
		{"rotation", ``, `"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH"],"RefreshTokenRotation":{"Feature":"ENABLED"}`, nil},
		{"rotation and refresh flow", ``, `"ExplicitAuthFlows":["ALLOW_REFRESH_TOKEN_AUTH"],"RefreshTokenRotation":{"Feature":"ENABLED"}`, ErrRotationAndRefreshFlow},
		{"rotation and refresh flow by default", ``, `"RefreshTokenRotation":{"Feature":"ENABLED"}`, ErrRotationAndRefreshFlow},
		{"no rotation", ``, `"RefreshTokenRotation":{"Feature":"DISABLED"}`, nil},

		{"read", required, `"ReadAttributes":["sub","email","email_verified","custom:x","dev:custom:d"]`, nil},
		{"read unknown", required, `"ReadAttributes":["custom:y"]`, ErrReadAttributes},
		{"write", required, `"WriteAttributes":["email","custom:x"]`, nil},
		{"write unknown", required, `"WriteAttributes":["email","x"]`, ErrWriteAttributes},
		{"write without required", required, `"WriteAttributes":["name"]`, ErrWriteAttributes},
		{"write flag", ``, `"WriteAttributes":["email_verified"]`, ErrWriteAttributes},
		{"write sub", ``, `"WriteAttributes":["sub"]`, ErrWriteAttributes},
		{"write developer-only", required, `"WriteAttributes":["email","dev:custom:d"]`, ErrWriteAttributes},

		{"OAuth", ``, `"AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid"]`, nil},
		{"OAuth without flows", ``, `"AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthScopes":["openid"]`, ErrOAuthIncomplete},
		{"OAuth without scopes", ``, `"AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"]`, ErrOAuthIncomplete},
		{"OAuth switched off", ``, `"AllowedOAuthFlows":["code"]`, nil},
		{"client credentials", ``, secret + `"AllowedOAuthFlows":["client_credentials"]`, nil},
		{"client credentials without secret", ``, `"AllowedOAuthFlows":["client_credentials"]`, ErrClientCredentialsSecret},
		{"client credentials and code", ``, secret + `"AllowedOAuthFlows":["client_credentials","code"]`, ErrClientCredentialsCombined},

		{"callback without encryption", ``, `"CallbackURLs":["http://example.com/cb"]`, ErrURIPlainHTTP("http://example.com/cb")},
		{"logout without encryption", ``, `"LogoutURLs":["http://example.com/bye"]`, ErrURIPlainHTTP("http://example.com/bye")},
		{"default callback", ``, `"CallbackURLs":["https://example.com/cb"],"DefaultRedirectURI":"https://example.com/cb"`, nil},
		{"default that is no callback", ``, `"CallbackURLs":["https://example.com/cb"],"DefaultRedirectURI":"https://example.com/"`, ErrDefaultRedirectURI},

		{"context data", ``, secret + `"EnablePropagateAdditionalUserContextData":true`, nil},
		{"context data without secret", ``, `"EnablePropagateAdditionalUserContextData":true`, ErrContextDataNeedsSecret},
		{"the pool as provider", ``, `"SupportedIdentityProviders":["COGNITO"]`, nil},
		{"unknown provider", ``, `"SupportedIdentityProviders":["COGNITO","Google"]`, ErrProviderNotFound("Google", "us-east-1_a")},
		{"analytics by ARN", ``, `"AnalyticsConfiguration":{"ApplicationArn":"arn:aws:mobiletargeting:us-east-1:000000000000:apps/a"}`, nil},
		{"analytics by id", ``, `"AnalyticsConfiguration":{"ApplicationId":"a","RoleArn":"arn:aws:iam::000000000000:role/r","ExternalId":"e"}`, nil},
		{"analytics by id without role", ``, `"AnalyticsConfiguration":{"ApplicationId":"a","ExternalId":"e"}`, ErrAnalytics},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pool, in := `{"PoolName":"x"`, `{"ClientName":"c"`
			if tt.pool != "" {
				pool += "," + tt.pool
			}
			if tt.in != "" {
				in += "," + tt.in
			}
			_, err := NewClientSettings(poolOf(t, pool+"}"), fromJSON[cognito.CreateUserPoolClientRequest](t, in+"}"))
			wantErr(t, "NewClientSettings("+tt.in+")", err, tt.want)
		})
	}
}

// The default life of refresh tokens is shown in the unit that was asked for.
func TestRefreshTokenValidityShown(t *testing.T) {
	for unit, want := range map[cognito.TimeUnitsType]int64{
		"": 30, cognito.TimeUnitsDays: 30, cognito.TimeUnitsHours: 720, cognito.TimeUnitsMinutes: 43_200, cognito.TimeUnitsSeconds: 2_592_000,
	} {
		if got := *refreshTokenValidity(nil, unit); got != want {
			t.Errorf("refreshTokenValidity(nil, %q): got %d, want %d", unit, got, want)
		}
		if got := *refreshTokenValidity(new(int64(0)), unit); got != want {
			t.Errorf("refreshTokenValidity(0, %q): got %d, want %d", unit, got, want)
		}
	}
}

// An update that says nothing puts every setting back to its default, but for
// the name, the secret and whether tokens can be revoked.
func TestChangeClientSettingsDefaults(t *testing.T) {
	pool := poolOf(t, `{"PoolName":"x"}`)
	was, err := NewClientSettings(pool, fromJSON[cognito.CreateUserPoolClientRequest](t, `{"ClientName":"c","GenerateSecret":true,
		"RefreshTokenValidity":1,"AccessTokenValidity":2,"IdTokenValidity":2,"TokenValidityUnits":{"RefreshToken":"days"},
		"ReadAttributes":["email"],"WriteAttributes":["email"],"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH"],
		"SupportedIdentityProviders":["COGNITO"],"CallbackURLs":["https://example.com/"],"LogoutURLs":["https://example.com/"],
		"DefaultRedirectURI":"https://example.com/","AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid"],
		"AllowedOAuthFlowsUserPoolClient":true,"PreventUserExistenceErrors":"ENABLED","EnableTokenRevocation":false,
		"EnablePropagateAdditionalUserContextData":true,"AuthSessionValidity":15,"RefreshTokenRotation":{"Feature":"ENABLED"},
		"AnalyticsConfiguration":{"ApplicationArn":"arn:aws:mobiletargeting:us-east-1:000000000000:apps/a"}}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ChangeClientSettings(pool, &Client{Settings: *was, Secrets: []ClientSecret{{ID: "s"}}}, &cognito.UpdateUserPoolClientRequest{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := NewClientSettings(pool, &cognito.CreateUserPoolClientRequest{ClientName: "c", EnableTokenRevocation: new(false)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(toJSON(t, want), toJSON(t, got)); diff != "" {
		t.Errorf("ChangeClientSettings() (-want +got):\n%s", diff)
	}
}

func TestChangeClientSettings(t *testing.T) {
	pool := poolOf(t, `{"PoolName":"x"}`)
	public := &Client{Settings: cognito.UserPoolClientType{ClientName: "c", EnableTokenRevocation: new(true)}}
	confidential := &Client{Settings: public.Settings, Secrets: []ClientSecret{{ID: "s"}}}
	tests := []struct {
		name   string
		client *Client
		in     string
		want   *Error
	}{
		{"context data with secret", confidential, `{"EnablePropagateAdditionalUserContextData":true}`, nil},
		{"context data without secret", public, `{"EnablePropagateAdditionalUserContextData":true}`, ErrContextDataNeedsSecret},
		{"client credentials with secret", confidential, `{"AllowedOAuthFlows":["client_credentials"]}`, nil},
		{"client credentials without secret", public, `{"AllowedOAuthFlows":["client_credentials"]}`, ErrClientCredentialsSecret},
		{"validity", public, `{"AccessTokenValidity":25}`, ErrTokenValidity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ChangeClientSettings(pool, tt.client, fromJSON[cognito.UpdateUserPoolClientRequest](t, tt.in))
			wantErr(t, "ChangeClientSettings("+tt.in+")", err, tt.want)
		})
	}
}

// Lives at the edges are what the client's tokens then have.
func TestClientLives(t *testing.T) {
	s, err := NewClientSettings(poolOf(t, `{"PoolName":"x"}`), fromJSON[cognito.CreateUserPoolClientRequest](t,
		`{"ClientName":"c","RefreshTokenValidity":3650,"AccessTokenValidity":5,"TokenValidityUnits":{"AccessToken":"minutes"}}`))
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{Settings: *s}
	if got, want := c.RefreshTokenLife().Hours(), 3650*24.0; got != want {
		t.Errorf("RefreshTokenLife: got %v hours, want %v", got, want)
	}
	if got, want := c.AccessTokenLife().Minutes(), 5.0; got != want {
		t.Errorf("AccessTokenLife: got %v minutes, want %v", got, want)
	}
	if got, want := c.IDTokenLife().Hours(), 1.0; got != want {
		t.Errorf("IDTokenLife: got %v hours, want %v", got, want)
	}
}
