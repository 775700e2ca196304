package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestSessions tells of a user on three devices. No SDK at hand knows the
// operations yet, so they go over the wire as the service model has them.
func TestSessions(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		srv := start(t, open, "dev")
		s := newSessionStory(t, srv)
		t.Run("settings", s.settings)
		t.Run("devices", s.devices)
	})
}

type sessionStory struct {
	srv          *server
	idp          *cip.Client
	pool, client string
}

const sessionUser = "ada"

func newSessionStory(t *testing.T, srv *server) *sessionStory {
	t.Helper()
	s := &sessionStory{srv: srv, idp: goClient(t, srv.Endpoint, "test", "test")}
	pool, err := s.idp.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("sessions")})
	must(t, "CreateUserPool", err)
	s.pool = *pool.UserPool.Id
	client, err := s.idp.CreateUserPoolClient(t.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: &s.pool, ClientName: aws.String("app"),
		ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(0)},
	})
	must(t, "CreateUserPoolClient", err)
	s.client = *client.UserPoolClient.ClientId
	_, err = s.idp.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: &s.pool, Username: aws.String(sessionUser), MessageAction: types.MessageActionTypeSuppress})
	must(t, "AdminCreateUser", err)
	_, err = s.idp.AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{UserPoolId: &s.pool, Username: aws.String(sessionUser), Password: aws.String(oldPassword), Permanent: true})
	must(t, "AdminSetUserPassword", err)
	return s
}

// object is a JSON object.
type object map[string]any

// call sends a request, signed or not, and returns the status and the answer.
func (s *sessionStory) call(t *testing.T, signed bool, agent, op string, in object) (int, object) {
	t.Helper()
	body, err := json.Marshal(in)
	must(t, "encoding "+op, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.srv.Endpoint+"/", bytes.NewReader(body))
	must(t, op, err)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	req.Header.Set("User-Agent", agent)
	if signed {
		hash := sha256.Sum256(body)
		err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"},
			req, hex.EncodeToString(hash[:]), "cognito-idp", "us-east-1", time.Now())
		must(t, "signing "+op, err)
	}
	res, err := http.DefaultClient.Do(req)
	must(t, op, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(t, op, err)
	var out object
	must(t, "decoding the answer of "+op, json.Unmarshal(text, &out))
	return res.StatusCode, out
}

// admin makes a signed call that must succeed.
func (s *sessionStory) admin(t *testing.T, op string, in object) object {
	t.Helper()
	in["UserPoolId"] = s.pool
	status, out := s.call(t, true, "admin/1", op, in)
	if status != http.StatusOK {
		t.Fatalf("%s: got %d %v, want success", op, status, out)
	}
	return out
}

// refused checks the code of an error.
func refused(t *testing.T, op string, status int, out object, want string) {
	t.Helper()
	if status != http.StatusBadRequest || out["__type"] != want {
		t.Errorf("%s: got %d %v, want %s", op, status, out, want)
	}
}

func (s *sessionStory) settings(t *testing.T) {
	untouched := object{"UserPoolId": s.pool, "UserSessionTracking": "DISABLED", "TokenSession": object{"MaxPerUser": 20}}
	if got := s.admin(t, "GetUserPoolSessionConfiguration", object{}); !same(got, untouched) {
		t.Errorf("GetUserPoolSessionConfiguration: got %v, want %v", got, untouched)
	}
	status, out := s.call(t, true, "admin/1", "SetUserPoolClientSessionConfiguration",
		object{"UserPoolId": s.pool, "ClientId": s.client, "SSOSession": object{"MaxValidityMinutes": 30}})
	refused(t, "SetUserPoolClientSessionConfiguration without tracking", status, out, "InvalidParameterException")
	for _, most := range []int{0, 101} {
		status, out := s.call(t, true, "admin/1", "SetUserPoolSessionConfiguration",
			object{"UserPoolId": s.pool, "UserSessionTracking": "ENABLED", "TokenSession": object{"MaxPerUser": most}})
		refused(t, fmt.Sprintf("SetUserPoolSessionConfiguration(%d)", most), status, out, "InvalidParameterException")
	}
	want := object{"UserPoolId": s.pool, "UserSessionTracking": "ENABLED", "TokenSession": object{"MaxPerUser": 2}}
	for _, got := range []object{s.admin(t, "SetUserPoolSessionConfiguration", want), s.admin(t, "GetUserPoolSessionConfiguration", object{})} {
		if !same(got, want) {
			t.Errorf("UserPoolSessionConfiguration: got %v, want %v", got, want)
		}
	}
	if got := s.admin(t, "GetUserPoolClientSessionConfiguration", object{"ClientId": s.client}); !same(got["SSOSession"], object{"MaxValidityMinutes": 60}) {
		t.Errorf("GetUserPoolClientSessionConfiguration: got %v, want 60 minutes", got)
	}
	client := object{"UserPoolId": s.pool, "ClientId": s.client, "SSOSession": object{"MaxValidityMinutes": 0}}
	for _, got := range []object{s.admin(t, "SetUserPoolClientSessionConfiguration", client), s.admin(t, "GetUserPoolClientSessionConfiguration", object{"ClientId": s.client})} {
		if !same(got, client) {
			t.Errorf("UserPoolClientSessionConfiguration: got %v, want %v", got, client)
		}
	}
}

