package exceptiontest_test

import (
	"rockpool/internal/trigger/lambdatest"
)

// functions are the triggers of the stage's pool of functions.
var functions = []string{"PreSignUp", "PostConfirmation", "PreAuthentication", "CustomMessage", "PreTokenGeneration"}

// failures are what functions do, by the exception that follows.
var failures = map[string]lambdatest.Behaviour{
	"UserLambdaValidationException":  lambdatest.Throw("Error", "not on a Sunday"),
	"UnexpectedLambdaException":      lambdatest.AccessDenied(),
	"InvalidLambdaResponseException": lambdatest.Raw([]byte(`"no event"`)),
}

// triggered tells which function an operation runs and what has to be asked
// for it to run.
type triggered struct {
	function string
	ask      func(s *stage, pool, client string) req
}

// triggers are the operations that run functions.
var triggers = map[string]triggered{
	"SignUp": {"PreSignUp", func(_ *stage, _, client string) req {
		return req{"ClientId": client, "Username": newName()}
	}},
	"AdminCreateUser": {"PreSignUp", func(_ *stage, pool, _ string) req {
		return req{"UserPoolId": pool, "Username": newName()}
	}},
	"ConfirmSignUp": {"PostConfirmation", func(s *stage, _, client string) req {
		name := s.signUp(client)
		return req{"ClientId": client, "Username": name, "ConfirmationCode": s.LastCode(mailOf(name))}
	}},
	"AdminConfirmSignUp": {"PostConfirmation", func(s *stage, pool, client string) req {
		return req{"UserPoolId": pool, "Username": s.signUp(client)}
	}},
	"ConfirmForgotPassword": {"PostConfirmation", func(s *stage, pool, client string) req {
		name := s.newMailUser(pool)
		return req{"ClientId": client, "Username": name, "ConfirmationCode": s.resetCode(client, name)}
	}},
	"ForgotPassword": {"CustomMessage", func(s *stage, pool, client string) req {
		return req{"ClientId": client, "Username": s.newMailUser(pool)}
	}},
	"ResendConfirmationCode": {"CustomMessage", func(s *stage, _, client string) req {
		return req{"ClientId": client, "Username": s.signUp(client)}
	}},
	"AdminResetUserPassword": {"CustomMessage", func(s *stage, pool, _ string) req {
		return req{"UserPoolId": pool, "Username": s.newMailUser(pool)}
	}},
	"GetUserAttributeVerificationCode": {"CustomMessage", func(s *stage, pool, client string) req {
		return req{"AccessToken": s.signIn(client, s.newMailUser(pool)).AccessToken}
	}},
	"UpdateUserAttributes": {"CustomMessage", func(s *stage, pool, client string) req {
		return req{"AccessToken": s.signIn(client, s.newMailUser(pool)).AccessToken, "UserAttributes": newMail()}
	}},
	"AdminUpdateUserAttributes": {"CustomMessage", func(s *stage, pool, _ string) req {
		return req{"UserPoolId": pool, "Username": s.newMailUser(pool), "UserAttributes": newMail()}
	}},
	"InitiateAuth":                {"PreAuthentication", signsIn},
	"AdminInitiateAuth":           {"PreAuthentication", signsIn},
	"RespondToAuthChallenge":      {"PreTokenGeneration", choosesPassword},
	"AdminRespondToAuthChallenge": {"PreTokenGeneration", choosesPassword},
	"GetTokensFromRefreshToken": {"PreTokenGeneration", func(s *stage, pool, client string) req {
		return req{"ClientId": client, "RefreshToken": s.signIn(client, s.newUser(pool)).RefreshToken}
	}},
}

func signsIn(s *stage, pool, client string) req {
	in := req{"ClientId": client, "AuthParameters": req{"USERNAME": s.newUser(pool), "PASSWORD": goodPassword}}
	if isAdmin(s.op) {
		in["UserPoolId"] = pool
	}
	return in
}

func choosesPassword(s *stage, pool, client string) req {
	name := newName()
	s.create(pool, name)
	in, _ := s.challenged(pool, client, "USER_PASSWORD_AUTH", req{"USERNAME": name, "PASSWORD": firstPassword})
	in["ChallengeResponses"] = req{"USERNAME": name, "NEW_PASSWORD": nextPassword}
	return in
}

// failingFunction lets the function of an operation fail as the exception has
// it.
func failingFunction(s *stage) error {
	t := triggers[s.op.Name]
	in := s.request(s.op, t.ask(s, s.nodes.functionPool, s.nodes.functionClient))
	s.Lambda.Set(t.function, failures[s.code])
	defer s.Lambda.Set(t.function, lambdatest.Echo())
	return s.Call(s.op.Name, in, nil)
}

// newFunctions makes a pool with a function for everything.
func (s *stage) newFunctions() (pool, client string) {
	config := req{}
	for _, name := range functions {
		config[name] = s.Lambda.Set(name, lambdatest.Echo())
	}
	pool = s.newPool(req{"AutoVerifiedAttributes": []string{"email"}, "LambdaConfig": config})
	return pool, s.newClient(pool, nil)
}
