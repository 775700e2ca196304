package token

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// wantAssurance fails unless both tokens say how sure the sign-in was; acr is
// empty where neither may say anything.
func wantAssurance(t *testing.T, issued *Issued, acr string, amr ...any) {
	t.Helper()
	want := map[string]any{}
	if acr != "" {
		want = map[string]any{"acr": acr, "amr": amr}
	}
	for use, token := range map[string]string{"ID": issued.IDToken, "access": issued.AccessToken} {
		got := map[string]any{}
		for _, name := range []string{"acr", "amr"} {
			if value, ok := payload(t, token)[name]; ok {
				got[name] = value
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s token: acr and amr differ (-want +got):\n%s", use, diff)
		}
	}
}

func TestAssuranceClaims(t *testing.T) {
	f := newFixture(t)
	wantAssurance(t, f.prepare(Grant{Client: f.client, User: f.user}), "")
	wantAssurance(t, f.prepare(Grant{Client: f.client, User: f.user, Methods: []idp.Method{idp.MethodPassword}}), "urn:cognito:loa:1", "pwd")
	f.client.Pool.Settings.AcrConfiguration = map[string]*cognito.AcrLevelConfigType{"Level4": {AcrValue: "gold"}}
	wantAssurance(t, f.prepare(Grant{
		Client: f.client, User: f.user,
		Methods: []idp.Method{idp.MethodSoftwareToken}, Credit: idp.Proofs{idp.MethodPassword: 1},
	}), "gold", "pwd", "otp", "mfa")
}

// A family knows of each method when it was proved.
func TestFamilyKeepsProofs(t *testing.T) {
	f := newFixture(t)
	credit := idp.Proofs{idp.MethodPassword: 7, idp.MethodSMS: 7}
	issued := f.prepare(Grant{Client: f.client, User: f.user, Methods: []idp.Method{idp.MethodSMS}, Credit: credit})
	f.update(issued.Save)
	p, err := f.Access(t.Context(), issued.AccessToken)
	if err != nil {
		t.Fatalf("Access: %v", err)
	}
	if diff := cmp.Diff(idp.Proofs{idp.MethodPassword: 7, idp.MethodSMS: testTime.Unix()}, p.Family.Proofs); diff != "" {
		t.Errorf("proofs differ (-want +got):\n%s", diff)
	}
	if credit[idp.MethodSMS] != 7 {
		t.Error("Prepare changed the credit that it was given")
	}
}

func TestRefreshKeepsAssurance(t *testing.T) {
	for name, change := range map[string]func(*cognito.UserPoolClientType){
		"without rotation": func(*cognito.UserPoolClientType) {}, "with rotation": rotating(0),
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, change)
			issued := f.prepare(Grant{Client: f.client, User: f.user, Methods: []idp.Method{idp.MethodPassword, idp.MethodEmail}})
			f.update(issued.Save)
			refresh := issued.RefreshToken
			for range 2 {
				f.advance(time.Hour)
				issued = f.mustRefresh(refresh)
				wantAssurance(t, issued, "urn:cognito:loa:3", "pwd", "email_otp", "mfa")
				if issued.RefreshToken != "" {
					refresh = issued.RefreshToken
				}
			}
		})
	}
}
