package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
)

// TestSignatures runs a production server, where only keys that the operator
// made are worth something, and only as much as their policy says.
func TestSignatures(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		srv := &server{Dir: t.TempDir(), log: &buffer{}}
		srv.db = open(t, srv.Dir)
		master := filepath.Join(t.TempDir(), "master.key")
		rockpool(t, "keys", "master", "--out", master)
		settings := append([]string{"--data", srv.Dir, "--master-key-file", master}, srv.db.flags...)
		all := createKey(t, settings, "")
		readOnly := createKey(t, settings, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cognito-idp:List*","cognito-idp:Describe*"],"Resource":"*"}]}`)
		srv.launch(t, "serve", []string{"--master-key-file", master, "--public-url", "http://localhost", "--limits", "users"})

		t.Run("aws cli", func(t *testing.T) { signedCLI(t, srv, all, readOnly) })
		t.Run("sdk for go", func(t *testing.T) { signedGo(t, srv, all, readOnly) })
		t.Run("boto3", func(t *testing.T) {
			keys, err := json.Marshal(map[string]any{"endpoint": srv.Endpoint, "all": all, "readOnly": readOnly})
			must(t, "writing keys", err)
			play(t, string(keys), python, "python/signatures.py")
		})
		t.Run("no secret is logged", func(t *testing.T) {
			for _, secret := range []string{all.Secret, readOnly.Secret} {
				if strings.Contains(srv.log.String(), secret) {
					t.Errorf("the log holds the secret of an access key")
				}
			}
		})
	})
}

// accessKey is a key pair that rockpool keys create has made.
type accessKey struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// rockpool runs a command of the program and returns what it printed.
func rockpool(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(binary, args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("rockpool %v: %v\n%s%s", args, err, out.Bytes(), said.Bytes())
	}
	return out.String()
}

var keyForm = regexp.MustCompile(`\b(AKIA[A-Z0-9]{16})\b[\s\S]*?\b([A-Za-z0-9/+]{40})(?:\s|"|$)`)

// createKey makes an access key with a policy, or one that may do everything.
func createKey(t *testing.T, settings []string, policy string) accessKey {
	t.Helper()
	args := append([]string{"keys", "create"}, settings...)
	if policy != "" {
		args = append(args, "--policy", writeFile(t, "policy.json", policy))
	}
	out := rockpool(t, args...)
	m := keyForm.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("rockpool keys create printed no key of the usual form (%d bytes)", len(out))
	}
	return accessKey{m[1], m[2]}
}

func signedCLI(t *testing.T, srv *server, all, readOnly accessKey) {
	as := func(id, secret string) cli {
		return cli{srv.Endpoint, []string{"AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret}}
	}
	as(all.ID, all.Secret).ok(t, "create-user-pool", "--pool-name", "cli")
	as(readOnly.ID, readOnly.Secret).ok(t, "list-user-pools", "--max-results", "10")
	as(readOnly.ID, readOnly.Secret).fails(t, "CreateUserPool", "AccessDeniedException", "", "create-user-pool", "--pool-name", "cli")
	as(all.ID, readOnly.Secret).fails(t, "ListUserPools", "InvalidSignatureException", "The request signature we calculated does not match the signature you provided.",
		"list-user-pools", "--max-results", "10")
	as("AKIA0000000000000000", all.Secret).fails(t, "ListUserPools", "UnrecognizedClientException", "The security token included in the request is invalid.",
		"list-user-pools", "--max-results", "10")
}

func signedGo(t *testing.T, srv *server, all, readOnly accessKey) {
	_, err := goClient(t, srv.Endpoint, all.ID, all.Secret).CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("go")})
	must(t, "CreateUserPool", err)
	for _, c := range []struct{ name, id, secret, want string }{
		{"policy", readOnly.ID, readOnly.Secret, "AccessDeniedException"},
		{"wrong secret", all.ID, readOnly.Secret, "InvalidSignatureException"},
		{"unknown key", "AKIA0000000000000000", all.Secret, "UnrecognizedClientException"},
	} {
		_, err := goClient(t, srv.Endpoint, c.id, c.secret).CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("go")})
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != c.want {
			t.Errorf("%s: CreateUserPool: got %v, want %s", c.name, err, c.want)
		}
	}
}
