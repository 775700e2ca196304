package e2e

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"rockpool/internal/srp"
)

const (
	oldPassword = "Old-passw0rd"
	newPassword = "N3w-password"
)

// TestGoSDK tells a user's story with the AWS SDK for Go.
func TestGoSDK(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		srv := start(t, open, "dev")
		g := newGoApp(t, srv)
		t.Run("reset", g.reset)
		t.Run("srp", g.signInWithSRP)
		t.Run("new password required", g.newPasswordRequired)
		t.Run("rotation", g.rotation)
		t.Run("typed errors", g.typedErrors)
	})
}

// goClient is a client of the SDK, set up as the endpoint's documentation says.
func goClient(t *testing.T, endpoint, id, secret string) *cip.Client {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context(),
		config.WithRegion("us-east-1"),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(id, secret, "")),
		config.WithRetryMaxAttempts(1),
		config.WithSharedConfigFiles([]string{}), config.WithSharedCredentialsFiles([]string{}),
	)
	if err != nil {
		t.Fatalf("configuring the SDK: %v", err)
	}
	return cip.NewFromConfig(cfg, func(o *cip.Options) { o.BaseEndpoint = aws.String(endpoint) })
}

// goApp is a pool, a client with a secret, and the SDK.
type goApp struct {
	srv                  *server
	idp                  *cip.Client
	pool, client, secret *string
}

func newGoApp(t *testing.T, srv *server) *goApp {
	t.Helper()
	g := &goApp{srv: srv, idp: goClient(t, srv.Endpoint, "test", "test")}
	pool, err := g.idp.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{
		PoolName:               aws.String("go"),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
	})
	must(t, "CreateUserPool", err)
	g.pool = pool.UserPool.Id
	client, err := g.idp.CreateUserPoolClient(t.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId: g.pool, ClientName: aws.String("app"), GenerateSecret: true,
		PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesLegacy,
		ExplicitAuthFlows:          []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
		RefreshTokenRotation:       &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(0)},
	})
	must(t, "CreateUserPoolClient", err)
	g.client, g.secret = client.UserPoolClient.ClientId, client.UserPoolClient.ClientSecret
	return g
}

// user makes a confirmed user, or one with a temporary password.
func (g *goApp) user(t *testing.T, name string, permanent bool) {
	t.Helper()
	_, err := g.idp.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: g.pool, Username: &name, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{
			{Name: aws.String("email"), Value: aws.String(name + "@example.com")},
			{Name: aws.String("email_verified"), Value: aws.String("true")},
		},
	})
	must(t, "AdminCreateUser", err)
	_, err = g.idp.AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: g.pool, Username: &name, Password: aws.String(oldPassword), Permanent: permanent,
	})
	must(t, "AdminSetUserPassword", err)
}

func (g *goApp) hash(name string) string {
	mac := hmac.New(sha256.New, []byte(*g.secret))
	mac.Write([]byte(name + *g.client))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (g *goApp) signIn(ctx context.Context, name, password string) (*cip.InitiateAuthOutput, error) {
	return g.idp.InitiateAuth(ctx, &cip.InitiateAuthInput{
		ClientId: g.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password, "SECRET_HASH": g.hash(name)},
	})
}

func (g *goApp) reset(t *testing.T) {
	g.user(t, "go-reset", true)
	asked, err := g.idp.ForgotPassword(t.Context(), &cip.ForgotPasswordInput{
		ClientId: g.client, Username: aws.String("go-reset"), SecretHash: aws.String(g.hash("go-reset")),
	})
	must(t, "ForgotPassword", err)
	if got, want := *asked.CodeDeliveryDetails.Destination, "g***@e***"; got != want {
		t.Errorf("ForgotPassword: got destination %q, want %q", got, want)
	}
	code := g.srv.code(t, "go-reset@example.com")
	confirm := func(code string) error {
		_, err := g.idp.ConfirmForgotPassword(t.Context(), &cip.ConfirmForgotPasswordInput{
			ClientId: g.client, Username: aws.String("go-reset"), SecretHash: aws.String(g.hash("go-reset")),
			ConfirmationCode: &code, Password: aws.String(newPassword),
		})
		return err
	}
	number, err := strconv.Atoi(code)
	must(t, "reading the code", err)
	other := strconv.Itoa((number + 1) % 1000000)
	var mismatch *types.CodeMismatchException
	if err := confirm(strings.Repeat("0", 6-len(other)) + other); !errors.As(err, &mismatch) {
		t.Errorf("ConfirmForgotPassword(wrong code): got %v, want CodeMismatchException", err)
	}
	must(t, "ConfirmForgotPassword", confirm(code))
	var expired *types.ExpiredCodeException
	if err := confirm(code); !errors.As(err, &expired) {
		t.Errorf("ConfirmForgotPassword(used code): got %v, want ExpiredCodeException", err)
	}
	_, err = g.signIn(t.Context(), "go-reset", newPassword)
	must(t, "InitiateAuth", err)
}

