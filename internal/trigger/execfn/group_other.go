//go:build !unix

package execfn

import "os/exec"

// asGroup leaves the command alone: exec kills it, but not what it started.
func asGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
