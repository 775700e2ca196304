package ops_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/store"
)

// passkeys is an API with a user ada, whose pool takes passkeys of
// example.com.
type passkeys struct {
	*accounts
	access string
	device *passkeytest.Authenticator
}

const takesPasskeys = `"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","WEB_AUTHN"]}}`

func newPasskeys(t *testing.T) *passkeys {
	t.Helper()
	a := &passkeys{accounts: newAccounts(t, takesPasskeys), device: &passkeytest.Authenticator{Origin: "https://www.example.com"}}
	a.Passkeys = &passkey.Service{Store: a.Store, Now: func() time.Time { return a.now }, Rand: a.Rand}
	_, err := a.setMFA(t, a.poolID, `"MfaConfiguration":"OFF","WebAuthnConfiguration":{"RelyingPartyId":"example.com"}`)
	wantErr(t, "SetUserPoolMfaConfig", err, nil)
	a.user(t, "ada")
	a.access = a.token(t, a.clientID, "ada")
	return a
}

func (a *passkeys) start(t *testing.T) json.RawMessage {
	t.Helper()
	out, err := a.StartWebAuthnRegistration(t.Context(), &cognito.StartWebAuthnRegistrationRequest{AccessToken: a.access})
	if err != nil {
		t.Fatalf("StartWebAuthnRegistration: %v", err)
	}
	return out.CredentialCreationOptions
}

func (a *passkeys) complete(t *testing.T, credential json.RawMessage) error {
	t.Helper()
	_, err := a.CompleteWebAuthnRegistration(t.Context(), &cognito.CompleteWebAuthnRegistrationRequest{AccessToken: a.access, Credential: credential})
	return err
}

func (a *passkeys) list(t *testing.T, in cognito.ListWebAuthnCredentialsRequest) *cognito.ListWebAuthnCredentialsResponse {
	t.Helper()
	in.AccessToken = a.access
	out, err := a.ListWebAuthnCredentials(t.Context(), &in)
	if err != nil {
		t.Fatalf("ListWebAuthnCredentials: %v", err)
	}
	return out
}

func TestPasskeyLife(t *testing.T) {
	a := newPasskeys(t)
	if got := indented(t, a.list(t, cognito.ListWebAuthnCredentialsRequest{})); got != "{\n  \"Credentials\": []\n}" {
		t.Errorf("ListWebAuthnCredentials without passkeys: got %s", got)
	}
	wantErr(t, "CompleteWebAuthnRegistration", a.complete(t, a.device.Create(a.start(t))), nil)
	list := a.list(t, cognito.ListWebAuthnCredentialsRequest{})
	want := indented(t, fromJSON[cognito.ListWebAuthnCredentialsResponse](t, `{"Credentials":[{"CredentialId":"`+
		list.Credentials[0].CredentialID+`","FriendlyCredentialName":"Passkey","RelyingPartyId":"example.com","AuthenticatorAttachment":"platform",
		"AuthenticatorTransports":["internal","hybrid"],"CreatedAt":`+indented(t, cognito.At(a.now))+`}]}`))
	if got := indented(t, list); got != want {
		t.Errorf("ListWebAuthnCredentials: got %s, want %s", got, want)
	}
	in := &cognito.DeleteWebAuthnCredentialRequest{AccessToken: a.access, CredentialID: list.Credentials[0].CredentialID}
	_, err := a.DeleteWebAuthnCredential(t.Context(), in)
	wantErr(t, "DeleteWebAuthnCredential", err, nil)
	_, err = a.DeleteWebAuthnCredential(t.Context(), in)
	refuses(t, "DeleteWebAuthnCredential", "again", err, idp.ErrWebAuthnCredentialNotFound)
}

// A browser that says nothing of the ways to its authenticator leaves an
// empty list, not none.
func TestPasskeyWithoutTransports(t *testing.T) {
	a := newPasskeys(t)
	a.device.Change = func(c *passkeytest.Ceremony) { delete(c.Response, "transports") }
	wantErr(t, "CompleteWebAuthnRegistration", a.complete(t, a.device.Create(a.start(t))), nil)
	if got := indented(t, a.list(t, cognito.ListWebAuthnCredentialsRequest{})); !strings.Contains(got, `"AuthenticatorTransports": []`) {
		t.Errorf("ListWebAuthnCredentials: got %s, want an empty list of transports", got)
	}
}

func TestListWebAuthnCredentialsPages(t *testing.T) {
	a := newPasskeys(t)
	var want []string
	for i := range 5 {
		a.now = a.now.Add(time.Duration(i%2) * time.Second) // two of one time each
		wantErr(t, "CompleteWebAuthnRegistration", a.complete(t, a.device.Create(a.start(t))), nil)
	}
	for _, c := range a.list(t, cognito.ListWebAuthnCredentialsRequest{MaxResults: new(int64(0))}).Credentials {
		want = append(want, c.CredentialID)
	}
	var got []string
	in := cognito.ListWebAuthnCredentialsRequest{MaxResults: new(int64(2))}
	for range 3 {
		out := a.list(t, in)
		for _, c := range out.Credentials {
			got = append(got, c.CredentialID)
		}
		in.NextToken = out.NextToken
	}
	if len(want) != 5 || !slices.Equal(got, want) || in.NextToken != "" {
		t.Errorf("pages: got %v and then %q, want %v and then none", got, in.NextToken, want)
	}

	// A passkey that is deleted between two pages takes no other with it.
	first := a.list(t, cognito.ListWebAuthnCredentialsRequest{MaxResults: new(int64(2))})
	_, err := a.DeleteWebAuthnCredential(t.Context(), &cognito.DeleteWebAuthnCredentialRequest{AccessToken: a.access, CredentialID: want[1]})
	wantErr(t, "DeleteWebAuthnCredential", err, nil)
	second := a.list(t, cognito.ListWebAuthnCredentialsRequest{NextToken: first.NextToken})
	if len(second.Credentials) != 3 || second.Credentials[0].CredentialID != want[2] {
		t.Errorf("page after a deletion: got %d, want the last three", len(second.Credentials))
	}

	a.user(t, "grace")
	_, err = a.ListWebAuthnCredentials(t.Context(), &cognito.ListWebAuthnCredentialsRequest{
		AccessToken: a.token(t, a.clientID, "grace"), NextToken: first.NextToken,
	})
	refuses(t, "ListWebAuthnCredentials", "with a token of another user", err, idp.ErrInvalidPaginationToken)
}