func (g *goApp) signInWithSRP(t *testing.T) {
	g.user(t, "go-srp", true)
	client := srp.NewClient(nil)
	asked, err := g.idp.InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		ClientId: g.client, AuthFlow: types.AuthFlowTypeUserSrpAuth,
		AuthParameters: map[string]string{"USERNAME": "go-srp", "SRP_A": client.SRPA(), "SECRET_HASH": g.hash("go-srp")},
	})
	must(t, "InitiateAuth", err)
	p := asked.ChallengeParameters
	_, poolName, _ := strings.Cut(*g.pool, "_")
	key, err := client.Key(poolName, p["USER_ID_FOR_SRP"], oldPassword, p["SALT"], p["SRP_B"])
	must(t, "computing the key", err)
	block, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
	must(t, "reading SECRET_BLOCK", err)
	stamp := time.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(poolName + p["USER_ID_FOR_SRP"] + string(block) + stamp))
	got, err := g.idp.RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
		ClientId: g.client, ChallengeName: types.ChallengeNameTypePasswordVerifier, Session: asked.Session,
		ChallengeResponses: map[string]string{
			"USERNAME": p["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"], "TIMESTAMP": stamp,
			"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(mac.Sum(nil)), "SECRET_HASH": g.hash(p["USER_ID_FOR_SRP"]),
		},
	})
	must(t, "RespondToAuthChallenge", err)
	user, err := g.idp.GetUser(t.Context(), &cip.GetUserInput{AccessToken: got.AuthenticationResult.AccessToken})
	must(t, "GetUser", err)
	if *user.Username != "go-srp" {
		t.Errorf("GetUser: got %q, want go-srp", *user.Username)
	}
}

func (g *goApp) newPasswordRequired(t *testing.T) {
	g.user(t, "go-invited", false)
	asked, err := g.signIn(t.Context(), "go-invited", oldPassword)
	must(t, "InitiateAuth", err)
	if asked.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		t.Fatalf("InitiateAuth: got challenge %q, want NEW_PASSWORD_REQUIRED", asked.ChallengeName)
	}
	got, err := g.idp.RespondToAuthChallenge(t.Context(), &cip.RespondToAuthChallengeInput{
		ClientId: g.client, ChallengeName: asked.ChallengeName, Session: asked.Session,
		ChallengeResponses: map[string]string{"USERNAME": "go-invited", "NEW_PASSWORD": newPassword, "SECRET_HASH": g.hash("go-invited")},
	})
	must(t, "RespondToAuthChallenge", err)
	if got.AuthenticationResult == nil || got.AuthenticationResult.IdToken == nil {
		t.Errorf("RespondToAuthChallenge: got no tokens")
	}
}

func (g *goApp) rotation(t *testing.T) {
	g.user(t, "go-rotates", true)
	first, err := g.signIn(t.Context(), "go-rotates", oldPassword)
	must(t, "InitiateAuth", err)
	refresh := func(token *string) (*cip.GetTokensFromRefreshTokenOutput, error) {
		return g.idp.GetTokensFromRefreshToken(t.Context(), &cip.GetTokensFromRefreshTokenInput{
			ClientId: g.client, ClientSecret: g.secret, RefreshToken: token,
		})
	}
	second, err := refresh(first.AuthenticationResult.RefreshToken)
	must(t, "GetTokensFromRefreshToken", err)
	if *second.AuthenticationResult.RefreshToken == *first.AuthenticationResult.RefreshToken {
		t.Errorf("GetTokensFromRefreshToken: the refresh token stayed the same")
	}
	var reuse *types.RefreshTokenReuseException
	if _, err := refresh(first.AuthenticationResult.RefreshToken); !errors.As(err, &reuse) {
		t.Errorf("GetTokensFromRefreshToken(used token): got %v, want RefreshTokenReuseException", err)
	}
}

func (g *goApp) typedErrors(t *testing.T) {
	var exists *types.UsernameExistsException
	g.user(t, "go-twice", true)
	if _, err := g.idp.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: g.pool, Username: aws.String("go-twice")}); !errors.As(err, &exists) {
		t.Errorf("AdminCreateUser(taken name): got %v, want UsernameExistsException", err)
	}
	var notFound *types.UserNotFoundException
	if _, err := g.signIn(t.Context(), "nobody", oldPassword); !errors.As(err, &notFound) {
		t.Errorf("InitiateAuth(nobody): got %v, want UserNotFoundException", err)
	}
	var noPool *types.ResourceNotFoundException
	if _, err := g.idp.DescribeUserPool(t.Context(), &cip.DescribeUserPoolInput{UserPoolId: aws.String("us-east-1_000000000")}); !errors.As(err, &noPool) {
		t.Errorf("DescribeUserPool(unknown): got %v, want ResourceNotFoundException", err)
	}
	var denied *types.NotAuthorizedException
	_, err := g.idp.GetUser(t.Context(), &cip.GetUserInput{AccessToken: aws.String("a.b.c")})
	if !errors.As(err, &denied) || *denied.Message != "Invalid Access Token" {
		t.Errorf("GetUser(no token): got %v, want NotAuthorizedException: Invalid Access Token", err)
	}
}

// code waits for a message to an address and returns the code in the newest.
func (s *server) code(t *testing.T, to string) string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		res, err := http.Get(s.Admin + "/dev/inbox/messages?to=" + url.QueryEscape(to))
		must(t, "GET /dev/inbox/messages", err)
		var messages []struct{ Code string }
		err = json.NewDecoder(res.Body).Decode(&messages)
		res.Body.Close()
		must(t, "GET /dev/inbox/messages", err)
		if len(messages) > 0 {
			return messages[0].Code
		}
	}
	t.Fatalf("no message came to %s", to)
	return ""
}

// must fails the test if a step that has to work did not.
func must(t *testing.T, step string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: got %v, want nil", step, err)
	}
}
