package account_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"rockpool/internal/account"
	"rockpool/internal/catalog"
	"rockpool/internal/cognito"
	"rockpool/internal/encsdk"
	"rockpool/internal/encsdk/localkms"
	"rockpool/internal/idp"
	"rockpool/internal/message"
	"rockpool/internal/trigger/lambdatest"
)

const senderKey = "arn:aws:kms:us-east-1:000000000000:key/senders"

// keys is a keyring that keeps what it made and can fail.
type keys struct {
	*localkms.KMS
	context map[string]string
	keyID   string
	fail    error
}

func (k *keys) GenerateDataKey(ctx context.Context, keyID string, about map[string]string) (encsdk.DataKey, error) {
	k.keyID, k.context = keyID, about
	if k.fail != nil {
		return encsdk.DataKey{}, k.fail
	}
	return k.KMS.GenerateDataKey(ctx, keyID, about)
}

// senders is a service with a pool whose mail and SMS functions send.
func senders(t *testing.T) (*fixture, *catalog.Client, *keys) {
	t.Helper()
	f := newService(t)
	service, err := localkms.New(make([]byte, localkms.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	k := &keys{KMS: service}
	f.Keys = k
	f.lambda.Set("email", lambdatest.Raw([]byte("null")))
	f.lambda.Set("sms", lambdatest.Raw([]byte("null")))
	f.lambda.Set("message", lambdatest.Throw("Error", "must not run"))
	c := f.pool(func(in *cognito.CreateUserPoolRequest) {
		in.LambdaConfig = &cognito.LambdaConfigType{
			KMSKeyID:          senderKey,
			CustomMessage:     lambdatest.ARN("message"),
			CustomEmailSender: &cognito.CustomEmailLambdaVersionConfigType{LambdaVersion: "V1_0", LambdaARN: lambdatest.ARN("email")},
			CustomSMSSender:   &cognito.CustomSMSLambdaVersionConfigType{LambdaVersion: "V1_0", LambdaARN: lambdatest.ARN("sms")},
		}
	})
	return f, c, k
}

// handed is what a sender function was told.
type handed struct {
	TriggerSource string
	UserName      string
	CallerContext struct{ ClientID string }
	Request       struct {
		Type           string
		Code           string
		ClientMetadata map[string]string
		UserAttributes map[string]string
	}
}

// carry lets the newest message to an address travel and returns what the
// function was told.
func (f *fixture) carry(to, function string) handed {
	f.t.Helper()
	m := f.mail.last(to)
	if m.Via == nil || m.Body != "" {
		f.t.Fatalf("the message to %s is %v with body %q, want one for a function, without body", to, m, m.Body)
	}
	if err := m.Via.Deliver(f.t.Context(), m); err != nil {
		f.t.Fatalf("Deliver: %v", err)
	}
	events := f.lambda.Events(function)
	if len(events) == 0 {
		f.t.Fatalf("%s was not run", function)
	}
	var h handed
	if err := json.Unmarshal(events[len(events)-1], &h); err != nil {
		f.t.Fatal(err)
	}
	return h
}

// Every message of a pool with senders goes to them, with who and why.
func TestSendersAreHandedEveryMessage(t *testing.T) {
	const email, phone = "jane@example.com", "+12065551234"
	metadata := map[string]string{"tenant": "a"}
	signUp := func(f *fixture, c *catalog.Client) error {
		in := newcomer(c, "jane", "email", email)
		in.Metadata = metadata
		_, err := f.SignUp(f.t.Context(), in)
		return err
	}
	tests := []struct {
		purpose      message.Purpose
		to, function string
		metadata     bool
		do           func(*fixture, *catalog.Client) error
	}{
		{message.SignUp, email, "email", true, signUp},
		{message.ResendCode, email, "email", false, func(f *fixture, c *catalog.Client) error {
			if err := signUp(f, c); err != nil {
				return err
			}
			_, err := f.ResendConfirmationCode(f.t.Context(), account.ResendConfirmationCode{Origin: account.Origin{Client: c}, Username: "jane", Metadata: metadata})
			return err
		}},
		{message.ForgotPassword, email, "email", true, func(f *fixture, c *catalog.Client) error {
			f.user(c, "jane", "email", email)
			_, err := f.ForgotPassword(f.t.Context(), account.ForgotPassword{Origin: account.Origin{Client: c}, Username: "jane", Metadata: metadata})
			return err
		}},
		{message.ForgotPassword, phone, "sms", true, func(f *fixture, c *catalog.Client) error {
			f.user(c, "jane", "email", email, "phone_number", phone)
			_, err := f.ForgotPassword(f.t.Context(), account.ForgotPassword{Origin: account.Origin{Client: c}, Username: "jane", Metadata: metadata})
			return err
		}},
		{message.AdminCreateUser, phone, "sms", false, func(f *fixture, c *catalog.Client) error {
			_, err := f.AdminCreateUser(f.t.Context(), account.AdminCreateUser{
				Pool: c.Pool, Username: "jane", Attributes: attrs("email", email, "phone_number", phone), Metadata: metadata,
			})
			return err
		}},
		{message.UpdateUserAttribute, email, "email", false, func(f *fixture, c *catalog.Client) error {
			u := f.user(c, "jane", "email", "old@example.com")
			_, err := f.change(c, false, u, "email", email)
			return err
		}},
		{message.VerifyUserAttribute, phone, "sms", false, func(f *fixture, c *catalog.Client) error {
			f.user(c, "jane", "phone_number", phone)
			_, err := f.SendVerification(f.t.Context(), c, f.get(c, "jane"), "phone_number", metadata)
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(string(tt.purpose)+" to "+tt.function, func(t *testing.T) {
			f, c, k := senders(t)
			if err := tt.do(f, c); err != nil {
				t.Fatal(err)
			}
			h := f.carry(tt.to, tt.function)
			source, form := "CustomEmailSender_"+string(tt.purpose), "customEmailSenderRequestV1"
			if tt.function == "sms" {
				source, form = "CustomSMSSender_"+string(tt.purpose), "customSMSSenderRequestV1"
			}
			if h.TriggerSource != source || h.Request.Type != form || h.UserName != "jane" {
				t.Errorf("event: got %s of type %s for %s, want %s of type %s for jane", h.TriggerSource, h.Request.Type, h.UserName, source, form)
			}
			if (h.Request.ClientMetadata["tenant"] == "a") != tt.metadata {
				t.Errorf("clientMetadata: got %v, want it %t", h.Request.ClientMetadata, tt.metadata)
			}
			if got := h.Request.UserAttributes["sub"]; got != f.get(c, "jane").Sub {
				t.Errorf("sub: got %q, want jane's", got)
			}
			if k.keyID != senderKey || k.context["userpool-id"] != c.PoolID {
				t.Errorf("code: encrypted under %q about %v, want the pool's key and the pool", k.keyID, k.context)
			}
			sealed, err := base64.StdEncoding.DecodeString(h.Request.Code)
			if err != nil || !bytes.HasPrefix(sealed, []byte{1, 0x80, 0x03, 0x78}) || strings.Contains(string(sealed), f.code(tt.to)) {
				t.Errorf("code: got %q, %v, want an encrypted one", h.Request.Code, err)
			}
			if f.lambda.Calls("message") != 0 {
				t.Error("CustomMessage was asked for a text that nobody sends")
			}
		})
	}
}

// plaintextSize reads the length of the text that a message of the encryption
// SDK holds: its last frame, before the signature.
func plaintextSize(t *testing.T, code string) int {
	t.Helper()
	m, err := base64.StdEncoding.DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.LastIndex(m, []byte{0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1})
	if i < 0 || len(m) < i+24 {
		t.Fatal("the code has no last frame")
	}
	return int(binary.BigEndian.Uint32(m[i+20:]))
}

// Temporary passwords are escaped as in HTML, codes have nothing to escape.
func TestSendersGetEscapedPasswords(t *testing.T) {
	f, c, _ := senders(t)
	const password = `Aa1<>&"aaa`
	_, err := f.AdminCreateUser(t.Context(), account.AdminCreateUser{
		Pool: c.Pool, Username: "jane", Attributes: attrs("email", "jane@example.com"), Password: password,
	})
	if err != nil {
		t.Fatal(err)
	}
	h := f.carry("jane@example.com", "email")
	if got, want := plaintextSize(t, h.Request.Code), len(`Aa1&lt;&gt;&amp;&#34;aaa`); got != want {
		t.Errorf("temporary password: got %d characters, want %d", got, want)
	}
	if h.CallerContext.ClientID != "CLIENT_ID_NOT_APPLICABLE" {
		t.Errorf("clientId: got %q, want that of a call without a client", h.CallerContext.ClientID)
	}
}

// A pool that sends links hands codes to its function all the same: the
// function decides what to make of them.
func TestSendersNeedNoDomainForLinks(t *testing.T) {
	f, c, _ := senders(t)
	c.Pool.Settings.VerificationMessageTemplate = &cognito.VerificationMessageTemplateType{DefaultEmailOption: cognito.DefaultEmailOptionConfirmWithLink}
	f.signUp(c, "jane", "email", "jane@example.com")
	f.carry("jane@example.com", "email")
	wantErr(t, "ConfirmSignUp", f.confirm(c, "jane", f.code("jane@example.com")), nil)
}

// A medium without a function of its own is sent as ever.
func TestOtherMediumIsSent(t *testing.T) {
	f, c, _ := senders(t)
	c.Pool.Settings.LambdaConfig.CustomSMSSender, c.Pool.Settings.LambdaConfig.CustomMessage = nil, ""
	f.user(c, "jane", "phone_number", "+12065551234")
	f.resetCode(c, "jane")
	if m := f.mail.last("+12065551234"); m.Via != nil || !strings.Contains(m.Body, m.Code) {
		t.Errorf("ForgotPassword: got %v with body %q, want an SMS of our own", m, m.Body)
	}
}

// Nobody is handed a code for a name without a user, and nobody waits.
func TestSendersAreNotRunForHiddenUsers(t *testing.T) {
	f, c, _ := senders(t)
	hiding := f.hiding(c)
	if _, err := f.forgot(hiding, "nobody"); err != nil {
		t.Fatalf("ForgotPassword: %v", err)
	}
	if n := f.mail.count(); n != 0 {
		t.Errorf("ForgotPassword of nobody: got %d messages, want none", n)
	}
	if n := f.lambda.Calls("message") + f.lambda.Calls("email"); n != 0 {
		t.Errorf("ForgotPassword of nobody: got %d calls of functions, want none", n)
	}
}

// busy is an error of a key service that may go away.
type busy struct{ error }

func (busy) Temporary() bool { return true }

// What goes wrong is tried again where that may help, and is told without what
// the function said.
func TestSenderFailures(t *testing.T) {
	tests := []struct {
		name    string
		do      lambdatest.Behaviour
		keys    error
		failure message.Failure
		reason  string
	}{
		{"throws", lambdatest.Throw("Error", "hush 123456"), nil, message.Rejected, "running CustomEmailSender: the function failed"},
		{"is being updated", lambdatest.Updating(), nil, message.Temporary, "running CustomEmailSender: the function could not be run"},
		{"is too slow", lambdatest.Sleep(time.Minute, lambdatest.Echo()), nil, message.Rejected, "running CustomEmailSender: no answer in time"},
		{"key is disabled", lambdatest.Echo(), errors.New("disabled"), message.Rejected, "encrypting the code: disabled"},
		{"key service is busy", lambdatest.Echo(), busy{errors.New("throttled")}, message.Temporary, "encrypting the code: throttled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, c, k := senders(t)
			f.lambda.Set("email", tt.do)
			f.Triggers.Timeout = 50 * time.Millisecond
			k.fail = tt.keys
			var told error
			f.HandedOver = func(_ message.Message, err error) { told = err }
			f.signUp(c, "jane", "email", "jane@example.com")
			m := f.mail.last("jane@example.com")
			err := m.Via.Deliver(t.Context(), m)
			e, ok := errors.AsType[*message.DeliveryError](err)
			if !ok || e.Failure != tt.failure || e.Error() != tt.reason {
				t.Errorf("Deliver: got %v, want %q, %s", err, tt.reason, tt.failure)
			}
			if told != err {
				t.Errorf("HandedOver: got %v, want %v", told, err)
			}
			if got := f.get(c, "jane").Status; got != cognito.UserStatusUnconfirmed {
				t.Errorf("status: got %s, want the sign-up to stand", got)
			}
		})
	}
}

func TestSenderWithoutKeyService(t *testing.T) {
	f, c, _ := senders(t)
	f.Keys = nil
	f.signUp(c, "jane", "email", "jane@example.com")
	m := f.mail.last("jane@example.com")
	e, ok := errors.AsType[*message.DeliveryError](m.Via.Deliver(t.Context(), m))
	if !ok || e.Failure != message.Rejected || f.lambda.Calls("email") != 0 {
		t.Errorf("Deliver without keys: got %v and %d calls, want a rejection and none", e, f.lambda.Calls("email"))
	}
}

// What a function is handed says who asked, as every trigger does.
func TestSendersLearnTheSDK(t *testing.T) {
	f, c, _ := senders(t)
	ctx := idp.WithRequest(t.Context(), &idp.Request{UserAgent: "aws-sdk-js/3.600.0"})
	if _, err := f.SignUp(ctx, newcomer(c, "jane", "email", "jane@example.com")); err != nil {
		t.Fatal(err)
	}
	f.carry("jane@example.com", "email")
	if got := string(f.lambda.Events("email")[0]); !strings.Contains(got, `"awsSdkVersion":"aws-sdk-js-3.600.0"`) {
		t.Errorf("event: got %s, want the SDK in it", got)
	}
}
