package secret

import (
	"bytes"
	"errors"
	"testing"
)

func TestPoolKeyOpensAgain(t *testing.T) {
	m := openMaster(t, masterFile(t))
	key, sealed, err := m.NewPoolKey("p_1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.OpenPoolKey("p_1", sealed)
	if err != nil {
		t.Fatalf("OpenPoolKey: %v", err)
	}
	box, err := key.Seal("verifier", "ada", []byte("v"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open("verifier", "ada", box); err != nil || string(got) != "v" {
		t.Errorf("Open with the key opened again: got %q, %v", got, err)
	}
	if !Equal(key.MAC("code", "1"), again.MAC("code", "1")) {
		t.Error("MAC with the key opened again: got another hash")
	}
}

func TestPoolKeysDiffer(t *testing.T) {
	m := openMaster(t, masterFile(t))
	one, _, err := m.NewPoolKey("p_1")
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := m.NewPoolKey("p_1")
	if err != nil {
		t.Fatal(err)
	}
	if Equal(one.MAC("code", "1"), two.MAC("code", "1")) {
		t.Error("two pool keys make the same hash")
	}
}

func TestOpenPoolKeyRefuses(t *testing.T) {
	m := openMaster(t, masterFile(t))
	_, sealed, err := m.NewPoolKey("p_1")
	if err != nil {
		t.Fatal(err)
	}
	other := openMaster(t, masterFile(t))
	// A global secret must not pass for a data key, however its purpose is called.
	global, err := m.Seal(poolKeyPurpose, "p_1", bytes.Repeat([]byte{1}, poolKeySize))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		m      *Master
		pool   string
		sealed []byte
	}{
		{"another pool", m, "p_2", sealed},
		{"another master key", other, "p_1", sealed},
		{"a global secret", m, "p_1", global},
		{"nothing", m, "p_1", nil},
	} {
		if _, err := tt.m.OpenPoolKey(tt.pool, tt.sealed); !errors.Is(err, ErrOpen) {
			t.Errorf("OpenPoolKey(%s): got %v, want %v", tt.name, err, ErrOpen)
		}
		if _, err := tt.m.Rewrap(tt.pool, tt.sealed); !errors.Is(err, ErrOpen) {
			t.Errorf("Rewrap(%s): got %v, want %v", tt.name, err, ErrOpen)
		}
	}
}

func TestRewrapMovesToTheNewMasterKey(t *testing.T) {
	path := masterFile(t)
	key, sealed, err := openMaster(t, path).NewPoolKey("p_1")
	if err != nil {
		t.Fatal(err)
	}
	if err := RotateMasterKeyFile(path); err != nil {
		t.Fatal(err)
	}
	m := openMaster(t, path)
	rewrapped, err := m.Rewrap("p_1", sealed)
	if err != nil {
		t.Fatalf("Rewrap: %v", err)
	}
	// Both begin with the format's version and Tink's prefix, which names the key.
	if bytes.Equal(rewrapped[:6], sealed[:6]) {
		t.Error("Rewrap: still sealed under the old key")
	}
	again, err := m.OpenPoolKey("p_1", rewrapped)
	if err != nil {
		t.Fatalf("OpenPoolKey after Rewrap: %v", err)
	}
	if !Equal(key.MAC("code", "1"), again.MAC("code", "1")) {
		t.Error("Rewrap changed the data key")
	}
}

func TestMasterSealBindsPurposeAndID(t *testing.T) {
	m := openMaster(t, masterFile(t))
	box, err := m.Seal("access key", "AKIA1", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.Open("access key", "AKIA1", box); err != nil || string(got) != "secret" {
		t.Errorf("Open: got %q, %v", got, err)
	}
	for _, other := range [][2]string{{"access key", "AKIA2"}, {"token", "AKIA1"}, {"access keyA", "KIA1"}} {
		if _, err := m.Open(other[0], other[1], box); !errors.Is(err, ErrOpen) {
			t.Errorf("Open(%q): got %v, want %v", other, err, ErrOpen)
		}
	}
}
