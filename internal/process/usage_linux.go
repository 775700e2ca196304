package process

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// CPU is the processor time, user and system, that the server has used. It
// reads the process's own clock, which counts nanoseconds where
// /proc/<pid>/stat counts hundredths of a second.
func (p *Process) CPU() (time.Duration, error) {
	const schedClock = 2 // CPUCLOCK_SCHED: see clock_getcpuclockid(3)
	var t unix.Timespec
	clock := int32(^uint32(p.PID())<<3 | schedClock)
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0, fmt.Errorf("reading processor time: %w", err)
	}
	return time.Duration(t.Nano()), nil
}

// Resident is the memory, in bytes, that the server has resident.
func (p *Process) Resident() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmRSS:" {
			kib, err := strconv.ParseInt(f[1], 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in the status of process %d", p.PID())
}

// dieWithParent keeps a test that is cut short from leaving a server behind.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
