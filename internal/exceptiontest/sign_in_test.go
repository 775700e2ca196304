package exceptiontest_test

import (
	"encoding/base64"
	"strings"

	"rockpool/internal/cognito"
	"rockpool/internal/rptest"
	"rockpool/internal/srp"
)

// Of InitiateAuth and RespondToAuthChallenge, and of their administrator's
// twins where these declare the same.
var signInCauses = map[string]cause{
	"InitiateAuth/NotAuthorizedException": func(s *stage) error {
		return s.answer(withPassword(s.newUser(s.pool), "Wr0ng-password"))
	},
	"InitiateAuth/UserNotFoundException":     func(s *stage) error { return s.answer(withPassword(newName(), goodPassword)) },
	"InitiateAuth/UserNotConfirmedException": func(s *stage) error { return s.answer(withPassword(s.signUp(s.client), goodPassword)) },
	"InitiateAuth/PasswordResetRequiredException": func(s *stage) error {
		name := s.newMailUser(s.pool)
		s.requireReset(s.pool, name)
		return s.answer(withPassword(name, goodPassword))
	},
	"InitiateAuth/FeatureUnavailableInTierException": func(s *stage) error {
		pool := s.newPool(req{"UserPoolTier": "LITE"})
		in := req{"ClientId": s.newClient(pool, req{"ExplicitAuthFlows": passwordFlows}), "AuthFlow": "USER_AUTH", "AuthParameters": req{"USERNAME": "ada"}}
		if isAdmin(s.op) {
			in["UserPoolId"] = pool
		}
		return s.answer(in)
	},
	"InitiateAuth/InvalidEmailRoleAccessPolicyException": func(s *stage) error {
		return s.undelivered(wishing(s.newMailUser(s.pool), "EMAIL_OTP"))
	},
	"InitiateAuth/InvalidSmsRoleAccessPolicyException": func(s *stage) error {
		return s.undelivered(wishing(s.newUser(s.pool, "phone_number", "+12065550101"), "SMS_OTP"))
	},

	"RespondToAuthChallenge/NotAuthorizedException": func(s *stage) error { return s.answer() },
	"RespondToAuthChallenge/CodeMismatchException": func(s *stage) error {
		in, _ := s.sentCode()
		in["ChallengeResponses"].(req)["EMAIL_OTP_CODE"] = "none"
		return s.answer(in)
	},
	"RespondToAuthChallenge/PasswordResetRequiredException": func(s *stage) error {
		in, name := s.sentCode()
		s.requireReset(s.pool, name)
		return s.answer(in)
	},
	"RespondToAuthChallenge/UserNotFoundException": func(s *stage) error {
		name := s.newUser(s.pool)
		in := s.srpProof(name)
		s.must("AdminDeleteUser", req{"UserPoolId": s.pool, "Username": name}, nil)
		return s.answer(in)
	},
	"RespondToAuthChallenge/UserNotConfirmedException": func(s *stage) error { return s.answer(s.srpProof(s.signUp(s.client))) },
	"RespondToAuthChallenge/InvalidPasswordException":  func(s *stage) error { return s.answer(s.newPassword("short")) },
	"RespondToAuthChallenge/PasswordHistoryPolicyViolationException": func(s *stage) error {
		return s.answer(s.newPassword(firstPassword))
	},
	"RespondToAuthChallenge/InvalidEmailRoleAccessPolicyException": func(s *stage) error {
		return s.undelivered(s.choosing(s.newMailUser(s.pool), "EMAIL_OTP"))
	},
	"RespondToAuthChallenge/InvalidSmsRoleAccessPolicyException": func(s *stage) error {
		return s.undelivered(s.choosing(s.newUser(s.pool, "phone_number", "+12065550102"), "SMS_OTP"))
	},
	"RespondToAuthChallenge/ExpiredCodeException": func(s *stage) error {
		in, _, spent := s.withAuthenticator()
		in["ChallengeResponses"].(req)["SOFTWARE_TOKEN_MFA_CODE"] = spent
		return s.answer(in)
	},
	"RespondToAuthChallenge/SoftwareTokenMFANotFoundException": func(s *stage) error {
		in, name, spent := s.withAuthenticator()
		in["ChallengeResponses"].(req)["SOFTWARE_TOKEN_MFA_CODE"] = spent
		s.must("AdminDeleteSoftwareToken", req{"UserPoolId": s.pool, "Username": name}, nil)
		return s.answer(in)
	},
	"RespondToAuthChallenge/MFAMethodNotFoundException": func(s *stage) error {
		name := s.newUser(s.pool, "phone_number", "+12065550103")
		s.enrol(name)
		s.must("AdminSetUserMFAPreference", req{
			"UserPoolId": s.pool, "Username": name, "SMSMfaSettings": req{"Enabled": true}, "SoftwareTokenMfaSettings": req{"Enabled": true},
		}, nil)
		in, _ := s.challenged(s.pool, s.client, "USER_PASSWORD_AUTH", req{"USERNAME": name, "PASSWORD": goodPassword})
		in["ChallengeResponses"] = req{"USERNAME": name, "ANSWER": "EMAIL_OTP"}
		return s.answer(in)
	},
	"RespondToAuthChallenge/AliasExistsException": func(s *stage) error {
		a := s.nodes.aliases
		name := s.newUser(a.pool)
		s.must("AdminUpdateUserAttributes", req{"UserPoolId": a.pool, "Username": name, "UserAttributes": []req{{"Name": "phone_number", "Value": a.number}}}, nil)
		s.must("AdminSetUserMFAPreference", req{"UserPoolId": a.pool, "Username": name, "SMSMfaSettings": req{"Enabled": true, "PreferredMfa": true}}, nil)
		in, _ := s.challenged(a.pool, a.client, "USER_PASSWORD_AUTH", req{"USERNAME": name, "PASSWORD": goodPassword})
		in["ChallengeResponses"] = req{"USERNAME": name, "SMS_MFA_CODE": s.LastCode(a.number)}
		return s.answer(in)
	},
}

