package exceptiontest_test

import (
	"strconv"
	"sync/atomic"

	"rockpool/internal/cognito"
)

const (
	goodPassword  = "Old-passw0rd"
	nextPassword  = "N3w-password"
	firstPassword = "F1rst-password" // a temporary one
)

var names atomic.Int64

func newName() string { return "user" + strconv.FormatInt(names.Add(1), 10) }

func mailOf(name string) string { return name + "@example.com" }

// newMail is a change of the e-mail address.
func newMail() []req { return []req{{"Name": "email", "Value": mailOf(newName())}} }

// create makes a user who must change their password, firstPassword, with
// attributes that are given as name and value in turn. Addresses are verified.
func (s *stage) create(pool, name string, attributes ...string) {
	s.t.Helper()
	var list []req
	for i := 0; i+1 < len(attributes); i += 2 {
		list = append(list, req{"Name": attributes[i], "Value": attributes[i+1]})
		if attributes[i] == "email" || attributes[i] == "phone_number" {
			list = append(list, req{"Name": attributes[i] + "_verified", "Value": "true"})
		}
	}
	s.must("AdminCreateUser", req{
		"UserPoolId": pool, "Username": name, "TemporaryPassword": firstPassword, "MessageAction": "SUPPRESS", "UserAttributes": list,
	}, nil)
}

// newUser makes a confirmed user with goodPassword.
func (s *stage) newUser(pool string, attributes ...string) string {
	s.t.Helper()
	name := newName()
	s.create(pool, name, attributes...)
	s.must("AdminSetUserPassword", req{"UserPoolId": pool, "Username": name, "Password": goodPassword, "Permanent": true}, nil)
	return name
}

// newMailUser makes a confirmed user with a verified e-mail address.
func (s *stage) newMailUser(pool string) string {
	s.t.Helper()
	name := newName()
	s.create(pool, name, "email", mailOf(name))
	s.must("AdminSetUserPassword", req{"UserPoolId": pool, "Username": name, "Password": goodPassword, "Permanent": true}, nil)
	return name
}

// signUp makes a user who has not confirmed the account yet.
func (s *stage) signUp(client string) string {
	s.t.Helper()
	name := newName()
	s.must("SignUp", signingUp(client, name), nil)
	return name
}

func signingUp(client, name string) req {
	return req{"ClientId": client, "Username": name, "Password": goodPassword, "UserAttributes": []req{{"Name": "email", "Value": mailOf(name)}}}
}

// resetCode is the code that a user is sent who forgot the password.
func (s *stage) resetCode(client, name string) string {
	s.t.Helper()
	s.must("ForgotPassword", req{"ClientId": client, "Username": name}, nil)
	return s.LastCode(mailOf(name))
}

// requireReset makes a user reset the password.
func (s *stage) requireReset(pool, name string) {
	s.t.Helper()
	s.must("AdminResetUserPassword", req{"UserPoolId": pool, "Username": name}, nil)
}

// signIn signs a user in with goodPassword.
func (s *stage) signIn(client, name string) *cognito.AuthenticationResultType {
	s.t.Helper()
	var out cognito.InitiateAuthResponse
	s.must("InitiateAuth", req{
		"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": req{"USERNAME": name, "PASSWORD": goodPassword},
	}, &out)
	if out.AuthenticationResult == nil {
		s.t.Fatalf("signing %s in: got the challenge %s, want tokens", name, out.ChallengeName)
	}
	return out.AuthenticationResult
}

// token is an access token of a new user of the stage's pool, and their name.
func (s *stage) token() (token, name string) {
	s.t.Helper()
	name = s.newMailUser(s.pool)
	return s.signIn(s.client, name).AccessToken, name
}
