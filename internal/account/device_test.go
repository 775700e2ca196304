package account

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/srp"
)

func TestSDKOf(t *testing.T) {
	for agent, want := range map[string]string{
		"aws-sdk-js/3.600.0 ua/2.0 os/linux":     "aws-sdk-js-3.600.0",
		"aws-sdk-java/2.25":                      "aws-sdk-java-2.25",
		"aws-sdk-/":                              sdkUnknown,
		"aws-sdk-js":                             sdkUnknown,
		"aws-amplify/6.0.0":                      sdkUnknown,
		"Mozilla/5.0 aws-sdk-js/3":               sdkUnknown,
		"aws-sdk-js/" + strings.Repeat("1", 100): sdkUnknown,
		"":                                       sdkUnknown,
	} {
		if got := sdkOf(agent); got != want {
			t.Errorf("sdkOf(%q): got %q, want %q", agent, got, want)
		}
	}
}

// The group key is the user's, not the name's: a later user of the same name
// has another one.
func TestDeviceGroupKey(t *testing.T) {
	pool := newPool(t)
	one := DeviceGroupKey(pool, &idp.User{Username: "ada", Sub: "1"})
	if again := DeviceGroupKey(pool, &idp.User{Username: "ada", Sub: "1"}); again != one {
		t.Errorf("DeviceGroupKey twice: got %q and %q", one, again)
	}
	if other := DeviceGroupKey(pool, &idp.User{Username: "ada", Sub: "2"}); other == one {
		t.Errorf("DeviceGroupKey of two users: got %q twice", one)
	}
	if len(one) != 9 || one[0] != '-' || strings.Trim(one[1:], groupKeyAlphabet) != "" {
		t.Errorf("DeviceGroupKey: got %q, want a dash and eight letters and digits", one)
	}
}

// Whatever is accepted is a number that can be stored and worked with.
func FuzzDeviceSecret(f *testing.F) {
	f.Add("AAEC", "AQ==")
	f.Add("", "")
	f.Add("AQ==", "AAAA")
	f.Add("%%%", "////")
	f.Fuzz(func(t *testing.T, verifier, salt string) {
		s, v, err := ConfirmDevice{Verifier: verifier, Salt: salt}.secret()
		if err != nil {
			if !errors.Is(err, idp.ErrDeviceVerifierInvalid) {
				t.Errorf("secret(%q, %q): got error %v", verifier, salt, err)
			}
			return
		}
		if len(v) != srp.Size || len(s) == 0 || s[0] == 0 || len(s) > maxDeviceSalt {
			t.Errorf("secret(%q, %q): got a verifier of %d bytes and the salt %x", verifier, salt, len(v), s)
		}
		if _, _, err := srp.NewChallenge(nil, v); err != nil {
			t.Errorf("NewChallenge: %v", err)
		}
	})
}

// newPool is a pool with a key and nothing else.
func newPool(t *testing.T) *catalog.Pool {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "master.key")
	if err := secret.CreateMasterKeyFile(path); err != nil {
		t.Fatal(err)
	}
	master, err := secret.OpenMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := master.NewPoolKey("us-east-1_Devices00")
	if err != nil {
		t.Fatal(err)
	}
	return &catalog.Pool{UserPool: &idp.UserPool{ID: "us-east-1_Devices00"}, Key: key}
}
