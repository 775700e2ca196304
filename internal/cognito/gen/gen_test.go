package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// modelPath is where the model lies on machines that have it.
const modelPath = "../../../../shared/api/service-2.json"

// Where the model is at hand, the generated files are what it gives today.
// Where it is not, the checksums still show a change made by hand.
func TestGeneratedFilesAreFresh(t *testing.T) {
	checkSums(t)
	m, err := readModel(modelPath)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		got, err := os.ReadFile(filepath.Join("..", f.name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, f.data) {
			t.Errorf("%s is stale: run go generate in internal/cognito", f.name)
		}
	}
}

// checkSums compares the generated files with generated.sum, both ways.
func checkSums(t *testing.T) {
	t.Helper()
	sums, err := os.ReadFile(filepath.Join("..", sumFile))
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	var modelSum string
	for line := range strings.Lines(string(sums)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("%s: bad line %q", sumFile, line)
		}
		if name == "service-2.json" {
			modelSum = sum
			continue
		}
		listed = append(listed, name)
		data, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != sum {
			t.Errorf("%s was changed by hand: its checksum is %s, want %s", name, got, sum)
		}
		if want := "// Model SHA-256: " + modelSum; !bytes.Contains(data, []byte(want)) {
			t.Errorf("%s does not come from the model with checksum %s", name, modelSum)
		}
	}
	paths, err := filepath.Glob("../*_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	var present []string
	for _, path := range paths {
		present = append(present, filepath.Base(path))
	}
	slices.Sort(listed)
	if !slices.Equal(listed, present) {
		t.Errorf("generated files: got %v, want those of %s: %v", present, sumFile, listed)
	}
}

func TestFieldName(t *testing.T) {
	for member, want := range map[string]string{
		"UserPoolId": "UserPoolID", "CallbackURLs": "CallbackURLs", "DefaultRedirectURI": "DefaultRedirectURI",
		"IdToken": "IDToken", "IdpIdentifiers": "IdpIdentifiers", "LambdaArn": "LambdaARN", "KMSKeyID": "KMSKeyID",
		"IpAddress": "IPAddress", "SmsMessage": "SmsMessage", "message": "Message", "LinkUrls": "LinkURLs",
	} {
		if got := fieldName(member); got != want {
			t.Errorf("fieldName(%s): got %s, want %s", member, got, want)
		}
	}
}

func TestEnumName(t *testing.T) {
	tests := []struct{ typ, value, want string }{
		{"UserStatusType", "FORCE_CHANGE_PASSWORD", "UserStatusForceChangePassword"},
		{"AuthFlowType", "USER_SRP_AUTH", "AuthFlowUserSrpAuth"},
		{"VerifiedAttributeType", "phone_number", "VerifiedAttributePhoneNumber"},
		{"AssetCategoryType", "FAVICON_ICO", "AssetCategoryFaviconIco"},
		{"ChallengeName", "Password", "EventChallengePassword"},
		{"AttributeDataType", "DateTime", "AttributeDataDateTime"},
	}
	for _, tt := range tests {
		if got := enumName(tt.typ, tt.value); got != tt.want {
			t.Errorf("enumName(%s, %s): got %s, want %s", tt.typ, tt.value, got, tt.want)
		}
	}
}

func TestReadModelRefuses(t *testing.T) {
	tests := []struct{ name, text string }{
		{"not JSON", `{`},
		{"no input", `{"operations":{"A":{"name":"A"}},"shapes":{}}`},
		{"unknown shape", `{"operations":{"A":{"input":{"shape":"B"}}},"shapes":{}}`},
		{"circle", `{"operations":{"A":{"input":{"shape":"B"}}},"shapes":{"B":{"type":"structure","members":{"b":{"shape":"B"}}}}}`},
	}
	for _, tt := range tests {
		path := filepath.Join(t.TempDir(), "service-2.json")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readModel(path); err == nil {
			t.Errorf("readModel(%s): got no error", tt.name)
		}
	}
}
