package exceptiontest_test

import (
	"encoding/base64"
	"encoding/json"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/srp"
	"rockpool/internal/store"
	"rockpool/internal/totp"
)

// Of authenticators, passkeys, devices, sessions and tokens.
var factorCauses = map[string]cause{
	"AssociateSoftwareToken/SoftwareTokenMFANotFoundException": func(s *stage) error { return s.answer(s.elsewhere()) },
	"AssociateSoftwareToken/ResourceNotFoundException":         goneClient,
	"VerifySoftwareToken/ResourceNotFoundException":            goneClient,
	"VerifySoftwareToken/SoftwareTokenMFANotFoundException": func(s *stage) error {
		token, _ := s.token()
		return s.answer(req{"AccessToken": token})
	},
	"VerifySoftwareToken/EnableSoftwareTokenMFAException": func(s *stage) error {
		token, _ := s.token()
		s.must("AssociateSoftwareToken", req{"AccessToken": token}, nil)
		return s.answer(req{"AccessToken": token, "UserCode": "000000"})
	},
	"SetUserMFAPreference/PasswordResetRequiredException":             tokenBeforeReset,
	"SetUserSettings/PasswordResetRequiredException":                  tokenBeforeReset,
	"UpdateUserAttributes/PasswordResetRequiredException":             tokenBeforeReset,
	"DeleteUserAttributes/PasswordResetRequiredException":             tokenBeforeReset,
	"VerifyUserAttribute/PasswordResetRequiredException":              tokenBeforeReset,
	"GetUserAttributeVerificationCode/PasswordResetRequiredException": tokenBeforeReset,
	"VerifySoftwareToken/PasswordResetRequiredException": func(s *stage) error {
		token, name := s.token()
		code := s.associate(token)
		s.requireReset(s.pool, name)
		return s.answer(req{"AccessToken": token, "UserCode": code})
	},
	"ChangePassword/PasswordResetRequiredException": func(s *stage) error {
		in := s.changing(nextPassword)
		s.resetHolder(in["AccessToken"].(string))
		return s.answer(in)
	},

	"StartWebAuthnRegistration/PasswordResetRequiredException":    tokenBeforeReset,
	"CompleteWebAuthnRegistration/PasswordResetRequiredException": tokenBeforeReset,
	"ListWebAuthnCredentials/PasswordResetRequiredException":      tokenBeforeReset,
	"DeleteWebAuthnCredential/PasswordResetRequiredException":     tokenBeforeReset,
	"DeleteWebAuthnCredential/ResourceNotFoundException":          func(s *stage) error { return s.answer() },
	"StartWebAuthnRegistration/LimitExceededException":            func(s *stage) error { return s.answer(req{"AccessToken": s.fullOfKeys()}) },
	"CompleteWebAuthnRegistration/LimitExceededException": func(s *stage) error {
		token, name := s.token()
		credential := browser().Create(s.startRegistration(token))
		s.fill(name)
		return s.answer(req{"AccessToken": token, "Credential": credential})
	},
	"StartWebAuthnRegistration/WebAuthnNotEnabledException":    func(s *stage) error { return s.answer(s.elsewhere()) },
	"CompleteWebAuthnRegistration/WebAuthnNotEnabledException": func(s *stage) error { return s.answer(s.elsewhere()) },
	"StartWebAuthnRegistration/WebAuthnConfigurationMissingException": func(s *stage) error {
		f := s.nodes.aliases
		s.must("UpdateUserPool", req{
			"UserPoolId": f.pool, "AutoVerifiedAttributes": []string{"email"}, "SmsConfiguration": snsRole, "MfaConfiguration": "OPTIONAL",
			"Policies": req{"SignInPolicy": req{"AllowedFirstAuthFactors": []string{"PASSWORD", "WEB_AUTHN"}}},
		}, nil)
		return s.answer(req{"AccessToken": s.signIn(f.client, s.newUser(f.pool)).AccessToken})
	},
	"CompleteWebAuthnRegistration/WebAuthnChallengeNotFoundException": func(s *stage) error {
		token, _ := s.token()
		return s.answer(req{"AccessToken": token, "Credential": browser().Create([]byte(`{"rp":{"id":"example.com"}}`))})
	},
	"CompleteWebAuthnRegistration/WebAuthnClientMismatchException": func(s *stage) error {
		token, name := s.token()
		credential := browser().Create(s.startRegistration(token))
		other := s.signIn(s.newClient(s.pool, nil), name).AccessToken
		return s.answer(req{"AccessToken": other, "Credential": credential})
	},
	"CompleteWebAuthnRegistration/WebAuthnOriginNotAllowedException": forged(func(c *passkeytest.Ceremony) {
		c.Client["origin"] = "https://example.org"
	}),
	"CompleteWebAuthnRegistration/WebAuthnRelyingPartyMismatchException":   forged(func(c *passkeytest.Ceremony) { c.RPID = "example.org" }),
	"CompleteWebAuthnRegistration/WebAuthnCredentialNotSupportedException": forged(func(c *passkeytest.Ceremony) { c.COSE[3] = -8 }),

	"ConfirmDevice/InvalidUserPoolConfigurationException":           devicesOff,
	"ListDevices/InvalidUserPoolConfigurationException":             devicesOff,
	"GetDevice/InvalidUserPoolConfigurationException":               devicesOff,
	"ForgetDevice/InvalidUserPoolConfigurationException":            devicesOff,
	"UpdateDeviceStatus/InvalidUserPoolConfigurationException":      devicesOff,
	"AdminListDevices/InvalidUserPoolConfigurationException":        devicesOff,
	"AdminGetDevice/InvalidUserPoolConfigurationException":          devicesOff,
	"AdminForgetDevice/InvalidUserPoolConfigurationException":       devicesOff,
	"AdminUpdateDeviceStatus/InvalidUserPoolConfigurationException": devicesOff,
	"ConfirmDevice/ResourceNotFoundException":                       noDevice,
	"GetDevice/ResourceNotFoundException":                           noDevice,
	"ForgetDevice/ResourceNotFoundException":                        noDevice,
	"UpdateDeviceStatus/ResourceNotFoundException":                  noDevice,
	"ConfirmDevice/DeviceKeyExistsException": func(s *stage) error {
		tokens := s.signIn(s.client, s.newUser(s.pool))
		device := tokens.NewDeviceMetadata
		return s.answers(2, req{
			"AccessToken": tokens.AccessToken, "DeviceKey": device.DeviceKey,
			"DeviceSecretVerifierConfig": verifierOf(device.DeviceGroupKey, device.DeviceKey),
		})
	},

	"RevokeUserSession/ResourceNotFoundException":      func(s *stage) error { return s.answer() },
	"GetTokensFromRefreshToken/NotAuthorizedException": func(s *stage) error { return s.answer(req{"RefreshToken": "none"}) },
	"GetTokensFromRefreshToken/RefreshTokenReuseException": func(s *stage) error {
		client := s.newClient(s.pool, req{
			"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH"}, "RefreshTokenRotation": req{"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
		})
		tokens := s.signIn(client, s.newUser(s.pool))
		return s.answers(2, req{"ClientId": client, "RefreshToken": tokens.RefreshToken, "DeviceKey": tokens.NewDeviceMetadata.DeviceKey})
	},
	"RevokeToken/UnsupportedTokenTypeException": func(s *stage) error { return s.answer(req{"Token": "none"}) },
	"RevokeToken/UnsupportedOperationException": func(s *stage) error {
		client := s.newClient(s.pool, req{"EnableTokenRevocation": false})
		return s.answer(req{"ClientId": client, "Token": s.signIn(client, s.newUser(s.pool)).RefreshToken})
	},
	"RevokeToken/UnauthorizedException": func(s *stage) error { return s.answer(req{"ClientId": "nobody00000000000000000000"}) },
	"GetClientToken/NotAuthorizedException": func(s *stage) error {
		return s.answer(req{"ClientId": s.newClient(s.pool, req{"GenerateSecret": true})})
	},
}

