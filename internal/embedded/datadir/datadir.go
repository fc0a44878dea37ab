package datadir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/gofrs/flock"
)

// Format is the layout of a folder that this Rollcall reads and writes.
const Format = 1

// The files that Open keeps.
const (
	lockFile    = "lock"
	versionFile = "version"
)

// What Open refuses; the texts around them say what to do.
var (
	// ErrLocked means that another process holds the folder.
	ErrLocked = errors.New("the folder is in use")
	// ErrNewer means that a newer Rollcall wrote the folder.
	ErrNewer = errors.New("the folder has a newer format")
	// ErrForeign means that the folder holds files and none of them says that Rollcall made it.
	ErrForeign = errors.New("the folder is not Rollcall's")
)

// Dir is a folder that this process holds until Close.
type Dir struct {
	path  string
	lock  *flock.Flock
	close sync.Once
	err   error
}

// version is what the version file says.
type version struct {
	Format int `json:"format"`
}

// Open makes dir where it is missing (mode 0700), locks it and checks its format. The error is ErrLocked, ErrNewer,
// ErrForeign or one of the file system.
func Open(dir string) (*Dir, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the data folder %s: %w", dir, err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	if err := checkOwner(path); err != nil {
		return nil, err
	}
	lock, err := takeLock(path)
	if err != nil {
		return nil, err
	}
	d := &Dir{path: path, lock: lock}
	if err := checkFormat(path); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Path returns the folder's absolute path.
func (d *Dir) Path() string { return d.path }

// Sub returns the path of a part's own folder inside, and makes it where it is missing (mode 0700).
func (d *Dir) Sub(name string) (string, error) {
	path := filepath.Join(d.path, name)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", fmt.Errorf("making a folder for %s: %w", name, err)
	}
	return path, nil
}

// Close gives the folder up. The lock file stays: removing it would let two processes lock two different files.
func (d *Dir) Close() error {
	d.close.Do(func() {
		if err := d.lock.Close(); err != nil {
			d.err = fmt.Errorf("unlocking %s: %w", d.path, err)
		}
	})
	return d.err
}

// checkOwner refuses a folder with files in it of which none is Rollcall's, before anything is written there.
func checkOwner(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("reading the data folder: %w", err)
	}
	for _, e := range entries {
		// The lock alone is a folder whose first start was cut short.
		if e.Name() == versionFile || e.Name() == lockFile {
			return nil
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return fmt.Errorf("%s holds files of something else (%s, …): give an empty or a new folder with --data: %w",
		path, entries[0].Name(), ErrForeign)
}

// takeLock locks the folder and writes this process's id into the lock file, for the text of whoever comes next.
func takeLock(path string) (*flock.Flock, error) {
	name := filepath.Join(path, lockFile)
	lock := flock.New(name, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if !locked {
		holder := "pid unknown"
		if pid, err := os.ReadFile(name); err == nil && len(pid) > 0 {
			holder = "pid " + strings.TrimSpace(string(pid))
		}
		return nil, errors.Join(fmt.Errorf("another rollcall uses %s (%s): stop it or choose another --data: %w",
			path, holder, ErrLocked), lock.Close())
	}
	if err := os.WriteFile(name, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the lock file: %w", err), lock.Close())
	}
	return lock, nil
}

// checkFormat compares the folder's format with ours, and writes ours into a new folder.
func checkFormat(path string) error {
	name := filepath.Join(path, versionFile)
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return writeVersion(name)
	}
	if err != nil {
		return fmt.Errorf("reading the data folder's version: %w", err)
	}
	var v version
	if err := json.Unmarshal(raw, &v); err != nil || v.Format < 1 {
		return fmt.Errorf("%s does not say a format ({\"format\":%d}): restore the file or choose another --data: %w",
			name, Format, errors.Join(ErrForeign, err))
	}
	if v.Format > Format {
		return fmt.Errorf("%s was written by a newer rollcall (format %d, this one reads %d): upgrade rollcall or choose another --data: %w",
			path, v.Format, Format, ErrNewer)
	}
	return nil
}

// writeVersion writes the file beside its place first: a half-written one would lock the owner out.
func writeVersion(name string) error {
	raw, err := json.Marshal(version{Format: Format})
	if err != nil {
		return fmt.Errorf("encoding the version: %w", err)
	}
	if err := os.WriteFile(name+".tmp", append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing the data folder's version: %w", err)
	}
	if err := os.Rename(name+".tmp", name); err != nil {
		return fmt.Errorf("writing the data folder's version: %w", err)
	}
	return nil
}
