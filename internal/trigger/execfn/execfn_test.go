//go:build unix

package execfn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"rockpool/internal/trigger"
)

// The commands of these tests are this test program itself, told what to do
// by its arguments after "--".
func TestMain(m *testing.M) {
	if i := slices.Index(os.Args, "--"); i >= 0 {
		os.Exit(command(os.Args[i+1:]))
	}
	os.Exit(m.Run())
}

func command(args []string) int {
	switch args[0] {
	case "echo":
		if _, err := io.Copy(os.Stdout, os.Stdin); err != nil {
			return 9
		}
	case "args":
		fmt.Print(strings.Join(args[1:], "|"))
	case "fail":
		fmt.Fprint(os.Stderr, "a stack trace\nEmail exists\n\n")
		return 1
	case "silent":
		return 3
	case "sleep":
		time.Sleep(time.Minute)
	case "flood":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				return 0
			}
		}
	case "env":
		fmt.Print(os.Getenv("ROCKPOOL_MASTER_KEY_FILE") + os.Getenv("FUNCTION_SETTING"))
	case "family": // starts a child, writes its id to a file, and waits
		child := exec.Command(os.Args[0], "--", "sleep")
		if err := child.Start(); err != nil {
			return 9
		}
		if err := os.WriteFile(args[1], []byte(strconv.Itoa(child.Process.Pid)), 0o600); err != nil {
			return 9
		}
		time.Sleep(time.Minute)
	case "orphan": // leaves a child that holds the output open
		child := exec.Command(os.Args[0], "--", "sleep")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			return 9
		}
		fmt.Print("answer")
	}
	return 0
}

func open(t *testing.T, args string) *Invoker {
	t.Helper()
	in, err := New("'" + os.Args[0] + "' -- " + args)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestInvoke(t *testing.T) {
	event := `{"a":"` + strings.Repeat("x", 200_000) + `"}`
	got, err := open(t, "echo").Invoke(t.Context(), "", []byte(event))
	if err != nil || string(got) != event {
		t.Errorf("Invoke(echo): got %d bytes, %v, want the event", len(got), err)
	}
	got, err = open(t, `args "a b" '' c"d"e`).Invoke(t.Context(), "", []byte(event))
	if err != nil || string(got) != "a b||cde" {
		t.Errorf("Invoke(args): got %q, %v, want the arguments, though it does not read the event", got, err)
	}
}

func TestThrown(t *testing.T) {
	for args, want := range map[string]string{"fail": "Email exists", "silent": "exit status 3"} {
		_, err := open(t, args).Invoke(t.Context(), "", nil)
		var thrown *trigger.FunctionError
		if !errors.As(err, &thrown) || thrown.Message != want {
			t.Errorf("Invoke(%s): got %v, want %q thrown", args, err, want)
		}
	}
}

func TestTimeoutKillsTheWholeFamily(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var pid int
	go func() {
		for pid == 0 {
			time.Sleep(5 * time.Millisecond)
			if text, err := os.ReadFile(file); err == nil {
				pid, _ = strconv.Atoi(string(text))
			}
		}
		cancel()
	}()
	start := time.Now()
	_, err := open(t, "family '"+file+"'").Invoke(ctx, "", nil)
	if !errors.Is(err, context.Canceled) || time.Since(start) > 20*time.Second {
		t.Errorf("Invoke(family): got %v after %s, want Canceled at once", err, time.Since(start))
	}
	for range 200 {
		if !alive(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("Invoke(family): the child %d still runs", pid)
}

func TestOrphanDoesNotDelayTheAnswer(t *testing.T) {
	start := time.Now()
	got, err := open(t, "orphan").Invoke(t.Context(), "", nil)
	if err != nil || string(got) != "answer" || time.Since(start) > 20*time.Second {
		t.Errorf("Invoke(orphan): got %q, %v after %s, want the answer at once", got, err, time.Since(start))
	}
}

func TestOutputIsBounded(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := open(t, "flood").Invoke(ctx, "", nil); !errors.Is(err, trigger.ErrAnswerTooLarge) {
		t.Errorf("Invoke(flood): got %v, want ErrAnswerTooLarge", err)
	}
}

func TestEnvironmentHoldsNoSettings(t *testing.T) {
	t.Setenv("ROCKPOOL_MASTER_KEY_FILE", "hush")
	t.Setenv("FUNCTION_SETTING", "seen")
	got, err := open(t, "env").Invoke(t.Context(), "", nil)
	if err != nil || string(got) != "seen" {
		t.Errorf("Invoke(env): got %q, %v, want seen", got, err)
	}
}

func TestCommandsAtOnce(t *testing.T) {
	in := open(t, "echo")
	for range maxAtOnce {
		in.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := in.Invoke(ctx, "", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Invoke with all slots taken: got %v, want DeadlineExceeded", err)
	}
	<-in.slots
	if _, err := in.Invoke(t.Context(), "", nil); err != nil {
		t.Errorf("Invoke with a free slot: got %v, want nil", err)
	}
}

func TestNewChecksCommand(t *testing.T) {
	for _, line := range []string{"", "  ", `"open`, "no-such-command-here", `''`} {
		if _, err := New(line); err == nil {
			t.Errorf("New(%q): got nil, want an error", line)
		}
	}
}

func TestTail(t *testing.T) {
	out := &tail{limit: 8}
	for range 3 {
		fmt.Fprint(out, "0123456789\nabc")
	}
	if got := out.lastLine(); got != "abc" || len(out.buf) != 8 {
		t.Errorf("lastLine: got %q of %d bytes, want abc of 8", got, len(out.buf))
	}
}

// alive tells whether a process runs. One that only waits to be reaped does not.
func alive(pid int) bool {
	if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		_, rest, _ := strings.Cut(string(stat), ") ")
		return !strings.HasPrefix(rest, "Z")
	}
	return syscall.Kill(pid, 0) == nil
}
