package secret

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// masterFile makes a master key file in a directory of its own.
func masterFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "master.key")
	if err := CreateMasterKeyFile(path); err != nil {
		t.Fatalf("CreateMasterKeyFile: %v", err)
	}
	return path
}

func openMaster(t *testing.T, path string) *Master {
	t.Helper()
	m, err := OpenMasterKey(path)
	if err != nil {
		t.Fatalf("OpenMasterKey: %v", err)
	}
	return m
}

// wantOnly checks that the directory of path holds nothing else.
func wantOnly(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != filepath.Base(path) {
		t.Errorf("files beside the master key: got %v, want none", entries)
	}
}

func TestCreateMasterKeyFile(t *testing.T) {
	path := masterFile(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode(); got != 0o600 {
		t.Errorf("mode: got %v, want -rw-------", got)
	}
	openMaster(t, path)
	wantOnly(t, path)
}

func TestCreateMasterKeyFileRefusesToOverwrite(t *testing.T) {
	path := masterFile(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := CreateMasterKeyFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("CreateMasterKeyFile again: got %v, want %v", err, fs.ErrExist)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the file changed")
	}
	wantOnly(t, path)
}

func TestPlaceRefusesToOverwrite(t *testing.T) {
	// What happens when another process creates the file after the first look.
	path := masterFile(t)
	other := masterFile(t)
	if err := place(other, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("place over a file: got %v, want %v", err, fs.ErrExist)
	}
}

func TestCreateMasterKeyFileNeedsItsDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "master.key")
	if err := CreateMasterKeyFile(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("CreateMasterKeyFile: got %v, want %v", err, fs.ErrNotExist)
	}
}

func TestOpenMasterKeyRefusesModes(t *testing.T) {
	path := masterFile(t)
	for mode, ok := range map[fs.FileMode]bool{
		0o600: true, 0o400: true, 0o640: false, 0o604: false, 0o644: false, 0o620: false, 0o601: false,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := OpenMasterKey(path)
		if (err == nil) != ok {
			t.Errorf("OpenMasterKey(mode %04o): got %v, want ok %v", mode, err, ok)
		}
		if !ok && (err == nil || !strings.Contains(err.Error(), "want 0600")) {
			t.Errorf("OpenMasterKey(mode %04o): got %v, want the right mode in it", mode, err)
		}
	}
}

func TestOpenMasterKeyRefusesOtherThings(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenMasterKey(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenMasterKey(missing): got %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := OpenMasterKey(dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("OpenMasterKey(directory): got %v", err)
	}
}

func TestOpenMasterKeyErrorsHoldNoKey(t *testing.T) {
	good, err := os.ReadFile(masterFile(t))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(good), `"value":`)
	value := strings.SplitN(rest, `"`, 3)[1]
	if raw, err := base64.StdEncoding.DecodeString(value); err != nil || len(raw) < 32 {
		t.Fatalf("no key in the file to look for: %v", err)
	}
	for name, text := range map[string]string{
		"empty":            "",
		"cut short":        string(good[:len(good)-20]),
		"not JSON":         "key: " + value,
		"key as a number":  strings.ReplaceAll(string(good), `"value":`, `"value":12,"x":`),
		"unknown member":   strings.ReplaceAll(string(good), `"value":`, `"`+value+`":1,"value":`),
		"bad base64":       strings.ReplaceAll(string(good), value, value+"!"),
		"half the key":     strings.ReplaceAll(string(good), value, value[:len(value)/2/4*4]),
		"another key type": strings.ReplaceAll(string(good), "AesGcmKey", "HmacKey"),
	} {
		path := filepath.Join(t.TempDir(), "master.key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenMasterKey(path)
		if err == nil {
			t.Errorf("OpenMasterKey(%s): got no error", name)
			continue
		}
		if strings.Contains(err.Error(), value[:8]) {
			t.Errorf("OpenMasterKey(%s): the error quotes the key", name)
		}
		if !strings.Contains(err.Error(), path) {
			t.Errorf("OpenMasterKey(%s): got %v, want the path in it", name, err)
		}
	}
}

func TestRotateMasterKeyFile(t *testing.T) {
	path := masterFile(t)
	old := openMaster(t, path)
	before, err := old.Seal("access key", "AKIA", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "master.key") // which no rotation reaches
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(copied, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := RotateMasterKeyFile(path); err != nil {
		t.Fatalf("RotateMasterKeyFile: %v", err)
	}
	wantOnly(t, path)
	rotated := openMaster(t, path)
	if got, err := rotated.Open("access key", "AKIA", before); err != nil || string(got) != "secret" {
		t.Errorf("Open what the old key sealed: got %q, %v", got, err)
	}
	after, err := rotated.Seal("access key", "AKIA", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openMaster(t, copied).Open("access key", "AKIA", after); !errors.Is(err, ErrOpen) {
		t.Errorf("Open with the old keyset: got %v, want %v, as the new key seals", err, ErrOpen)
	}
}

func TestRotateMasterKeyFileOneAtATime(t *testing.T) {
	path := masterFile(t)
	if err := os.WriteFile(path+".next", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := RotateMasterKeyFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("RotateMasterKeyFile beside another: got %v, want %v", err, fs.ErrExist)
	}
	openMaster(t, path)
}

func TestRotateMasterKeyFileLeavesABadFileAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := RotateMasterKeyFile(path); err == nil {
		t.Error("RotateMasterKeyFile(not a key): got no error")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "precious" {
		t.Errorf("the file afterwards: got %q, %v", got, err)
	}
	wantOnly(t, path)
}
