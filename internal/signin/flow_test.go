package signin_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
)

// errMissing is what a step says of a parameter that is not there.
func errMissing(name string) error {
	return idp.InvalidParameter("Missing required parameter " + name)
}

// Every flow is refused in its own words where the client does not have it,
// and gets as far as its parameters where it does.
func TestFlows(t *testing.T) {
	const (
		admin  = cognito.ExplicitAuthFlowsAllowAdminUserPasswordAuth
		custom = cognito.ExplicitAuthFlowsAllowCustomAuth
		userPw = cognito.ExplicitAuthFlowsAllowUserPasswordAuth
		srp    = cognito.ExplicitAuthFlowsAllowUserSrpAuth
		renew  = cognito.ExplicitAuthFlowsAllowRefreshTokenAuth
		choice = cognito.ExplicitAuthFlowsAllowUserAuth

		oldAdmin  = cognito.ExplicitAuthFlowsAdminNoSrpAuth
		oldCustom = cognito.ExplicitAuthFlowsCustomAuthFlowOnly
		oldUserPw = cognito.ExplicitAuthFlowsUserPasswordAuth
	)
	list := func(f ...cognito.ExplicitAuthFlowsType) []cognito.ExplicitAuthFlowsType { return f }
	invalid := idp.InvalidParameter
	noPassword := invalid("USER_PASSWORD_AUTH flow not enabled for this client")
	noAdmin := invalid("Auth flow not enabled for this client")
	noSRP := invalid("USER_SRP_AUTH is not enabled for the client.")
	noRefresh := invalid("REFRESH_TOKEN_AUTH is not enabled for the client.")
	noCustom := invalid("CUSTOM_AUTH is not enabled for the client.")
	noChoice := invalid("USER_AUTH is not enabled for the client.")
	noTriggers := invalid("Custom auth lambda trigger is not configured for the user pool.")
	notHere := invalid("Initiate Auth method not supported.")
	goesOn := errMissing("USERNAME")
	goesOnRefresh := errMissing("REFRESH_TOKEN")
	tests := []struct {
		name   string
		client []cognito.ExplicitAuthFlowsType
		flow   cognito.AuthFlowType
		public error // from InitiateAuth
		admin  error // from AdminInitiateAuth
	}{
		{"password", list(userPw), cognito.AuthFlowUserPasswordAuth, goesOn, goesOn},
		{"password, older name", list(oldUserPw), cognito.AuthFlowUserPasswordAuth, goesOn, goesOn},
		{"password, not allowed", list(srp, admin), cognito.AuthFlowUserPasswordAuth, noPassword, noPassword},
		{"password, default flows", nil, cognito.AuthFlowUserPasswordAuth, noPassword, noPassword},
		{"admin", list(admin), cognito.AuthFlowAdminUserPasswordAuth, notHere, goesOn},
		{"admin, older names", list(oldAdmin), cognito.AuthFlowAdminNoSrpAuth, notHere, goesOn},
		{"admin, older name of the flow", list(admin), cognito.AuthFlowAdminNoSrpAuth, notHere, goesOn},
		{"admin, older name in the list", list(oldAdmin), cognito.AuthFlowAdminUserPasswordAuth, notHere, goesOn},
		{"admin, not allowed", list(userPw), cognito.AuthFlowAdminUserPasswordAuth, notHere, noAdmin},
		{"SRP", list(srp), cognito.AuthFlowUserSrpAuth, goesOn, goesOn},
		{"SRP, default flows", nil, cognito.AuthFlowUserSrpAuth, goesOn, goesOn},
		{"SRP, older list", list(oldAdmin), cognito.AuthFlowUserSrpAuth, goesOn, goesOn},
		{"SRP, not allowed", list(userPw), cognito.AuthFlowUserSrpAuth, noSRP, noSRP},
		{"refresh", list(renew), cognito.AuthFlowRefreshTokenAuth, goesOnRefresh, goesOnRefresh},
		{"refresh, other name", list(renew), cognito.AuthFlowRefreshToken, goesOnRefresh, goesOnRefresh},
		{"refresh, default flows", nil, cognito.AuthFlowRefreshToken, goesOnRefresh, goesOnRefresh},
		{"refresh, older list", list(oldUserPw), cognito.AuthFlowRefreshTokenAuth, goesOnRefresh, goesOnRefresh},
		{"refresh, not allowed", list(srp), cognito.AuthFlowRefreshToken, noRefresh, noRefresh},
		{"custom", list(custom), cognito.AuthFlowCustomAuth, noTriggers, noTriggers},
		{"custom, default flows", nil, cognito.AuthFlowCustomAuth, noTriggers, noTriggers},
		{"custom, older list", list(oldCustom), cognito.AuthFlowCustomAuth, noTriggers, noTriggers},
		{"custom, not allowed", list(oldUserPw), cognito.AuthFlowCustomAuth, noCustom, noCustom},
		{"choice, not allowed", list(srp), cognito.AuthFlowUserAuth, noChoice, noChoice},
		{"choice, default flows", nil, cognito.AuthFlowUserAuth, noChoice, noChoice},
		{"choice", list(choice), cognito.AuthFlowUserAuth, goesOn, goesOn},
		{"no flow of ours", list(userPw), "PASSWORD_PLEASE", invalid("Unknown AuthFlow."), invalid("Unknown AuthFlow.")},
	}
	f := newService(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := f.client(flows(tt.client...))
			_, err := f.initiate(by(c), tt.flow)
			wantErr(t, "InitiateAuth", err, tt.public)
			_, err = f.initiate(signin.Caller{Client: c, Admin: true}, tt.flow)
			wantErr(t, "AdminInitiateAuth", err, tt.admin)
		})
	}
}