func isAdmin(op *cognito.Operation) bool { return strings.HasPrefix(op.Name, "Admin") }

func withPassword(name, password string) req {
	return req{"AuthParameters": req{"USERNAME": name, "PASSWORD": password}}
}

func wishing(name, first string) req {
	return req{"AuthFlow": "USER_AUTH", "AuthParameters": req{"USERNAME": name, "PREFERRED_CHALLENGE": first}}
}

// challenged begins a sign-in, as an administrator if the cause is for an
// administrator's operation, and returns what an answer to its challenge needs
// beside ChallengeResponses.
func (s *stage) challenged(pool, client, flow string, parameters req) (req, map[string]string) {
	s.t.Helper()
	op, in := "InitiateAuth", req{"ClientId": client, "AuthFlow": flow, "AuthParameters": parameters}
	answer := req{"ClientId": client}
	if isAdmin(s.op) {
		op, in["UserPoolId"], answer["UserPoolId"] = "AdminInitiateAuth", pool, pool
		if flow == "USER_PASSWORD_AUTH" {
			in["AuthFlow"] = "ADMIN_USER_PASSWORD_AUTH"
		}
	}
	var out cognito.InitiateAuthResponse
	s.must(op, in, &out)
	if out.ChallengeName == "" {
		s.t.Fatalf("%s(%s): got tokens, want a challenge", op, flow)
	}
	answer["ChallengeName"] = out.ChallengeName
	if out.Session != "" {
		answer["Session"] = out.Session
	} else {
		answer["Session"] = nil
	}
	return answer, out.ChallengeParameters
}

// sentCode is the right answer to EMAIL_OTP, and whose it is.
func (s *stage) sentCode() (in req, name string) {
	s.t.Helper()
	name = s.newMailUser(s.pool)
	in, _ = s.challenged(s.pool, s.client, "USER_AUTH", req{"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"})
	in["ChallengeResponses"] = req{"USERNAME": name, "EMAIL_OTP_CODE": s.LastCode(mailOf(name))}
	return in, name
}

// choosing is the choice of a first factor.
func (s *stage) choosing(name, first string) req {
	s.t.Helper()
	in, _ := s.challenged(s.pool, s.client, "USER_AUTH", req{"USERNAME": name})
	in["ChallengeResponses"] = req{"USERNAME": name, "ANSWER": first}
	return in
}

// newPassword is an answer to NEW_PASSWORD_REQUIRED.
func (s *stage) newPassword(password string) req {
	s.t.Helper()
	name := newName()
	s.create(s.pool, name)
	in, _ := s.challenged(s.pool, s.client, "USER_PASSWORD_AUTH", req{"USERNAME": name, "PASSWORD": firstPassword})
	in["ChallengeResponses"] = req{"USERNAME": name, "NEW_PASSWORD": password}
	return in
}

// srpProof is the right answer to PASSWORD_VERIFIER.
func (s *stage) srpProof(name string) req {
	s.t.Helper()
	client := srp.NewClient(nil)
	in, p := s.challenged(s.pool, s.client, "USER_SRP_AUTH", req{"USERNAME": name, "SRP_A": client.SRPA()})
	short := strings.TrimPrefix(s.pool, rptest.Region+"_")
	key, err := client.Key(short, p["USER_ID_FOR_SRP"], goodPassword, p["SALT"], p["SRP_B"])
	if err != nil {
		s.t.Fatal(err)
	}
	block, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
	if err != nil {
		s.t.Fatal(err)
	}
	at := srp.FormatTimestamp(s.Clock.Now())
	in["ChallengeResponses"] = req{
		"USERNAME": name, "TIMESTAMP": at, "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": srp.Signature(key, short, p["USER_ID_FOR_SRP"], block, at),
	}
	return in
}