// Every exception of WebAuthn that an operation declares has its cause; those
// of the credential itself are tested beside the checks.
func TestWebAuthnExceptions(t *testing.T) {
	a := newPasskeys(t)
	const op = "CompleteWebAuthnRegistration"
	refuses(t, op, "without a start", a.complete(t, json.RawMessage(a.device.Create([]byte(`{"rp":{"id":"example.com"}}`)))), idp.ErrWebAuthnChallengeNotFound)

	options := a.start(t)
	other := a.client(t, a.poolID, "").ClientID
	_, err := a.CompleteWebAuthnRegistration(t.Context(), &cognito.CompleteWebAuthnRegistrationRequest{
		AccessToken: a.token(t, other, "ada"), Credential: a.device.Create(options),
	})
	refuses(t, op, "by another client", err, idp.ErrWebAuthnClientMismatch)

	for _, tt := range []struct {
		call   string
		change func(*passkeytest.Ceremony)
		want   *idp.Error
	}{
		{"on another page", func(c *passkeytest.Ceremony) { c.Client["origin"] = "https://example.org" }, idp.ErrWebAuthnOriginNotAllowed},
		{"for another relying party", func(c *passkeytest.Ceremony) { c.RPID = "example.org" }, idp.ErrWebAuthnRelyingPartyMismatch},
		{"with another key", func(c *passkeytest.Ceremony) { c.COSE[3] = -8 },
			idp.ErrWebAuthnCredentialNotSupported("its key is of none of the algorithms that were asked for")},
	} {
		a.device.Change = tt.change
		refuses(t, op, tt.call, a.complete(t, a.device.Create(a.start(t))), tt.want)
	}

	a.must(t, func(tx store.Tx) error {
		for i := range idp.MaxWebAuthnCredentials {
			c := &idp.WebAuthnCredential{PoolID: a.poolID, Username: "ada", ID: []byte{byte(i)}, Created: a.now}
			if err := tx.CreateWebAuthnCredential(c); err != nil {
				return err
			}
		}
		return nil
	})
	start := &cognito.StartWebAuthnRegistrationRequest{AccessToken: a.access}
	_, err = a.StartWebAuthnRegistration(t.Context(), start)
	refuses(t, "StartWebAuthnRegistration", "of one too many", err, idp.ErrWebAuthnCredentialLimit)

	_, err = a.setMFA(t, a.poolID, `"MfaConfiguration":"OFF"`)
	wantErr(t, "SetUserPoolMfaConfig", err, nil)
	_, err = a.StartWebAuthnRegistration(t.Context(), start)
	refuses(t, "StartWebAuthnRegistration", "without a relying party", err, idp.ErrWebAuthnConfigurationMissing)
	_, err = a.UpdateUserPool(t.Context(), &cognito.UpdateUserPoolRequest{UserPoolID: a.poolID, Policies: &cognito.UserPoolPolicyType{
		SignInPolicy: &cognito.SignInPolicyType{AllowedFirstAuthFactors: []cognito.AuthFactorType{cognito.AuthFactorPassword}},
	}})
	wantErr(t, "UpdateUserPool", err, nil)
	_, err = a.StartWebAuthnRegistration(t.Context(), start)
	refuses(t, "StartWebAuthnRegistration", "where passkeys are off", err, idp.ErrWebAuthnNotEnabled)
	refuses(t, op, "where passkeys are off", a.complete(t, json.RawMessage(`{}`)), idp.ErrWebAuthnNotEnabled)
}

// The operations look at the token first, and never say that a user is gone:
// the model does not let them.
func TestPasskeysNeedToken(t *testing.T) {
	a := newPasskeys(t)
	gone := a.access
	wantErr(t, "DeleteUser", a.DeleteUser(t.Context(), &cognito.DeleteUserRequest{AccessToken: gone}), nil)
	for token, want := range map[string]*idp.Error{"no.access.token": idp.ErrAccessTokenInvalid, gone: idp.ErrAccessTokenRevoked} {
		_, start := a.StartWebAuthnRegistration(t.Context(), &cognito.StartWebAuthnRegistrationRequest{AccessToken: token})
		_, complete := a.CompleteWebAuthnRegistration(t.Context(), &cognito.CompleteWebAuthnRegistrationRequest{AccessToken: token})
		_, list := a.ListWebAuthnCredentials(t.Context(), &cognito.ListWebAuthnCredentialsRequest{AccessToken: token})
		_, remove := a.DeleteWebAuthnCredential(t.Context(), &cognito.DeleteWebAuthnCredentialRequest{AccessToken: token})
		for op, err := range map[string]error{
			"StartWebAuthnRegistration": start, "CompleteWebAuthnRegistration": complete,
			"ListWebAuthnCredentials": list, "DeleteWebAuthnCredential": remove,
		} {
			refuses(t, op, token[:2], err, want)
		}
	}
}