// elsewhere is a token of a user whose pool has neither passkeys nor devices
// nor authenticators.
func (s *stage) elsewhere() req {
	return req{"AccessToken": s.signIn(s.nodes.functionClient, s.newUser(s.nodes.functionPool)).AccessToken}
}

func devicesOff(s *stage) error {
	if isAdmin(s.op) {
		return s.answer(req{"UserPoolId": s.nodes.functionPool, "Username": s.newUser(s.nodes.functionPool)})
	}
	return s.answer(s.elsewhere())
}

func noDevice(s *stage) error {
	const nothing = "us-east-1_00000000-0000-4000-8000-000000000000"
	in := req{"DeviceKey": nothing}
	if s.op.Name == "ConfirmDevice" {
		in["DeviceSecretVerifierConfig"] = verifierOf("group", nothing)
	}
	return s.answer(in)
}

// verifierOf is what a device proves itself by.
func verifierOf(group, key string) req {
	salt := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	return req{
		"PasswordVerifier": base64.StdEncoding.EncodeToString(srp.Verifier(group, key, "device secret", salt)),
		"Salt":             base64.StdEncoding.EncodeToString(salt),
	}
}

// goneClient goes on with the session of an app client that is not there.
func goneClient(s *stage) error {
	return s.answer(req{"AccessToken": nil, "Session": "nobody00000000000000000000.AAAAAAAAAAAAAAAAAAAAAAAA"})
}

