package exceptiontest_test

import (
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Of signing up, confirming, resetting and changing attributes.
var accountCauses = map[string]cause{
	"SignUp/InvalidPasswordException":      func(s *stage) error { return s.answer(req{"Username": newName(), "Password": "short"}) },
	"SignUp/UsernameExistsException":       func(s *stage) error { return s.answer() },
	"SignUp/CodeDeliveryFailureException":  func(s *stage) error { return s.undelivered(signingUp(s.client, newName())) },
	"ConfirmSignUp/CodeMismatchException":  func(s *stage) error { return s.answer(s.unconfirmed(), req{"ConfirmationCode": "none"}) },
	"ConfirmSignUp/LimitExceededException": func(s *stage) error { return s.answers(16, s.unconfirmed()) },
	"ConfirmSignUp/ExpiredCodeException":   voidCode,
	"ConfirmSignUp/AliasExistsException":   confirmTaken,
	"ConfirmSignUp/TooManyFailedAttemptsException": func(s *stage) error {
		user := s.unconfirmed()
		s.failed(user["Username"].(string), idp.AttemptConfirmSignUp)
		return s.answer(user)
	},
	"ResendConfirmationCode/CodeDeliveryFailureException": func(s *stage) error { return s.undelivered(s.unconfirmed()) },
	"ResendConfirmationCode/LimitExceededException":       func(s *stage) error { return s.answers(6, s.unconfirmed()) },

	"ForgotPassword/CodeDeliveryFailureException": func(s *stage) error { return s.undelivered(req{"Username": s.newMailUser(s.pool)}) },
	"ForgotPassword/LimitExceededException":       func(s *stage) error { return s.answers(21, req{"Username": s.newMailUser(s.pool)}) },
	"ConfirmForgotPassword/CodeMismatchException": func(s *stage) error {
		return s.answer(s.forgetful(), req{"ConfirmationCode": "none"})
	},
	"ConfirmForgotPassword/ExpiredCodeException":     func(s *stage) error { return s.answer(req{"Username": s.newMailUser(s.pool)}) },
	"ConfirmForgotPassword/InvalidPasswordException": func(s *stage) error { return s.answer(s.forgetful(), req{"Password": "short"}) },
	"ConfirmForgotPassword/PasswordHistoryPolicyViolationException": func(s *stage) error {
		return s.answer(s.forgetful(), req{"Password": goodPassword})
	},
	"ConfirmForgotPassword/LimitExceededException":    func(s *stage) error { return s.answers(21, req{"Username": s.newMailUser(s.pool)}) },
	"ConfirmForgotPassword/UserNotConfirmedException": func(s *stage) error { return s.answer(s.unconfirmed()) },
	"ConfirmForgotPassword/TooManyFailedAttemptsException": func(s *stage) error {
		name := s.newMailUser(s.pool)
		s.failed(name, idp.AttemptReset)
		return s.answer(req{"Username": name})
	},

	"ChangePassword/InvalidPasswordException": func(s *stage) error { return s.answer(s.changing("short")) },
	"ChangePassword/PasswordHistoryPolicyViolationException": func(s *stage) error {
		return s.answer(s.changing(goodPassword))
	},
	"ChangePassword/LimitExceededException": func(s *stage) error {
		return s.answers(6, s.changing(nextPassword).with(req{"PreviousPassword": "Wr0ng-password"}))
	},

	"UpdateUserAttributes/CodeDeliveryFailureException": func(s *stage) error {
		token, _ := s.token()
		return s.undelivered(req{"AccessToken": token, "UserAttributes": newMail()})
	},
	"UpdateUserAttributes/AliasExistsException": func(s *stage) error {
		a := s.nodes.aliases
		token := s.signIn(a.client, s.newUser(a.pool)).AccessToken
		return s.answer(req{"AccessToken": token, "UserAttributes": []req{{"Name": "preferred_username", "Value": a.nickname}}})
	},
	"GetUserAttributeVerificationCode/CodeDeliveryFailureException": func(s *stage) error {
		token, _ := s.token()
		return s.undelivered(req{"AccessToken": token})
	},
	"GetUserAttributeVerificationCode/LimitExceededException": func(s *stage) error {
		token, _ := s.token()
		return s.answers(6, req{"AccessToken": token})
	},
	"VerifyUserAttribute/CodeMismatchException": func(s *stage) error {
		token, _ := s.token()
		s.must("GetUserAttributeVerificationCode", req{"AccessToken": token, "AttributeName": "email"}, nil)
		return s.answer(req{"AccessToken": token, "Code": "none"})
	},
	"VerifyUserAttribute/ExpiredCodeException": func(s *stage) error {
		token, _ := s.token()
		return s.answer(req{"AccessToken": token})
	},
	"VerifyUserAttribute/LimitExceededException": func(s *stage) error {
		token, _ := s.token()
		return s.answers(16, req{"AccessToken": token})
	},
	"VerifyUserAttribute/AliasExistsException": verifyTaken,

	"AdminCreateUser/UserNotFoundException":         func(s *stage) error { return s.answer(req{"Username": newName(), "MessageAction": "RESEND"}) },
	"AdminCreateUser/UsernameExistsException":       func(s *stage) error { return s.answer() },
	"AdminCreateUser/InvalidPasswordException":      func(s *stage) error { return s.answer(req{"Username": newName(), "TemporaryPassword": "short"}) },
	"AdminCreateUser/UnsupportedUserStateException": func(s *stage) error { return s.answer(req{"MessageAction": "RESEND"}) },
	"AdminCreateUser/CodeDeliveryFailureException": func(s *stage) error {
		return s.undelivered(req{"Username": newName(), "UserAttributes": newMail(), "DesiredDeliveryMediums": []string{"EMAIL"}})
	},
	"AdminConfirmSignUp/NotAuthorizedException": func(s *stage) error { return s.answer() },
	"AdminResetUserPassword/NotAuthorizedException": func(s *stage) error {
		name := newName()
		s.create(s.pool, name, "email", mailOf(name))
		return s.answer(req{"Username": name})
	},
	"AdminResetUserPassword/InvalidEmailRoleAccessPolicyException": func(s *stage) error {
		return s.undelivered(req{"Username": s.newMailUser(s.pool)})
	},
	"AdminResetUserPassword/InvalidSmsRoleAccessPolicyException": func(s *stage) error {
		return s.undelivered(req{"Username": s.newUser(s.pool, "phone_number", "+12065550100")})
	},
	"AdminSetUserPassword/InvalidPasswordException": func(s *stage) error { return s.answer(req{"Password": "short"}) },
	"AdminSetUserPassword/PasswordHistoryPolicyViolationException": func(s *stage) error {
		return s.answer(req{"Username": s.newUser(s.pool), "Password": goodPassword})
	},
	"AdminUpdateUserAttributes/AliasExistsException": func(s *stage) error {
		a := s.nodes.aliases
		return s.answer(req{"UserPoolId": a.pool, "Username": s.newUser(a.pool), "UserAttributes": []req{{"Name": "preferred_username", "Value": a.nickname}}})
	},
	"AdminDeleteSoftwareToken/UserNotConfirmedException": func(s *stage) error {
		return s.answer(req{"Username": s.signUp(s.client)})
	},
}

// unconfirmed names a user who has to confirm the account.
func (s *stage) unconfirmed() req { return req{"Username": s.signUp(s.client)} }

// forgetful names a user who forgot the password, and the code they were sent.
func (s *stage) forgetful() req {
	name := s.newMailUser(s.pool)
	return req{"Username": name, "ConfirmationCode": s.resetCode(s.client, name)}
}

// changing is the right password of a user and the one that is to follow.
func (s *stage) changing(password string) req {
	token, _ := s.token()
	return req{"AccessToken": token, "PreviousPassword": goodPassword, "ProposedPassword": password}
}

// failed counts a day's wrong codes of a user.
func (s *stage) failed(name string, kind idp.AttemptKind) {
	s.t.Helper()
	now := s.Clock.Now()
	s.put(func(tx store.Tx) error {
		a, err := tx.Attempts(s.pool, name, kind)
		if err != nil {
			return err
		}
		a.WindowStart, a.DayStart, a.Last, a.Failures = now, now, now, idp.DailyFailureLimit
		return tx.PutAttempts(a)
	})
}

// undelivered is the answer of the operation where no message arrives.
func (s *stage) undelivered(in req) error {
	s.t.Helper()
	return s.nodes.undelivered.Call(s.op.Name, s.request(s.op, in), nil)
}

// A code is void once the address is another one.
func voidCode(s *stage) error {
	name := s.signUp(s.client)
	code := s.LastCode(mailOf(name))
	s.must("AdminUpdateUserAttributes", req{"UserPoolId": s.pool, "Username": name, "UserAttributes": newMail()}, nil)
	return s.answer(req{"Username": name, "ConfirmationCode": code})
}

// aliases is a pool where users sign in with an address or nickname as well,
// and the nickname and addresses of one of them.
type aliases struct {
	pool, client           string
	nickname, mail, number string
}

func (s *stage) newAliases() aliases {
	a := aliases{nickname: "countess", mail: "ada@example.com", number: "+12065550199"}
	a.pool = s.newPool(req{
		"AliasAttributes": []string{"email", "phone_number", "preferred_username"}, "AutoVerifiedAttributes": []string{"email"},
		"SmsConfiguration": snsRole, "MfaConfiguration": "OPTIONAL",
	})
	a.client = s.newClient(a.pool, nil)
	s.newUser(a.pool, "preferred_username", a.nickname, "email", a.mail, "phone_number", a.number)
	return a
}

func confirmTaken(s *stage) error {
	a := s.nodes.aliases
	name := newName()
	in := signingUp(a.client, name)
	in["UserAttributes"] = []req{{"Name": "email", "Value": a.mail}}
	s.must("SignUp", in, nil)
	return s.answer(req{"ClientId": a.client, "Username": name, "ConfirmationCode": s.LastCode(a.mail)})
}

func verifyTaken(s *stage) error {
	a := s.nodes.aliases
	name := s.newUser(a.pool)
	token := s.signIn(a.client, name).AccessToken
	s.must("UpdateUserAttributes", req{"AccessToken": token, "UserAttributes": []req{{"Name": "email", "Value": a.mail}}}, nil)
	return s.answer(req{"AccessToken": token, "Code": s.LastCode(a.mail)})
}
