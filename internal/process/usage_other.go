//go:build !linux

package process

import (
	"errors"
	"os/exec"
	"time"
)

var errLinuxOnly = errors.New("what a process uses can be read on Linux only")

// CPU is available on Linux only.
func (p *Process) CPU() (time.Duration, error) { return 0, errLinuxOnly }

// Resident is available on Linux only.
func (p *Process) Resident() (int64, error) { return 0, errLinuxOnly }

func dieWithParent(*exec.Cmd) {}