// tokenBeforeReset uses a token of a user who must reset the password since.
func tokenBeforeReset(s *stage) error {
	token, name := s.token()
	s.requireReset(s.pool, name)
	return s.answer(req{"AccessToken": token})
}

// resetHolder makes the holder of a token reset the password.
func (s *stage) resetHolder(token string) {
	s.t.Helper()
	var me cognito.GetUserResponse
	s.must("GetUser", req{"AccessToken": token}, &me)
	s.requireReset(s.pool, me.Username)
}

// enrol gives a user an authenticator, which is not turned on yet, and returns
// the code that proved it.
func (s *stage) enrol(name string) (spent string) {
	s.t.Helper()
	token := s.signIn(s.client, name).AccessToken
	spent = s.associate(token)
	s.must("VerifySoftwareToken", req{"AccessToken": token, "UserCode": spent}, nil)
	return spent
}

// associate gives the holder of a token the secret of an authenticator and
// returns what it shows.
func (s *stage) associate(token string) (code string) {
	s.t.Helper()
	var out cognito.AssociateSoftwareTokenResponse
	s.must("AssociateSoftwareToken", req{"AccessToken": token}, &out)
	secret, err := totp.Decode(out.SecretCode)
	if err != nil {
		s.t.Fatal(err)
	}
	return totp.Code(secret, totp.Step(s.Clock.Now()))
}

// withAuthenticator is an answer to SOFTWARE_TOKEN_MFA, but for the code, and
// a code of the user that was used before.
func (s *stage) withAuthenticator() (in req, name, spent string) {
	s.t.Helper()
	name = s.newUser(s.pool)
	spent = s.enrol(name)
	s.must("AdminSetUserMFAPreference", req{
		"UserPoolId": s.pool, "Username": name, "SoftwareTokenMfaSettings": req{"Enabled": true, "PreferredMfa": true},
	}, nil)
	in, _ = s.challenged(s.pool, s.client, "USER_PASSWORD_AUTH", req{"USERNAME": name, "PASSWORD": goodPassword})
	in["ChallengeResponses"] = req{"USERNAME": name}
	return in, name, spent
}

func browser() *passkeytest.Authenticator {
	return &passkeytest.Authenticator{Origin: "https://www.example.com"}
}

func (s *stage) startRegistration(token string) json.RawMessage {
	s.t.Helper()
	var out cognito.StartWebAuthnRegistrationResponse
	s.must("StartWebAuthnRegistration", req{"AccessToken": token}, &out)
	return out.CredentialCreationOptions
}

// forged registers a passkey of which something is changed.
func forged(change func(*passkeytest.Ceremony)) cause {
	return func(s *stage) error {
		token, _ := s.token()
		b := browser()
		b.Change = change
		return s.answer(req{"AccessToken": token, "Credential": b.Create(s.startRegistration(token))})
	}
}

// fullOfKeys is a token of a user who has as many passkeys as one can have.
func (s *stage) fullOfKeys() string {
	token, name := s.token()
	s.fill(name)
	return token
}

func (s *stage) fill(name string) {
	s.t.Helper()
	s.put(func(tx store.Tx) error {
		for i := range idp.MaxWebAuthnCredentials {
			c := &idp.WebAuthnCredential{PoolID: s.pool, Username: name, ID: append([]byte(name), byte(i)), Created: s.Clock.Now()}
			if err := tx.CreateWebAuthnCredential(c); err != nil {
				return err
			}
		}
		return nil
	})
}
