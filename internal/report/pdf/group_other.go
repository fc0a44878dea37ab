//go:build !unix

package pdf

import "os/exec"

func run(cmd *exec.Cmd) error { return cmd.Run() }
