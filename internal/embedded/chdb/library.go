package chdb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Version is the npm version of the engine that Rollcall is built and tested
// with.
const Version = "26.7.3-stable.1"

// LibraryVariable is the environment variable that names the library's file.
const LibraryVariable = "ROLLCALL_CHDB"

// ErrNoLibrary says that the embedded engine is not on this machine yet.
var ErrNoLibrary = errors.New("the embedded ClickHouse library is missing")

const remedy = "run `rollcall doctor --fix` (in a source tree: `make setup`) to get it"

// Library finds the library: the file that ROLLCALL_CHDB names, else the one in
// the user's cache folder that [Fetch] puts there. Otherwise the error wraps
// [ErrNoLibrary] and says what to do.
func Library() (string, error) {
	if path := os.Getenv(LibraryVariable); path != "" {
		if !isFile(path) {
			return "", fmt.Errorf("%w: %s names %s, which is not a file: correct or unset it, then %s", ErrNoLibrary, LibraryVariable, path, remedy)
		}
		return path, nil
	}
	path, err := cachedLibrary()
	if err != nil {
		return "", fmt.Errorf("%w: %w: set %s to the library's file", ErrNoLibrary, err, LibraryVariable)
	}
	if !isFile(path) {
		return "", fmt.Errorf("%w (looked for %s): %s", ErrNoLibrary, path, remedy)
	}
	return path, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// cachedLibrary is where Fetch puts the library. The version is part of it, so
// an update never changes a file that a running process has mapped.
func cachedLibrary() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache folder: %w", err)
	}
	return filepath.Join(cache, "rollcall", "chdb", Version, runtime.GOOS+"-"+runtime.GOARCH, libraryFile), nil
}
