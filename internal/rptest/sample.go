package rptest

import (
	"rockpool/internal/cognito"
)

// AddPool makes a pool whose users confirm themselves by a code sent to their
// e-mail address, changed by edits, and returns its id.
func (s *Server) AddPool(edits ...func(*cognito.CreateUserPoolRequest)) string {
	s.t.Helper()
	in := &cognito.CreateUserPoolRequest{
		PoolName:               "pool",
		AutoVerifiedAttributes: []cognito.VerifiedAttributeType{cognito.VerifiedAttributeEmail},
	}
	for _, edit := range edits {
		edit(in)
	}
	var out cognito.CreateUserPoolResponse
	s.Must("CreateUserPool", in, &out)
	return out.UserPool.ID
}

// AddClient makes a client without a secret that may use the password flows,
// changed by edits, and returns its id.
func (s *Server) AddClient(poolID string, edits ...func(*cognito.CreateUserPoolClientRequest)) string {
	s.t.Helper()
	return s.addClient(poolID, edits).ClientID
}

// AddSecretClient is AddClient for a client with a secret.
func (s *Server) AddSecretClient(poolID string, edits ...func(*cognito.CreateUserPoolClientRequest)) (id, secret string) {
	s.t.Helper()
	with := func(in *cognito.CreateUserPoolClientRequest) { in.GenerateSecret = new(true) }
	c := s.addClient(poolID, append(edits, with))
	return c.ClientID, c.ClientSecret
}

func (s *Server) addClient(poolID string, edits []func(*cognito.CreateUserPoolClientRequest)) *cognito.UserPoolClientType {
	s.t.Helper()
	in := &cognito.CreateUserPoolClientRequest{
		UserPoolID: poolID, ClientName: "client",
		ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{
			cognito.ExplicitAuthFlowsAllowUserPasswordAuth, cognito.ExplicitAuthFlowsAllowUserSrpAuth,
			cognito.ExplicitAuthFlowsAllowAdminUserPasswordAuth, cognito.ExplicitAuthFlowsAllowRefreshTokenAuth,
		},
	}
	for _, edit := range edits {
		edit(in)
	}
	var out cognito.CreateUserPoolClientResponse
	s.Must("CreateUserPoolClient", in, &out)
	return out.UserPoolClient
}

// AddUser makes a confirmed user with a password and attributes, given as name
// and value in turn. An e-mail address or phone number is verified. No message
// is sent.
func (s *Server) AddUser(poolID, username, password string, attributes ...string) {
	s.t.Helper()
	in := &cognito.AdminCreateUserRequest{UserPoolID: poolID, Username: username, MessageAction: cognito.MessageActionSuppress}
	for i := 0; i+1 < len(attributes); i += 2 {
		name, value := attributes[i], attributes[i+1]
		in.UserAttributes = append(in.UserAttributes, &cognito.AttributeType{Name: name, Value: value})
		if name == "email" || name == "phone_number" {
			in.UserAttributes = append(in.UserAttributes, &cognito.AttributeType{Name: name + "_verified", Value: "true"})
		}
	}
	s.Must("AdminCreateUser", in, nil)
	s.Must("AdminSetUserPassword", &cognito.AdminSetUserPasswordRequest{UserPoolID: poolID, Username: username, Password: password, Permanent: new(true)}, nil)
}

// SignIn signs a user in with a password and returns the tokens.
func (s *Server) SignIn(clientID, username, password string) *cognito.AuthenticationResultType {
	s.t.Helper()
	var out cognito.InitiateAuthResponse
	s.Must("InitiateAuth", &cognito.InitiateAuthRequest{
		ClientID: clientID, AuthFlow: cognito.AuthFlowUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	}, &out)
	if out.AuthenticationResult == nil {
		s.t.Fatalf("signing %s in: got the challenge %s, want tokens", username, out.ChallengeName)
	}
	return out.AuthenticationResult
}
