package chdb

import "golang.org/x/sys/unix"

// machineMemory is the physical memory in bytes, 0 when the system does not tell.
func machineMemory() uint64 {
	n, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return n
}
