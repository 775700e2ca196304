package passkey_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/passkey/passkeytest"
)

// challengeOf cuts the challenge out of options and puts a word in its place.
func challengeOf(t *testing.T, options string) (challenge, rest string) {
	t.Helper()
	before, after, ok := strings.Cut(options, `"challenge":"`)
	challenge, after, ok2 := strings.Cut(after, `"`)
	if !ok || !ok2 {
		t.Fatalf("options without a challenge: %s", options)
	}
	return challenge, before + `"challenge":"C"` + after
}

func TestCreationOptions(t *testing.T) {
	f := newService(t)
	const want = `{"authenticatorSelection":{"requireResidentKey":true,"residentKey":"required","userVerification":"preferred"},` +
		`"challenge":"C","excludeCredentials":[],"pubKeyCredParams":[{"alg":-7,"type":"public-key"},{"alg":-257,"type":"public-key"}],` +
		`"rp":{"id":"example.com","name":"example.com"},"timeout":60000,"user":{"displayName":"ada","id":"c3ViLW9mLWFkYQ","name":"ada"}}`
	first, got := challengeOf(t, string(f.start(f.ada)))
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Start: (-want +got):\n%s", d)
	}
	second, _ := challengeOf(t, string(f.start(f.ada)))
	if b, err := base64.RawURLEncoding.DecodeString(first); err != nil || len(b) != 32 || first == second {
		t.Errorf("challenges: got %q and %q, want different ones of 32 bytes", first, second)
	}

	c := f.register(f.ada, &passkeytest.Authenticator{Origin: origin})
	if _, got := challengeOf(t, string(f.start(f.ada))); !strings.Contains(got, `"excludeCredentials":[{"id":"`+passkey.CredentialID(c)+`","type":"public-key"}]`) {
		t.Errorf("Start beside a passkey: got %s, want it excluded", got)
	}
	f.pool.Features.MFA.WebAuthn.RelyingPartyID = "example.org"
	if _, got := challengeOf(t, string(f.start(f.ada))); !strings.Contains(got, `"excludeCredentials":[],`) {
		t.Errorf("Start beside a passkey for another relying party: got %s, want nothing excluded", got)
	}
}

// People know their accounts by the names that they type.
func TestCreationOptionsNameAccount(t *testing.T) {
	f := newService(t, func(p *idp.UserPool) {
		p.Settings.UsernameAttributes = []cognito.UsernameAttributeType{cognito.UsernameAttributeEmail}
	})
	if got := string(f.start(f.ada)); !strings.Contains(got, `"name":"ada@example.com"}}`) || !strings.Contains(got, `"displayName":"ada@example.com"`) {
		t.Errorf("Start in a pool of addresses: got %s", got)
	}
}

func TestRequestOptions(t *testing.T) {
	f := newService(t)
	c := &idp.WebAuthnCredential{ID: []byte{0xfb, 0xff}, Transports: []string{"usb", "nfc"}}
	bare := &idp.WebAuthnCredential{ID: []byte{1}}
	got, err := passkey.RequestOptions(f.ada.Client.Pool, f.ada.User, "C", []*idp.WebAuthnCredential{c, bare})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"challenge":"C","timeout":180000,"rpId":"example.com","allowCredentials":[` +
		`{"id":"-_8","type":"public-key","transports":["usb","nfc"]},{"id":"AQ","type":"public-key","transports":[]}],"userVerification":"preferred"}`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("RequestOptions: (-want +got):\n%s", d)
	}
}

// Where the pool wants it, and where the passkey is a second factor too, the
// authenticator must verify the user.
func TestOptionsRequireVerification(t *testing.T) {
	multi := cognito.WebAuthnFactorConfigurationMultiFactorWithUserVerification
	for _, tt := range []struct {
		name   string
		pool   cognito.WebAuthnConfigurationType
		factor bool
		want   string
	}{
		{"required", cognito.WebAuthnConfigurationType{UserVerification: cognito.UserVerificationRequired}, false, "required"},
		{"second factor", cognito.WebAuthnConfigurationType{FactorConfiguration: multi}, true, "required"},
		{"second factor that the user does not use", cognito.WebAuthnConfigurationType{FactorConfiguration: multi}, false, "preferred"},
		{"second factor that the pool does not take", cognito.WebAuthnConfigurationType{}, true, "preferred"},
	} {
		f := newService(t, func(p *idp.UserPool) {
			tt.pool.RelyingPartyID = "example.com"
			p.Features.MFA.WebAuthn = &tt.pool
		})
		f.ada.User.Factors.WebAuthn = tt.factor
		request, err := passkey.RequestOptions(f.ada.Client.Pool, f.ada.User, "C", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, options := range []string{string(f.start(f.ada)), request} {
			if !strings.Contains(options, `"userVerification":"`+tt.want+`"`) {
				t.Errorf("%s: got %s, want %s", tt.name, options, tt.want)
			}
		}
	}
}
