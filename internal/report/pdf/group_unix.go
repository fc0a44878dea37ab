//go:build unix

package pdf

import (
	"os/exec"
	"syscall"
)

// run runs a program that starts others, and ends them all with its context.
func run(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd.Run()
}
