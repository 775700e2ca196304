package cognito

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestOperationsAreTheService(t *testing.T) {
	service := reflect.TypeFor[Service]()
	if got := len(Operations); got != 140 {
		t.Errorf("len(Operations): got %d, want 140", got)
	}
	if got := service.NumMethod(); got != len(Operations) {
		t.Errorf("Service has %d methods, want %d", got, len(Operations))
	}
	for name, op := range Operations {
		if op.Name != name {
			t.Errorf("Operations[%s].Name: got %s", name, op.Name)
		}
		method, ok := service.MethodByName(name)
		if !ok {
			t.Errorf("Service lacks %s", name)
			continue
		}
		if got, want := reflect.TypeOf(op.New()), method.Type.In(1); got != want {
			t.Errorf("Operations[%s].New(): got %v, want %v", name, got, want)
		}
		if got, want := op.EmptyBody, method.Type.NumOut() == 1; got != want {
			t.Errorf("Operations[%s].EmptyBody: got %v, want %v", name, got, want)
		}
		if _, ok := op.New().(Request); !ok {
			t.Errorf("%T has no Target", op.New())
		}
	}
}

func TestUnimplementedNamesTheOperation(t *testing.T) {
	for name, op := range Operations {
		out, err := op.Call(context.Background(), Unimplemented{}, op.New())
		var missing *NotImplemented
		if !errors.As(err, &missing) || missing.Operation != name || out != nil {
			t.Errorf("Call(%s): got %v, %v, want NotImplemented", name, out, err)
		}
	}
}

// signOut has two operations, one of them with a mistake.
type signOut struct{ Unimplemented }

func (signOut) GlobalSignOut(context.Context, *GlobalSignOutRequest) (*GlobalSignOutResponse, error) {
	return &GlobalSignOutResponse{}, nil
}

func (signOut) DeleteUser(context.Context, *DeleteUserRequest) error { return nil }

func (signOut) GetUser(context.Context, *GetUserRequest) (*GetUserResponse, error) { return nil, nil }

func TestCall(t *testing.T) {
	ctx := context.Background()
	out, err := Operations["GlobalSignOut"].Call(ctx, signOut{}, &GlobalSignOutRequest{})
	if _, ok := out.(*GlobalSignOutResponse); !ok || err != nil {
		t.Errorf("Call(GlobalSignOut): got %v, %v, want a response", out, err)
	}
	if body, err := json.Marshal(out); string(body) != "{}" || err != nil {
		t.Errorf("Marshal(GlobalSignOutResponse): got %s, %v, want {}", body, err)
	}
	if out, err := Operations["DeleteUser"].Call(ctx, signOut{}, &DeleteUserRequest{}); out != nil || err != nil {
		t.Errorf("Call(DeleteUser): got %v, %v, want nothing", out, err)
	}
	if out, err := Operations["GetUser"].Call(ctx, signOut{}, &GetUserRequest{}); out != nil || err == nil {
		t.Errorf("Call(GetUser) of a service without an answer: got %v, %v, want an error", out, err)
	}
	if _, err := Operations["GetUser"].Call(ctx, signOut{}, &SignUpRequest{}); err == nil {
		t.Errorf("Call(GetUser, SignUpRequest): got no error")
	}
}

func TestAuth(t *testing.T) {
	want := map[Auth]string{
		AuthNone: "SignUp ConfirmSignUp ResendConfirmationCode ForgotPassword ConfirmForgotPassword InitiateAuth RespondToAuthChallenge " +
			"GetTokensFromRefreshToken RevokeToken UpdateAuthEventFeedback GetClientToken",
		AuthAccessToken: "AssociateSoftwareToken ChangePassword CompleteWebAuthnRegistration ConfirmDevice DeleteUser DeleteUserAttributes " +
			"DeleteWebAuthnCredential ForgetDevice GetDevice GetUser GetUserAttributeVerificationCode GetUserAuthFactors GlobalSignOut " +
			"ListDevices ListWebAuthnCredentials SetUserMFAPreference SetUserSettings StartWebAuthnRegistration UpdateDeviceStatus " +
			"UpdateUserAttributes VerifySoftwareToken VerifyUserAttribute ListUserSessions RevokeUserSession",
	}
	for auth, names := range want {
		var got []string
		for name, op := range Operations {
			if op.Auth == auth {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		names := strings.Fields(names)
		slices.Sort(names)
		if !slices.Equal(got, names) {
			t.Errorf("operations with auth %d: got %v, want %v", auth, got, names)
		}
	}
}

func TestStatus(t *testing.T) {
	for code, want := range map[string]int{
		"InternalErrorException": 500, "InternalServerException": 500,
		"NotAuthorizedException": 400, "TooManyRequestsException": 400, "SerializationException": 400,
	} {
		if got := Status(code); got != want {
			t.Errorf("Status(%s): got %d, want %d", code, got, want)
		}
	}
}

func TestTarget(t *testing.T) {
	tests := []struct {
		in   Request
		want Target
	}{
		{&AdminGetUserRequest{UserPoolID: "p", Username: "ada"}, Target{UserPoolID: "p"}},
		{&DescribeUserPoolClientRequest{UserPoolID: "p", ClientID: "c"}, Target{UserPoolID: "p", ClientID: "c"}},
		{&GetUserRequest{AccessToken: "t"}, Target{AccessToken: "t"}},
		{&TagResourceRequest{ResourceARN: "arn"}, Target{ResourceARN: "arn"}},
		{&CreateUserPoolRequest{PoolName: "p"}, Target{}},
	}
	for _, tt := range tests {
		if got := tt.in.Target(); got != tt.want {
			t.Errorf("%T.Target(): got %v, want %v", tt.in, got, tt.want)
		}
	}
}

// Nothing in an answer is ever null, however little of it is filled in.
func TestResponsesNeverSayNull(t *testing.T) {
	service := reflect.TypeFor[Service]()
	for i := range service.NumMethod() {
		method := service.Method(i).Type
		if method.NumOut() == 1 {
			continue
		}
		body, err := json.Marshal(reflect.New(method.Out(0).Elem()).Interface())
		if err != nil || strings.Contains(string(body), "null") {
			t.Errorf("Marshal(%v): got %s, %v", method.Out(0), body, err)
		}
	}
}

func TestMaxBody(t *testing.T) {
	for name, want := range map[string]int64{"SignUp": 1 << 20, "CreateManagedLoginBranding": 4 << 20, "UpdateManagedLoginBranding": 4 << 20} {
		if got := Operations[name].MaxBody; got != want {
			t.Errorf("Operations[%s].MaxBody: got %d, want %d", name, got, want)
		}
	}
}
