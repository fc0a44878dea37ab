//go:build !linux && !darwin

package chdb

func machineMemory() uint64 { return 0 }
