package app

import (
	"fmt"
	"strings"
)

// leastFree is what a disk must have left for the log to take anything.
const leastFree = 1 << 20

// checkDisk reports a full disk below the data folder. The log takes nothing then, and what waits for it waits silently.
func checkDisk(dir string) error {
	if free, known := freeBytes(dir); known && free < leastFree {
		return fmt.Errorf("the disk of %s is full (%d KiB left): make room, then it goes on by itself; nothing that was acknowledged is lost", dir, free>>10)
	}
	return nil
}

// diskAdvice is what to do about a failure if it is for want of room: an engine asks for more than a little at a time.
func diskAdvice(failure string) string {
	if strings.Contains(failure, "NOT_ENOUGH_SPACE") || strings.Contains(failure, "no space left on device") {
		return ": the disk of the data folder is full: make room, then it goes on by itself; nothing that was acknowledged is lost"
	}
	return ""
}
