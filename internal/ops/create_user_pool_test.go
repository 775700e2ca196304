package ops_test

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// barePool is what CreateUserPool answers to a name alone, but for the schema
// and with ID for the pool's id.
const barePool = `{
  "Id": "ID",
  "Name": "pool",
  "Policies": {
    "PasswordPolicy": {
      "MinimumLength": 8,
      "RequireUppercase": true,
      "RequireLowercase": true,
      "RequireNumbers": true,
      "RequireSymbols": true,
      "TemporaryPasswordValidityDays": 7
    },
    "SignInPolicy": {
      "AllowedFirstAuthFactors": [
        "PASSWORD"
      ]
    }
  },
  "DeletionProtection": "INACTIVE",
  "LambdaConfig": {},
  "LastModifiedDate": 1795435200.022,
  "CreationDate": 1795435200.022,
  "VerificationMessageTemplate": {
    "DefaultEmailOption": "CONFIRM_WITH_CODE"
  },
  "MfaConfiguration": "OFF",
  "EstimatedNumberOfUsers": 0,
  "EmailConfiguration": {
    "EmailSendingAccount": "COGNITO_DEFAULT"
  },
  "UserPoolTags": {},
  "AdminCreateUserConfig": {
    "AllowAdminCreateUserOnly": false,
    "UnusedAccountValidityDays": 7
  },
  "Arn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/ID",
  "UserPoolTier": "ESSENTIALS",
  "AcrConfiguration": {
    "Level1": {
      "AcrValue": "urn:cognito:loa:1"
    },
    "Level2": {
      "AcrValue": "urn:cognito:loa:2"
    },
    "Level3": {
      "AcrValue": "urn:cognito:loa:3"
    },
    "Level4": {
      "AcrValue": "urn:cognito:loa:4"
    }
  }
}`

func TestCreateUserPoolBare(t *testing.T) {
	a := newAPI(t)
	created := a.pool(t, "")
	if !regexp.MustCompile(`^us-east-1_[A-Za-z0-9]{9}$`).MatchString(created.ID) {
		t.Errorf("CreateUserPool: got id %q, want the Region and 9 letters and digits", created.ID)
	}
	described := a.describePool(t, created.ID)
	if diff := cmp.Diff(indented(t, created), indented(t, described)); diff != "" {
		t.Errorf("DescribeUserPool (-created +described):\n%s", diff)
	}
	if got := len(created.SchemaAttributes); got != 20 {
		t.Errorf("CreateUserPool: got %d attributes, want 20", got)
	}
	created.SchemaAttributes = nil
	if diff := cmp.Diff(strings.ReplaceAll(barePool, "ID", created.ID), indented(t, created)); diff != "" {
		t.Errorf("CreateUserPool (-want +got):\n%s", diff)
	}
}

// Settings come back as they were given.
func TestCreateUserPoolKeepsSettings(t *testing.T) {
	given := `"DeletionProtection":"ACTIVE","UserPoolTags":{"a":"1"},"AliasAttributes":["email","preferred_username"],
		"UsernameConfiguration":{"CaseSensitive":false},"AutoVerifiedAttributes":["email","phone_number"],
		"SmsConfiguration":{"SnsCallerArn":"arn:aws:iam::000000000000:role/sms","ExternalId":"e","SnsRegion":"us-east-1"},
		"UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]},
		"SmsAuthenticationMessage":"code {####}","UserPoolAddOns":{"AdvancedSecurityMode":"OFF"},
		"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER","SourceArn":"arn:aws:ses:us-east-1:000000000000:identity/a@example.com","From":"a@example.com","ReplyToEmailAddress":"b@example.com","ConfigurationSet":"set"},
		"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":2,"Name":"verified_email"},{"Priority":1,"Name":"verified_phone_number"}]},
		"IssuerConfiguration":{"Type":"UPDATED"},"KeyConfiguration":{"KeyType":"AWS_OWNED_KEY"},"UserPoolTier":"PLUS"`
	a := newAPI(t)
	described := a.describePool(t, a.pool(t, given).ID)
	var want, got map[string]any
	for text, into := range map[string]*map[string]any{"{" + given + "}": &want, indented(t, described): &got} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	for member, v := range want {
		if diff := cmp.Diff(v, got[member]); diff != "" {
			t.Errorf("DescribeUserPool: %s (-given +got):\n%s", member, diff)
		}
	}
}

func TestCreateUserPoolRefuses(t *testing.T) {
	a := newAPI(t)
	_, err := a.CreateUserPool(t.Context(), fromJSON[cognito.CreateUserPoolRequest](t, `{"PoolName":"x","MfaConfiguration":"ON"}`))
	wantErr(t, "CreateUserPool with MFA", err, idp.ErrMFAWithoutSMS)
	out, err := a.ListUserPools(t.Context(), &cognito.ListUserPoolsRequest{MaxResults: 60})
	if err != nil || len(out.UserPools) != 0 {
		t.Errorf("ListUserPools after a refusal: got %d pools, %v, want none", len(out.UserPools), err)
	}
}

// again is randomness whose first two reads are the same.
type again struct {
	io.Reader
	first []byte
	reads int
}

func (r *again) Read(p []byte) (int, error) {
	r.reads++
	switch r.reads {
	case 1:
		n, err := r.Reader.Read(p)
		r.first = append([]byte(nil), p[:n]...)
		return n, err
	case 2:
		return copy(p, r.first), nil
	}
	return r.Reader.Read(p)
}

// An id that is taken is drawn anew.
func TestCreateUserPoolIDTaken(t *testing.T) {
	a := newAPI(t)
	r := &again{Reader: a.Rand}
	a.Rand = r
	first := a.pool(t, "")
	second := a.pool(t, "")
	if first.ID == second.ID || r.reads < 3 {
		t.Errorf("CreateUserPool: got ids %s and %s after %d draws, want two after 3", first.ID, second.ID, r.reads)
	}
}

func TestCreateUserPoolLimit(t *testing.T) {
	a := newAPI(t)
	_, key, err := a.Master.NewPoolKey("p")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := idp.NewPoolSettings(&cognito.CreateUserPoolRequest{PoolName: "x"}, a.Region)
	if err != nil {
		t.Fatal(err)
	}
	settings.SchemaAttributes = nil
	a.must(t, func(tx store.Tx) error {
		for i := range idp.MaxPools - 1 {
			if err := tx.CreatePool(&idp.UserPool{ID: "us-east-1_" + string(rune('0'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10)), Settings: *settings, SealedKey: key}); err != nil {
				return err
			}
		}
		return nil
	})
	a.pool(t, "")
	_, err = a.CreateUserPool(t.Context(), &cognito.CreateUserPoolRequest{PoolName: "x"})
	wantErr(t, "CreateUserPool(one too many)", err, idp.ErrTooManyPools)
}
