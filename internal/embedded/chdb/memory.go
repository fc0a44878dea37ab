package chdb

const (
	minMemory = 1 << 30
	maxMemory = 8 << 30
)

// defaultMemory is half of the machine's memory, in bytes, within limits: the
// engine's own limit counts less than what the process really holds.
func defaultMemory() uint64 { return min(max(machineMemory()/2, minMemory), maxMemory) }
