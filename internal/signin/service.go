// Package signin lets users in: the flows of InitiateAuth and AdminInitiateAuth
// and the challenges that they lead to. It owns the order of checks, the
// lockout and what a challenge must remember; passwords and codes belong to
// package account, tokens to package token.
//
//	flow                                  first step            then
//	USER_PASSWORD_AUTH                    password.go           finish.go
//	ADMIN_USER_PASSWORD_AUTH              password.go           finish.go
//	USER_SRP_AUTH                         srp.go                PASSWORD_VERIFIER, srp_answer.go
//	REFRESH_TOKEN_AUTH                    refresh.go
//	a client's own token                  client_token.go
//	CUSTOM_AUTH                           custom.go             CUSTOM_CHALLENGE, custom.go
//	USER_AUTH                             choice.go             SELECT_CHALLENGE, PASSWORD, PASSWORD_SRP: choice_answer.go
//	                                                            PASSWORD_VERIFIER: srp_answer.go
//	USER_AUTH, with a code                first_code.go         EMAIL_OTP, SMS_OTP, finish.go
//	USER_AUTH, with a passkey             passkey.go            WEB_AUTHN, passkey.go, finish.go
//	USER_AUTH, right after signing up     sign_up.go            finish.go
//	any, with a temporary password        new_password.go       NEW_PASSWORD_REQUIRED, finish.go
//	any, where a second factor is due     second_factor.go      SMS_MFA, EMAIL_OTP: code.go
//	                                                            SOFTWARE_TOKEN_MFA: software_token.go
//	                                                            SELECT_MFA_TYPE, back to second_factor.go
//	                                                            MFA_SETUP: mfa_setup.go, enrolment.go
//	USER_AUTH, up to a level              step_up.go            the second factor that is missing, or as above
//	any, with a remembered device         device.go             DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER,
//	                                                            device_answer.go, finish.go
package signin

import (
	"context"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/token"
)

// Service holds what the flows need. Its fields must not change once it is
// used.
type Service struct {
	Accounts *account.Service // with the store, the clock and the triggers
	Tokens   *token.Service

	// ClientClock is the clock that users' devices are supposed to have:
	// time.Now if nil. It differs from the service's own clock where that one
	// is moved.
	ClientClock func() time.Time
}

// Result is where a step of a sign-in leads: to tokens, or to a challenge.
type Result struct {
	Tokens    *token.Issued
	NewDevice *NewDevice // what the tokens call a device that is new; nil if it is known, or none are tracked

	Challenge  cognito.ChallengeNameType
	Parameters map[string]string
	Session    string // empty where the challenge itself carries the state

	// Available are the challenges that the user may choose from (USER_AUTH).
	Available []cognito.ChallengeNameType
}

// Caller says who takes a step.
type Caller struct {
	Client  *catalog.Client
	Admin   bool   // the operation's name begins with Admin
	Address string // of the user

	// Agent is the User-Agent header of the user's device, where an
	// administrator passes it on.
	Agent string
}

// agent is the User-Agent header of the user's device. That of a request that
// somebody else makes for the user says nothing about it.
func (c Caller) agent(ctx context.Context) string {
	if c.Admin {
		return c.Agent
	}
	return idp.RequestFrom(ctx).UserAgent
}

// hides tells whether the caller must not learn which users exist.
func (c Caller) hides() bool { return c.Client.HidesUserExistence() }

// unknown is what the caller is told of a name without a user.
func (c Caller) unknown() error {
	if c.hides() {
		return idp.ErrIncorrectUsernameOrPassword
	}
	return idp.ErrUserNotFound
}

// missing means that a parameter of a flow or a challenge is not there.
func missing(name string) error {
	return idp.InvalidParameter("Missing required parameter " + name)
}
