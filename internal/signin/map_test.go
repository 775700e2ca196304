package signin_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/signin"
)

// mapFile is the map of all flows, for readers.
const mapFile = "../../docs/sign-in.md"

func readMap(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(mapFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// challengeNames are all that the service model knows.
func challengeNames() []cognito.ChallengeNameType {
	return []cognito.ChallengeNameType{
		cognito.ChallengeNameSmsMfa, cognito.ChallengeNameEmailOtp, cognito.ChallengeNameSoftwareTokenMfa,
		cognito.ChallengeNameSelectMfaType, cognito.ChallengeNameMfaSetup, cognito.ChallengeNamePasswordVerifier,
		cognito.ChallengeNameCustomChallenge, cognito.ChallengeNameSelectChallenge, cognito.ChallengeNameDeviceSrpAuth,
		cognito.ChallengeNameDevicePasswordVerifier, cognito.ChallengeNameAdminNoSrpAuth, cognito.ChallengeNameNewPasswordRequired,
		cognito.ChallengeNameSmsOtp, cognito.ChallengeNamePassword, cognito.ChallengeNameWebAuthn, cognito.ChallengeNamePasswordSrp,
	}
}

// Every challenge of the model is on the map, and takes answers unless the map
// says that it is never asked.
func TestMapHasEveryChallenge(t *testing.T) {
	text := readMap(t)
	f := newService(t)
	c := f.client()
	for _, name := range challengeNames() {
		row := regexp.MustCompile("(?m)^\\| `" + string(name) + "` \\|.*$").FindString(text)
		if row == "" {
			t.Errorf("%s: there is no row for %s", mapFile, name)
			continue
		}
		never := strings.Contains(row, "| never")
		_, err := f.answer(signin.Answer{Caller: by(c), Challenge: name, Responses: pairs("USERNAME", "ada")})
		unsupported := idp.InvalidParameter("The challenge " + string(name) + " is not supported by this release of Rockpool.")
		if is := err.Error() == unsupported.Error(); is != never {
			t.Errorf("RespondToAuthChallenge(%s): got %v; the map says: %s", name, err, row)
		}
	}
}

// Every file that the map names is there, and it names every file of a step.
func TestMapNamesFiles(t *testing.T) {
	text := readMap(t)
	named := map[string]bool{}
	for _, name := range regexp.MustCompile(`[a-z_]+\.go`).FindAllString(text, -1) {
		named[name] = true
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%s names a file that is not there: %v", mapFile, err)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	aside := map[string]bool{ // serve all steps alike
		"answer.go": true, "client_token.go": true, "factor_attempts.go": true, "lockout.go": true, "service.go": true, "step.go": true,
	}
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") && !named[name] && !aside[name] {
			t.Errorf("%s does not name %s", mapFile, name)
		}
	}
}
