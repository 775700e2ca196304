//go:build linux

package crashtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"rockpool/internal/cognito"
	"rockpool/internal/process"
	"rockpool/internal/secret"
	"rockpool/internal/trigger/lambdatest"
)

// venue is where sign-ins are raced: servers in production mode on one
// database, the mail server and the SMS gateway that they send through, and
// the functions that they call.
type venue struct {
	nodes []*process.Process
	post  *post

	choice, factors, required, devices *venuePool
}

// newVenue starts as many servers on a database (a postgres:// URL, or empty
// for SQLite, which has one server).
func newVenue(t *testing.T, database string, servers int) *venue {
	t.Helper()
	dir := t.TempDir()
	master := filepath.Join(dir, "master.key")
	must(t, secret.CreateMasterKeyFile(master))
	store := []string{"--master-key-file", master}
	if database != "" {
		store = append(store, "--database", database)
	}
	listen, err := process.FreeAddress()
	must(t, err)
	v := &venue{post: newPost(t)}
	functions := lambdatest.New(t)
	key := createKey(t, append(store, "--data", filepath.Join(dir, "0")))
	for i := range servers {
		options := process.Options{
			Binary: binary, Mode: "serve", Data: filepath.Join(dir, string(rune('0'+i))),
			// The functions are called as a client of AWS calls them.
			Prefix: []string{"env", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true"},
			Args: append(store, "--public-url", "http://"+listen, "--limits", "users", "--log-level", "warn",
				"--smtp", v.post.mail.URL(), "--sms", v.post.gateway, "--lambda-endpoint", functions.URL),
		}
		if i == 0 {
			options.Listen = listen
		}
		p, err := process.Start(options)
		must(t, err)
		t.Cleanup(p.Kill)
		p.Sign = func(req *http.Request, body []byte) error { return sign(req, body, key) }
		v.nodes = append(v.nodes, p)
	}
	v.createPools(t, addRiddle(functions))
	return v
}

var keyForm = regexp.MustCompile(`\b(AKIA[A-Z0-9]{16})\b[\s\S]*?\b([A-Za-z0-9/+]{40})(?:\s|"|$)`)

// createKey makes an access key that may do everything, as an operator does.
func createKey(t *testing.T, settings []string) aws.Credentials {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"keys", "create"}, settings...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	must(t, err)
	m := keyForm.FindSubmatch(out)
	if m == nil {
		t.Fatalf("rockpool keys create printed no key of the usual form (%d bytes)", len(out))
	}
	return aws.Credentials{AccessKeyID: string(m[1]), SecretAccessKey: string(m[2])}
}

// sign signs requests of the operations that want it.
func sign(req *http.Request, body []byte, key aws.Credentials) error {
	target := req.Header["X-Amz-Target"][0]
	operation := cognito.Operations[target[strings.LastIndexByte(target, '.')+1:]]
	if operation == nil || operation.Auth != cognito.AuthSigV4 {
		return nil
	}
	hash := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(req.Context(), key, req, hex.EncodeToString(hash[:]), "cognito-idp", "us-east-1", time.Now())
}

// addRiddle makes the functions of a custom sign-in with one question, whose
// answer is 42. It returns what a pool needs to call them.
func addRiddle(l *lambdatest.Server) *cognito.LambdaConfigType {
	return &cognito.LambdaConfigType{
		DefineAuthChallenge: l.Handle("define", func(event map[string]any) (any, error) {
			response := map[string]any{"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false}
			rounds, _ := event["request"].(map[string]any)["session"].([]any)
			if len(rounds) > 0 {
				right := rounds[len(rounds)-1].(map[string]any)["challengeResult"] == true
				response = map[string]any{"issueTokens": right, "failAuthentication": !right}
			}
			event["response"] = response
			return event, nil
		}),
		CreateAuthChallenge: l.Set("create", lambdatest.Respond(map[string]any{
			"publicChallengeParameters": map[string]any{"question": "19 + 23"}, "privateChallengeParameters": map[string]any{"sum": "42"},
		})),
		VerifyAuthChallengeResponse: l.Handle("verify", func(event map[string]any) (any, error) {
			request := event["request"].(map[string]any)
			event["response"] = map[string]any{"answerCorrect": request["challengeAnswer"] == request["privateChallengeParameters"].(map[string]any)["sum"]}
			return event, nil
		}),
	}
}

// checkLogs fails the test if a server has answered with an error that the
// model does not declare, or has logged one of its own.
func (v *venue) checkLogs(t *testing.T) {
	t.Helper()
	for i, node := range v.nodes {
		text, err := os.ReadFile(node.Log)
		must(t, err)
		for line := range strings.Lines(string(text)) {
			var said struct{ Level string }
			if json.Unmarshal([]byte(line), &said) != nil || said.Level == "ERROR" {
				t.Errorf("server %d logged: %s", i, line)
			}
		}
		metrics, err := scrape(t.Context(), node)
		must(t, err)
		for line := range strings.Lines(metrics) {
			if strings.HasPrefix(line, "rockpool_undeclared_errors_total{") {
				t.Errorf("server %d answered with an error that the model does not declare: %s", i, line)
			}
		}
	}
}

// scrape reads the metrics of a server.
func scrape(ctx context.Context, node *process.Process) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, node.Admin+"/metrics", nil)
	if err != nil {
		return "", err
	}
	res, err := node.HTTP.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return string(text), err
}
