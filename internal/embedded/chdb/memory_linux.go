package chdb

import "golang.org/x/sys/unix"

// machineMemory is the physical memory in bytes, 0 when the system does not tell.
func machineMemory() uint64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit) //nolint:unconvert // narrower on 32-bit systems
}
