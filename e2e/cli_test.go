package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// awsCommand is Debian's AWS CLI.
const awsCommand = "/usr/bin/aws"

// cli runs the AWS CLI against a server.
type cli struct {
	endpoint string
	env      []string // on top of clientEnv
}

// run runs `aws cognito-idp` and returns the exit code and what was printed.
func (c cli) run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, awsCommand, append([]string{"cognito-idp", "--endpoint-url", c.endpoint, "--output", "json"}, args...)...)
	cmd.Env = append(clientEnv(), c.env...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("running %s: %v", awsCommand, err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), said.String()
}

// ok runs a command that must succeed and returns its answer.
func (c cli) ok(t *testing.T, args ...string) map[string]any {
	t.Helper()
	code, stdout, stderr := c.run(t, args...)
	if code != 0 {
		t.Fatalf("aws %v: exit code %d, want 0:\n%s", args, code, stderr)
	}
	var answer map[string]any
	if stdout != "" {
		if err := json.Unmarshal([]byte(stdout), &answer); err != nil {
			t.Fatalf("aws %v: printed %q: %v", args, stdout, err)
		}
	}
	return answer
}

// fails runs a command that the server must refuse with this error.
func (c cli) fails(t *testing.T, operation, code, message string, args ...string) {
	t.Helper()
	exit, _, stderr := c.run(t, args...)
	want := "An error occurred (" + code + ") when calling the " + operation + " operation: " + message
	if exit != 254 || !strings.Contains(stderr, want) {
		t.Errorf("aws %v: got exit code %d and %q, want 254 and %q", args, exit, stderr, want)
	}
}

// in returns a member of an answer, "UserPool.Id" for short.
func in(t *testing.T, answer map[string]any, path string) string {
	t.Helper()
	var v any = answer
	for _, name := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("there is no %s in %v", path, answer)
		}
		v = m[name]
	}
	s, ok := v.(string)
	if !ok {
		t.Fatalf("%s in %v is no string", path, answer)
	}
	return s
}

// TestAWSCLI tells the story that the README tells.
func TestAWSCLI(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		srv := start(t, open, "dev")
		aws := cli{endpoint: srv.Endpoint}
		pool := in(t, aws.ok(t, "create-user-pool", "--pool-name", "shop", "--auto-verified-attributes", "email"), "UserPool.Id")
		client := in(t, aws.ok(t, "create-user-pool-client", "--user-pool-id", pool, "--client-name", "till", "--prevent-user-existence-errors", "LEGACY",
			"--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"), "UserPoolClient.ClientId")
		user := []string{"--client-id", client, "--username", "ada"}
		with := func(command string, args ...string) []string {
			return append(append([]string{command}, user...), args...)
		}
		auth := func(password string) []string {
			return []string{"initiate-auth", "--client-id", client, "--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", "USERNAME=ada,PASSWORD=" + password}
		}
		var token string

		t.Run("sign up and confirm", func(t *testing.T) {
			aws.ok(t, with("sign-up", "--password", oldPassword, "--user-attributes", "Name=email,Value=ada@example.com")...)
			aws.fails(t, "InitiateAuth", "UserNotConfirmedException", "User is not confirmed.", auth(oldPassword)...)
			aws.ok(t, with("confirm-sign-up", "--confirmation-code", srv.code(t, "ada@example.com"))...)
		})
		t.Run("sign in", func(t *testing.T) {
			token = in(t, aws.ok(t, auth(oldPassword)...), "AuthenticationResult.AccessToken")
			if got := in(t, aws.ok(t, "get-user", "--access-token", token), "Username"); got != "ada" {
				t.Errorf("get-user: got %q, want ada", got)
			}
			aws.fails(t, "InitiateAuth", "NotAuthorizedException", "Incorrect username or password.", auth("Wr0ng-password")...)
		})
		t.Run("list users", func(t *testing.T) {
			answer := aws.ok(t, "list-users", "--user-pool-id", pool, "--filter", `email ^= "ada@"`)
			if users, _ := answer["Users"].([]any); len(users) != 1 {
				t.Errorf("list-users: got %v, want one user", answer)
			}
			aws.fails(t, "ListUsers", "InvalidParameterException", "", "list-users", "--user-pool-id", pool, "--filter", "email is ada")
		})
		t.Run("forgot password", func(t *testing.T) {
			before := srv.code(t, "ada@example.com")
			details := aws.ok(t, with("forgot-password")...)
			if got := in(t, details, "CodeDeliveryDetails.Destination"); got != "a***@e***" {
				t.Errorf("forgot-password: got destination %q, want a***@e***", got)
			}
			code := srv.code(t, "ada@example.com")
			if code == before {
				t.Fatalf("the newest code is still that of the sign-up")
			}
			aws.fails(t, "ConfirmForgotPassword", "InvalidPasswordException", "Password does not conform to policy: Password not long enough",
				with("confirm-forgot-password", "--confirmation-code", code, "--password", "short")...)
			aws.fails(t, "ConfirmForgotPassword", "CodeMismatchException", "Invalid verification code provided, please try again.",
				with("confirm-forgot-password", "--confirmation-code", "x"+code, "--password", newPassword)...)
			aws.ok(t, with("confirm-forgot-password", "--confirmation-code", code, "--password", newPassword)...)
			aws.fails(t, "ConfirmForgotPassword", "ExpiredCodeException", "Invalid code provided, please request a code again.",
				with("confirm-forgot-password", "--confirmation-code", code, "--password", newPassword)...)
			aws.fails(t, "InitiateAuth", "NotAuthorizedException", "Incorrect username or password.", auth(oldPassword)...)
			token = in(t, aws.ok(t, auth(newPassword)...), "AuthenticationResult.AccessToken")
		})
		t.Run("global sign-out", func(t *testing.T) {
			aws.ok(t, "global-sign-out", "--access-token", token)
			aws.fails(t, "GetUser", "NotAuthorizedException", "Access Token has been revoked", "get-user", "--access-token", token)
		})
		t.Run("unknown names", func(t *testing.T) {
			aws.fails(t, "AdminGetUser", "UserNotFoundException", "User does not exist.", "admin-get-user", "--user-pool-id", pool, "--username", "nobody")
			aws.fails(t, "DescribeUserPool", "ResourceNotFoundException", "User pool us-east-1_000000000 does not exist.",
				"describe-user-pool", "--user-pool-id", "us-east-1_000000000")
		})
	})
}
