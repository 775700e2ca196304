package secret

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A server that runs while its master key is rotated opens what is sealed
// under the new key.
func TestMasterFollowsARotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	if err := CreateMasterKeyFile(path); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	running, err := OpenMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	_, before, err := running.NewPoolKey("p1")
	if err != nil {
		t.Fatal(err)
	}
	if err := RotateMasterKeyFile(path); err != nil {
		t.Fatal(err)
	}
	rotated, err := OpenMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	after, err := rotated.Rewrap("p1", before)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := running.OpenPoolKey("p1", after); err != nil {
		t.Errorf("OpenPoolKey after a rotation: got %v, want nil", err)
	}
	if _, err := running.OpenPoolKey("p1", before); err != nil {
		t.Errorf("OpenPoolKey of what was sealed before: got %v, want nil", err)
	}
}

// A file that became unreadable takes nothing away.
func TestMasterKeepsItsKeyWhenTheFileIsBroken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	if err := CreateMasterKeyFile(path); err != nil {
		t.Fatal(err)
	}
	m, err := OpenMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	box, err := m.Seal("p", "i", []byte("v"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Open("p", "other", box); !errors.Is(err, ErrOpen) {
		t.Errorf("Open(another id): got %v, want %v", err, ErrOpen)
	}
	if got, err := m.Open("p", "i", box); err != nil || string(got) != "v" {
		t.Errorf("Open: got %q, %v, want v", got, err)
	}
}
