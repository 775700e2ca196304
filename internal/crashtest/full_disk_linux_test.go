package crashtest

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A full disk refuses what would be written, and nothing that was acknowledged
// is lost; once there is room, the server goes on. The disk is a small one in
// memory, mounted in a mount namespace of the server's own.
func TestFullDisk(t *testing.T) {
	s := newSite(t, "")
	s.options.Prefix = []string{"unshare", "--mount", "--map-root-user", "sh", "-c",
		`mount -t tmpfs -o size=16m,mode=0700 tmpfs "$1" && shift && exec "$@"`, "sh", s.options.Data}
	server := s.start(t)
	s.createPool(t, server)
	ctx := limited(t, 60*time.Second)
	before := newPerson(0, 0, 0)
	must(t, s.signUp(ctx, server, before))
	must(t, s.confirmSignUp(ctx, server, before))

	filler := filepath.Join(fmt.Sprintf("/proc/%d/root", server.PID()), s.options.Data, "filler")
	fill(t, filler)
	var refused *person
	for n := 1; refused == nil; n++ {
		if n > 5000 {
			t.Fatal("5,000 sign-ups fitted on a full disk")
		}
		p := newPerson(0, 0, n)
		start := time.Now()
		err := s.signUp(ctx, server, p)
		if took := time.Since(start); took > failsWithin {
			t.Errorf("SignUp on a full disk took %v, want at most %v", took, failsWithin)
		}
		if err == nil {
			continue // there was room left in a file of the database
		}
		if e := answered(err); e == nil || e.Status != http.StatusInternalServerError || e.Code != "InternalErrorException" {
			t.Fatalf("SignUp on a full disk: got %v, want status 500 InternalErrorException", err)
		}
		refused = p
	}
	if !server.Alive() {
		t.Fatalf("the server ended with its disk:\n%s", server.LogTail())
	}

	must(t, os.Remove(filler))
	s.recovers(t, server, before)
	s.verifyAll(t, server, []*person{before, refused})
}

// fill writes a file until the disk has no room left.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	for block := make([]byte, 1<<20); len(block) > 0; {
		_, err := f.Write(block)
		if errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2]
		} else {
			must(t, err)
		}
	}
}
