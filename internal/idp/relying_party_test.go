package idp

import (
	"testing"

	"rockpool/internal/cognito"
)

func TestRelyingParty(t *testing.T) {
	set := &cognito.WebAuthnConfigurationType{RelyingPartyID: "example.com"}
	tests := []struct {
		name, domain string
		webAuthn     *cognito.WebAuthnConfigurationType
		want         string
	}{
		{"nothing", "", nil, ""},
		{"set", "", set, "example.com"},
		{"set beside the pool's own domain", "auth.example.com", set, "example.com"},
		{"the pool's own domain", "auth.example.com", &cognito.WebAuthnConfigurationType{}, "auth.example.com"},
	}
	for _, tt := range tests {
		p := &UserPool{Settings: cognito.UserPoolType{CustomDomain: tt.domain}, Features: PoolFeatures{MFA: PoolMFA{WebAuthn: tt.webAuthn}}}
		if got := p.RelyingParty(); got != tt.want {
			t.Errorf("RelyingParty() of %s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPasskeySettings(t *testing.T) {
	p := &UserPool{}
	if p.PasskeysAreMultiFactor() || p.UserVerification() != cognito.UserVerificationPreferred {
		t.Errorf("a pool without settings: got %v, %s, want false, preferred", p.PasskeysAreMultiFactor(), p.UserVerification())
	}
	p.Features.MFA.WebAuthn = &cognito.WebAuthnConfigurationType{
		FactorConfiguration: cognito.WebAuthnFactorConfigurationMultiFactorWithUserVerification,
		UserVerification:    cognito.UserVerificationRequired,
	}
	if !p.PasskeysAreMultiFactor() || p.UserVerification() != cognito.UserVerificationRequired {
		t.Errorf("a pool with settings: got %v, %s, want true, required", p.PasskeysAreMultiFactor(), p.UserVerification())
	}
	p.Features.MFA.WebAuthn = &cognito.WebAuthnConfigurationType{FactorConfiguration: cognito.WebAuthnFactorConfigurationSingleFactor}
	if p.PasskeysAreMultiFactor() {
		t.Error("PasskeysAreMultiFactor() with SINGLE_FACTOR: got true, want false")
	}
}

func TestCheckRelyingParty(t *testing.T) {
	tests := []struct {
		id   string
		want *Error
	}{
		{"example.com", nil},
		{"auth.example.co.uk", nil},
		{"localhost", nil},
		{"intranet", nil},
		{"com", ErrRelyingPartySuffix},
		{"co.uk", ErrRelyingPartySuffix},
		{"github.io", ErrRelyingPartySuffix},
		{"https://example.com", ErrRelyingPartyName},
		{"example.com:443", ErrRelyingPartyName},
		{"Example.com", ErrRelyingPartyName},
		{"example.com.", ErrRelyingPartyName},
		{"-a.example.com", ErrRelyingPartyName},
		{"a_b.example.com", ErrRelyingPartyName},
		{"192.0.2.1", ErrRelyingPartyName},
		{"::1", ErrRelyingPartyName},
	}
	for _, tt := range tests {
		wantErr(t, "checkRelyingParty("+tt.id+")", checkRelyingParty(tt.id), tt.want)
	}
}