// The gate stands before the parameters.
func TestFlowsWithoutParameters(t *testing.T) {
	f := newService(t)
	_, err := f.initiateWith(signin.Initiate{Caller: by(f.client(flows(cognito.ExplicitAuthFlowsAllowUserSrpAuth))), Flow: cognito.AuthFlowUserPasswordAuth})
	wantErr(t, "InitiateAuth, flow off", err, idp.InvalidParameter("USER_PASSWORD_AUTH flow not enabled for this client"))
	_, err = f.initiateWith(signin.Initiate{Caller: by(f.client()), Flow: cognito.AuthFlowUserPasswordAuth})
	wantErr(t, "InitiateAuth, flow on", err, errMissing("authParameters"))
}

func TestMissingParameters(t *testing.T) {
	f := newService(t)
	c := f.client()
	tests := []struct {
		flow    cognito.AuthFlowType
		given   []string
		missing string
	}{
		{cognito.AuthFlowUserPasswordAuth, nil, "USERNAME"},
		{cognito.AuthFlowUserPasswordAuth, []string{"PASSWORD", "x"}, "USERNAME"},
		{cognito.AuthFlowUserPasswordAuth, []string{"USERNAME", "ada"}, "PASSWORD"},
		{cognito.AuthFlowUserSrpAuth, []string{"SRP_A", "a1"}, "USERNAME"},
		{cognito.AuthFlowUserSrpAuth, []string{"USERNAME", "ada"}, "SRP_A"},
		{cognito.AuthFlowRefreshTokenAuth, []string{"USERNAME", "ada"}, "REFRESH_TOKEN"},
	}
	for _, tt := range tests {
		_, err := f.initiate(by(c), tt.flow, tt.given...)
		wantErr(t, "InitiateAuth("+string(tt.flow)+")", err, errMissing(tt.missing))
	}
}

// The hash is over the name as it was sent, and looked at before the user.
func TestSecretHash(t *testing.T) {
	f := newService(t, aliases("email"))
	c := f.client(withSecret)
	f.user(c, "ada", "email", "ada@example.com", "email_verified", "true")
	tests := []struct {
		name, username, hash string
		want                 error
	}{
		{"missing", "ada", "", idp.ErrSecretHashMissing(c.ID)},
		{"wrong", "ada", "x", idp.ErrSecretHashWrong(c.ID)},
		{"missing, no user", "eve", "", idp.ErrSecretHashMissing(c.ID)},
		{"wrong, no user", "eve", "x", idp.ErrSecretHashWrong(c.ID)},
		{"of another name of the user", "ada@example.com", hash(c, "ada"), idp.ErrSecretHashWrong(c.ID)},
		{"of another client", "ada", hash(f.client(withSecret), "ada"), idp.ErrSecretHashWrong(c.ID)},
		{"right", "ada", hash(c, "ada"), nil},
		{"right, by alias", "ada@example.com", hash(c, "ada@example.com"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, who := range []signin.Caller{by(c), admin(c)} {
				_, err := f.initiate(who, cognito.AuthFlowUserPasswordAuth,
					"USERNAME", tt.username, "PASSWORD", goodPassword, "SECRET_HASH", tt.hash)
				wantErr(t, "InitiateAuth", err, tt.want)
			}
		})
	}
	public := f.client()
	_, err := f.initiate(by(public), cognito.AuthFlowUserPasswordAuth, "USERNAME", "ada", "PASSWORD", goodPassword, "SECRET_HASH", "x")
	wantErr(t, "InitiateAuth with a hash that a public client does not need", err, nil)
}

// Clients send the canonical name in the second step, and the hash over it.
func TestSecretHashOfAnswer(t *testing.T) {
	f := newService(t, aliases("email"))
	c := f.client(withSecret)
	f.user(c, "ada", "email", "ada@example.com", "email_verified", "true")
	e := f.begun(by(c), "ada@example.com", "SECRET_HASH", hash(c, "ada@example.com"))
	in := e.prove(goodPassword, f.clock())
	_, err := f.answer(in)
	wantErr(t, "RespondToAuthChallenge without a hash", err, idp.ErrSecretHashMissing(c.ID))
	in.Responses["SECRET_HASH"] = hash(c, "ada@example.com")
	_, err = f.answer(in)
	wantErr(t, "RespondToAuthChallenge with the hash of the alias", err, idp.ErrSecretHashWrong(c.ID))
	in.Responses["SECRET_HASH"] = hash(c, "ada")
	r, err := f.answer(in)
	wantTokens(t, "RespondToAuthChallenge", r, err)
}

// Names and passwords are bounded before anything is computed from them.
func TestLongParameters(t *testing.T) {
	f := newService(t)
	c := f.client(hiding)
	long := string(make([]byte, 2049))
	want := idp.InvalidParameter("USERNAME and PASSWORD must not be longer than 2048 bytes")
	_, err := f.password(c, long, goodPassword)
	wantErr(t, "InitiateAuth(long name)", err, want)
	_, err = f.password(c, "ada", long)
	wantErr(t, "InitiateAuth(long password)", err, want)
	_, err = f.answer(signin.Answer{Caller: by(c), Challenge: cognito.ChallengeNamePasswordVerifier, Responses: pairs("USERNAME", long)})
	wantErr(t, "RespondToAuthChallenge(long name)", err, want)
}

// aliases makes a pool whose users have other names.
func aliases(names ...cognito.AliasAttributeType) func(*cognito.CreateUserPoolRequest) {
	return func(in *cognito.CreateUserPoolRequest) { in.AliasAttributes = names }
}
