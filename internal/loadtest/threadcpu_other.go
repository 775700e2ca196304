//go:build !linux

package loadtest

import (
	"errors"
	"time"
)

// threadCPU can be read on Linux only.
func threadCPU() (time.Duration, error) {
	return 0, errors.New("the processor time of a thread can be read on Linux only")
}