// same compares values as JSON.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// signIn signs the user in on a device.
func (s *sessionStory) signIn(t *testing.T, agent string) (access, refresh string) {
	t.Helper()
	status, out := s.call(t, false, agent, "InitiateAuth", object{
		"ClientId": s.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": sessionUser, "PASSWORD": oldPassword},
	})
	if status != http.StatusOK {
		t.Fatalf("InitiateAuth: got %d %v", status, out)
	}
	result := out["AuthenticationResult"].(map[string]any)
	return result["AccessToken"].(string), result["RefreshToken"].(string)
}

// list asks where the user of an access token is signed in.
func (s *sessionStory) list(t *testing.T, access string) []map[string]any {
	t.Helper()
	status, out := s.call(t, false, "phone/1", "ListUserSessions", object{"AccessToken": access})
	if status != http.StatusOK {
		t.Fatalf("ListUserSessions: got %d %v", status, out)
	}
	var list []map[string]any
	for _, item := range out["Sessions"].([]any) {
		list = append(list, item.(map[string]any))
	}
	return list
}

// A laptop, a phone, and with a tablet one device too many.
func (s *sessionStory) devices(t *testing.T) {
	laptop, laptopRefresh := s.signIn(t, "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36")
	phone, phoneRefresh := s.signIn(t, "okhttp/4.12.0")
	status, out := s.call(t, false, "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0", "GetTokensFromRefreshToken",
		object{"ClientId": s.client, "RefreshToken": laptopRefresh})
	if status != http.StatusOK {
		t.Fatalf("GetTokensFromRefreshToken: got %d %v", status, out)
	}
	laptopRefresh = out["AuthenticationResult"].(map[string]any)["RefreshToken"].(string)

	list := s.list(t, laptop)
	if len(list) != 2 {
		t.Fatalf("ListUserSessions: got %v, want 2 sessions", list)
	}
	used, idle := list[0], list[1] // the one used last comes first
	if used["DeviceType"] != "Firefox 126 / Linux" || used["IsCurrentSession"] != true || idle["DeviceType"] != "okhttp 4" || idle["IsCurrentSession"] != false {
		t.Errorf("ListUserSessions: got %v", list)
	}
	for _, session := range list {
		id, _ := session["SessionId"].(string)
		if !regexp.MustCompile(`^tkn[a-z0-9]{25}$`).MatchString(id) || session["SessionType"] != "TOKEN" || session["ClientId"] != s.client ||
			session["LastIPAddress"] == nil || !same(session["LastLocation"], object{"Country": "unknown"}) || session["OriginSessionId"] != nil {
			t.Errorf("session: got %v", session)
		}
		if created, active := session["CreateDate"].(float64), session["LastActiveDate"].(float64); active < created || time.Since(time.UnixMilli(int64(created*1000))) > time.Hour {
			t.Errorf("dates: got %v and %v", created, active)
		}
	}

	tablet, _ := s.signIn(t, "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1")
	status, out = s.call(t, false, "okhttp/4.12.0", "GetUser", object{"AccessToken": phone})
	refused(t, "GetUser in an evicted session", status, out, "NotAuthorizedException")
	status, out = s.call(t, false, "okhttp/4.12.0", "GetTokensFromRefreshToken", object{"ClientId": s.client, "RefreshToken": phoneRefresh})
	refused(t, "GetTokensFromRefreshToken in an evicted session", status, out, "NotAuthorizedException")

	own, other := s.list(t, tablet)[0]["SessionId"], s.list(t, tablet)[1]["SessionId"]
	status, out = s.call(t, false, "x", "RevokeUserSession", object{"AccessToken": tablet, "SessionId": own})
	refused(t, "RevokeUserSession(own session)", status, out, "InvalidParameterException")
	status, out = s.call(t, false, "x", "RevokeUserSession", object{"AccessToken": tablet, "SessionId": "tkn"})
	refused(t, "RevokeUserSession(no id)", status, out, "InvalidParameterException")
	if status, out := s.call(t, false, "x", "RevokeUserSession", object{"AccessToken": tablet, "SessionId": other, "RevokeAssociatedSessions": "LINKED"}); status != http.StatusOK || len(out) != 0 {
		t.Errorf("RevokeUserSession: got %d %v, want {}", status, out)
	}
	status, out = s.call(t, false, "x", "GetTokensFromRefreshToken", object{"ClientId": s.client, "RefreshToken": laptopRefresh})
	refused(t, "GetTokensFromRefreshToken in a revoked session", status, out, "NotAuthorizedException")

	if got := s.admin(t, "AdminListUserSessions", object{"Username": sessionUser})["Sessions"].([]any); len(got) != 1 || got[0].(map[string]any)["IsCurrentSession"] != false {
		t.Errorf("AdminListUserSessions: got %v, want the tablet alone", got)
	}
	if out := s.admin(t, "AdminRevokeUserSession", object{"Username": sessionUser, "SessionId": own}); len(out) != 0 {
		t.Errorf("AdminRevokeUserSession: got %v, want {}", out)
	}
	status, out = s.call(t, true, "admin/1", "AdminRevokeUserSession", object{"UserPoolId": s.pool, "Username": sessionUser, "SessionId": own})
	refused(t, "AdminRevokeUserSession again", status, out, "ResourceNotFoundException")
	status, out = s.call(t, false, "x", "ListUserSessions", object{"AccessToken": tablet})
	refused(t, "ListUserSessions in a revoked session", status, out, "NotAuthorizedException")
}
