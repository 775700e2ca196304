package exceptiontest_test

import (
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/rptest"
	"rockpool/internal/store"
)

// stage is a server with a pool in which everything is on, and a user in it
// who has everything.
type stage struct {
	*rptest.Server
	t *testing.T

	pool, client string // whose user ada is
	nodes        nodes  // that differ
	rates        *stage // where calls are counted

	op   *cognito.Operation // that a cause is for
	code string             // and the exception

	values     req            // members by name, for every operation
	particular map[string]req // and by operation
}

// snsRole is a configuration of text messages.
var snsRole = req{"SnsCallerArn": "arn:aws:iam::" + rptest.AccountID + ":role/sns", "ExternalId": "x"}

// allFlows are the flows of an app client that lets everybody in.
var allFlows = []string{
	"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH",
	"ALLOW_CUSTOM_AUTH",
}

func newStage(t *testing.T, opts ...rptest.Option) *stage {
	s := &stage{Server: rptest.New(t, opts...), t: t}
	s.pool = s.newPool(req{
		"AutoVerifiedAttributes": []string{"email"}, "SmsConfiguration": snsRole,
		"DeviceConfiguration": req{"DeviceOnlyRememberedOnUserPrompt": true},
		"Policies": req{
			"PasswordPolicy": req{"MinimumLength": 8, "PasswordHistorySize": 2},
			"SignInPolicy":   req{"AllowedFirstAuthFactors": []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}},
		},
	})
	s.must("SetUserPoolMfaConfig", req{
		"UserPoolId": s.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": req{"Enabled": true},
		"SmsMfaConfiguration":   req{"SmsConfiguration": snsRole},
		"WebAuthnConfiguration": req{"RelyingPartyId": "example.com"},
	}, nil)
	s.must("SetUserPoolSessionConfiguration", req{
		"UserPoolId": s.pool, "UserSessionTracking": "ENABLED", "TokenSession": req{"MaxPerUser": 50},
	}, nil)
	s.client = s.newClient(s.pool, nil)
	ada := s.newUser(s.pool)
	tokens := s.signIn(s.client, ada)
	s.values = req{
		"UserPoolId": s.pool, "ClientId": s.client, "Username": ada, "AccessToken": tokens.AccessToken, "DeviceKey": tokens.NewDeviceMetadata.DeviceKey,
		"GroupName": "staff", "Identifier": "https://api.example.com", "Name": "api",
		"ResourceArn": "arn:aws:cognito-idp:" + rptest.Region + ":" + rptest.AccountID + ":userpool/" + s.pool,
		"Password":    nextPassword, "ConfirmationCode": "123456", "Code": "123456", "UserCode": "123456",
		"UserAttributes":     []req{{"Name": "nickname", "Value": "A"}},
		"UserAttributeNames": []string{"nickname"}, "AttributeName": "email",
		"SessionId": "tkn" + strings.Repeat("0", 25), "MFAOptions": []req{},
		"Tags": req{"a": "b"}, "TagKeys": []string{"a"}, "PoolName": "p", "ClientName": "c", "MaxResults": 10,
		"CustomAttributes":    []req{{"Name": "n", "AttributeDataType": "String"}},
		"UserSessionTracking": "ENABLED", "TokenSession": req{"MaxPerUser": 5}, "SSOSession": req{"MaxValidityMinutes": 60},
		"ClientSecretId": "none", "Secret": strings.Repeat("s", 52), "CredentialId": "none", "Credential": req{}, "ProposedPassword": nextPassword,
		"RefreshToken": tokens.RefreshToken, "Token": tokens.RefreshToken,
	}
	password := req{"USERNAME": ada, "PASSWORD": goodPassword}
	s.particular = map[string]req{
		"InitiateAuth":      {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": password},
		"AdminInitiateAuth": {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": password},
		"SignUp":            {"Password": nextPassword}, "UpdateDeviceStatus": {"DeviceRememberedStatus": "remembered"},
		"AdminCreateUser":             {"TemporaryPassword": firstPassword},
		"RespondToAuthChallenge":      {"ChallengeName": "SMS_MFA", "Session": strings.Repeat("s", 40), "ChallengeResponses": req{"USERNAME": ada, "SMS_MFA_CODE": "123456"}},
		"AdminRespondToAuthChallenge": {"ChallengeName": "SMS_MFA", "Session": strings.Repeat("s", 40), "ChallengeResponses": req{"USERNAME": ada, "SMS_MFA_CODE": "123456"}},
	}
	return s
}

// on is the stage for a part of the test, which calls a node.
func (s *stage) on(t *testing.T, srv *rptest.Server) *stage {
	part := *s
	part.t, part.Server = t, srv.For(t)
	return &part
}

// alone is a stage with an empty database of its own.
func (s *stage) alone() *stage {
	s.t.Helper()
	return s.on(s.t, rptest.New(s.t))
}

// must calls an operation that has to succeed.
func (s *stage) must(op string, in req, out any) {
	s.t.Helper()
	if err := s.Call(op, in, out); err != nil {
		s.t.Fatalf("%s: got %v, want success", op, err)
	}
}

// answer is what the operation that a cause is for answers.
func (s *stage) answer(members ...req) error {
	s.t.Helper()
	return s.Call(s.op.Name, s.request(s.op, members...), nil)
}

// answers is the last of several answers to the same request.
func (s *stage) answers(times int, in req) (err error) {
	s.t.Helper()
	in = s.request(s.op, in)
	for range times {
		err = s.Call(s.op.Name, in, nil)
	}
	return err
}

// put changes the database, where no call could or it would take too long.
func (s *stage) put(change func(store.Tx) error) {
	s.t.Helper()
	if err := s.Store.Update(s.t.Context(), change); err != nil {
		s.t.Fatalf("changing the database: %v", err)
	}
}

// newPool makes a pool.
func (s *stage) newPool(with req) string {
	s.t.Helper()
	var out cognito.CreateUserPoolResponse
	s.must("CreateUserPool", req{"PoolName": "pool"}.with(with), &out)
	return out.UserPool.ID
}

// newClient makes an app client with all flows and without a secret, which
// tells who exists.
func (s *stage) newClient(pool string, with req) string {
	s.t.Helper()
	id, _ := s.newSecretClient(pool, with)
	return id
}

func (s *stage) newSecretClient(pool string, with req) (id, secret string) {
	s.t.Helper()
	var out cognito.CreateUserPoolClientResponse
	s.must("CreateUserPoolClient", req{
		"UserPoolId": pool, "ClientName": "client", "ExplicitAuthFlows": allFlows, "PreventUserExistenceErrors": "LEGACY",
	}.with(with), &out)
	return out.UserPoolClient.ClientID, out.UserPoolClient.ClientSecret
}
