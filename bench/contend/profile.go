package contend

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
)

// memoryProfileRate is one sample for so many bytes allocated: finer than Go's own, since the hot path allocates little.
const memoryProfileRate = 32 << 10

// profile writes a CPU profile to path, and what was allocated meanwhile to path.allocs, when the returned function is
// called; an empty path does nothing.
func profile(path string) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	runtime.MemProfileRate = memoryProfileRate
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("making the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the profile: %w", err), f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		allocs, err := os.Create(path + ".allocs")
		if err != nil {
			return errors.Join(err, f.Close())
		}
		return errors.Join(f.Close(), pprof.Lookup("allocs").WriteTo(allocs, 0), allocs.Close())
	}, nil
}
