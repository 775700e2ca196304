package storetest

import (
	"encoding/base64"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// now is the moment around which samples lie. Engines keep milliseconds at
// least.
var now = time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC)

const pool1, pool2 = "us-east-1_aaaaaaaaa", "us-east-1_bbbbbbbbb"

func samplePool(id string) *idp.UserPool {
	return &idp.UserPool{
		ID: id,
		Settings: cognito.UserPoolType{
			ID: id, Name: "Teich & Söhne <b>", CreationDate: cognito.At(now),
			SchemaAttributes: []*cognito.SchemaAttributeType{{Name: "custom:tenant", AttributeDataType: cognito.AttributeDataString, Mutable: new(true)}},
			AliasAttributes:  []cognito.AliasAttributeType{}, // empty, which is not absent
			UserPoolTags:     map[string]string{"ключ": "значение \u0000 \u2028"},
			Policies:         &cognito.UserPoolPolicyType{PasswordPolicy: &cognito.PasswordPolicyType{MinimumLength: new(int64(12))}},
		},
		Features: idp.PoolFeatures{MFA: idp.PoolMFA{
			SoftwareToken: &cognito.SoftwareTokenMfaConfigType{Enabled: new(true)},
			Email:         &cognito.EmailMfaConfigType{Message: "{####} ✉", Subject: "<code>"},
			WebAuthn:      &cognito.WebAuthnConfigurationType{RelyingPartyID: "example.com"},
		}, Sessions: idp.PoolSessions{Tracking: true, MaxPerUser: 7}},
		SealedKey: []byte{0, 1, 255, 0},
		Version:   1,
	}
}

func sampleClient(poolID, id string) *idp.Client {
	return &idp.Client{
		ID: id, PoolID: poolID,
		Settings: cognito.UserPoolClientType{ClientID: id, UserPoolID: poolID, ClientName: "app", CallbackURLs: []string{"https://example.com/?a=b&c"}},
		Features: idp.ClientFeatures{SSOValidity: new(int64(0))},
		Secrets:  []idp.ClientSecret{{ID: id + "--1", Sealed: []byte{9, 0, 8}, Created: now}},
		Version:  1,
	}
}

// sampleUser has every field set.
func sampleUser(poolID, username string) *idp.User {
	return &idp.User{
		PoolID: poolID, Username: username, Sub: "sub-" + username, Status: cognito.UserStatusConfirmed, Enabled: true,
		Created: now, Modified: now.Add(time.Minute),
		Attributes: map[string]string{"email": username + "@Example.com", "name": "Ada \u0000 \"Ünïcode\"", "custom:x": "1"},
		Pending:    map[string]string{"email": "new@example.com"},
		Salt:       []byte{0, 1, 2},
		Password:   &idp.Password{Verifier: []byte{3, 0, 4}, SetAt: now.Add(time.Second)},
		History:    [][]byte{{5}, {6, 0}},
		Factors: idp.Factors{
			Enabled: []cognito.ChallengeNameType{"SMS_MFA"}, Preferred: "SMS_MFA", WebAuthn: true,
			SoftwareToken: &idp.SoftwareToken{Sealed: []byte{7, 0}, Name: "fön \u0000"}, PendingToken: []byte{0, 8},
		},
	}
}

// plainUser has the attributes given and nothing else that is optional.
func plainUser(poolID, username string, attributes map[string]string) *idp.User {
	return &idp.User{
		PoolID: poolID, Username: username, Sub: "sub-" + username, Status: cognito.UserStatusConfirmed, Enabled: true,
		Created: now, Modified: now, Attributes: attributes,
	}
}

func named(username string) []idp.Identifier {
	return []idp.Identifier{{Kind: idp.IdentifierUsername, Value: username}}
}

func withEmail(username, email string) []idp.Identifier {
	return append(named(username), idp.Identifier{Kind: "email", Value: email})
}

func sampleCode(subject string, hash byte) *idp.Code {
	return &idp.Code{PoolID: pool1, Subject: subject, Purpose: idp.PurposeResetPassword, Hash: []byte{hash, 0, 1}, Attribute: "email", ExpiresAt: now.Add(time.Hour)}
}

func sampleAttempts(subject string) *idp.Attempts {
	return &idp.Attempts{
		PoolID: pool1, Subject: subject, Kind: idp.AttemptReset, Count: 3, WindowStart: now, Failures: 2,
		DayStart: now.Add(-time.Hour), LockedUntil: now.Add(time.Hour), Last: now.Add(time.Minute),
	}
}

func sampleState(id byte) *idp.SessionState {
	return &idp.SessionState{PoolID: pool1, ID: []byte{id, 0}, State: []byte{0xa1, id}, ExpiresAt: now.Add(3 * time.Minute)}
}

func sampleFamily(id, username string) *idp.Family {
	return &idp.Family{
		PoolID: pool1, ID: id, OriginJTI: "jti-" + id, ClientID: "c1", Username: username,
		AuthTime: now, ExpiresAt: now.Add(30 * 24 * time.Hour),
		RefreshHash: []byte{1, 0}, FormerHash: []byte{2}, FormerUntil: now.Add(time.Minute), DeviceKey: "d1", SessionID: "tkn-" + id,
		Proofs: idp.Proofs{idp.MethodPassword: now.Unix(), idp.MethodSMS: now.Unix() - 1},
	}
}

func sampleKey(id string, created time.Time) *idp.SigningKey {
	return &idp.SigningKey{PoolID: pool1, ID: id, Use: idp.KeyUseID, Public: []byte{1, 0}, Sealed: []byte{2, 0}, Created: created}
}

func sampleEvent(subject, id string, at time.Time) *idp.Event {
	return &idp.Event{
		PoolID: pool1, Subject: subject, ID: id, Type: idp.EventSignIn, Time: at, Passed: true, Outcome: "", ClientID: "c1",
		SourceIP: "192.0.2.1", Agent: "agent/1.0", Request: "r-" + id,
	}
}

// unknown is a subject that no user can have.
var unknown = " " + base64.RawURLEncoding.EncodeToString([]byte("0123456789abcdef"))
