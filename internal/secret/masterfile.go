package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	tinkaead "github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// maxKeysetSize bounds the master key file; a key in it takes about 250 bytes.
const maxKeysetSize = 1 << 20

// CreateMasterKeyFile writes a new master key, readable by its owner only. It
// refuses to replace a file: the error is then fs.ErrExist.
func CreateMasterKeyFile(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("master key file %s: %w", path, fs.ErrExist)
	}
	handle, err := keyset.NewHandle(tinkaead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("master key file %s: cannot make a key", path)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".master-key-*") // mode 0600
	if err != nil {
		return fmt.Errorf("master key file: %w", err)
	}
	defer os.Remove(temp.Name()) // the file lives on under its name, if it got one
	if err := writeKeyset(temp, handle); err != nil {
		return fmt.Errorf("master key file %s: %w", path, err)
	}
	if err := place(temp.Name(), path); err != nil {
		return fmt.Errorf("master key file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// place gives a finished file its name. Unlike a rename, a link never replaces what
// another process made meanwhile; some file systems have no links.
func place(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Rename(temp, path)
}

// OpenMasterKey reads the master key from its file. The file must be readable by
// nobody but its owner.
func OpenMasterKey(path string) (*Master, error) {
	info, err := os.Stat(path) // before it is read: what changes later is read again
	if err != nil {
		return nil, fmt.Errorf("master key file: %w", err)
	}
	handle, err := readKeyset(path)
	if err != nil {
		return nil, err
	}
	m, err := newMaster(handle)
	if err != nil {
		return nil, fmt.Errorf("master key file %s: not a keyset for sealing", path)
	}
	m.path, m.read = path, info.ModTime()
	return m, nil
}

// RotateMasterKeyFile adds a key to the file and makes it the one that seals from
// now on. The older keys stay, so everything sealed before still opens. A running
// server reads the file again when it meets something sealed under the new key; with
// several nodes, give all of them the new file before any of them seals under it.
func RotateMasterKeyFile(path string) error {
	// The next file has a fixed name, so that two rotations at a time cannot lose a key.
	next := path + ".next"
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("rotate master key: another rotation is running, or was cut short; if none is, remove %s: %w", next, err)
	}
	if err != nil {
		return fmt.Errorf("rotate master key: %w", err)
	}
	if err := rotateInto(file, path); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return syncDir(filepath.Dir(path))
}

func rotateInto(file *os.File, path string) error {
	handle, err := rotated(path)
	if err != nil {
		return errors.Join(err, file.Close())
	}
	if err := writeKeyset(file, handle); err != nil {
		return fmt.Errorf("rotate master key: %w", err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("rotate master key: %w", err)
	}
	return nil
}

// rotated is the keyset in path with one more key, the new primary.
func rotated(path string) (*keyset.Handle, error) {
	if _, err := OpenMasterKey(path); err != nil {
		return nil, err // never add a key to something that is not a master key
	}
	handle, err := readKeyset(path)
	if err != nil {
		return nil, err
	}
	manager := keyset.NewManagerFromHandle(handle)
	id, err := manager.Add(tinkaead.AES256GCMKeyTemplate())
	if err == nil {
		err = manager.SetPrimary(id)
	}
	if err == nil {
		handle, err = manager.Handle()
	}
	if err != nil {
		return nil, fmt.Errorf("rotate master key %s: cannot add a key", path)
	}
	return handle, nil
}

func readKeyset(path string) (*keyset.Handle, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("master key file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("master key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("master key file %s: not a regular file", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("master key file %s: mode %04o lets others read it; want 0600", path, mode)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeysetSize))
	if err != nil {
		return nil, fmt.Errorf("master key file: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		// The cause may quote the file.
		return nil, fmt.Errorf("master key file %s: malformed; want a Tink keyset in JSON", path)
	}
	return handle, nil
}

// writeKeyset writes, syncs and closes file.
func writeKeyset(file *os.File, handle *keyset.Handle) error {
	err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(file))
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// syncDir makes a new name in a directory survive a crash.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("master key file: %w", err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}
