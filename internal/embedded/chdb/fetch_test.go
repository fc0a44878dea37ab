package chdb

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// emptyCache gives the test a cache folder of its own and no ROLLCALL_CHDB.
func emptyCache(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no engine for Windows")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	t.Setenv(LibraryVariable, "")
}

// fakeNPM puts a shell script in npm's place.
func fakeNPM(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "npm"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+"/usr/bin:/bin")
}

func TestLibraryIsFound(t *testing.T) {
	emptyCache(t)
	if _, err := Library(); !errors.Is(err, ErrNoLibrary) || !strings.Contains(err.Error(), "rollcall doctor --fix") {
		t.Error("without a library:", err)
	}
	named := filepath.Join(t.TempDir(), "lib.so")
	t.Setenv(LibraryVariable, named)
	if _, err := Library(); !errors.Is(err, ErrNoLibrary) || !strings.Contains(err.Error(), named) {
		t.Error("the variable names no file:", err)
	}
	if err := os.WriteFile(named, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Library(); err != nil || got != named {
		t.Error("by the variable:", got, err)
	}
	if _, err := Start(t.Context(), Options{Dir: t.TempDir()}); err == nil || errors.Is(err, ErrNoLibrary) {
		t.Error("an empty file as library:", err)
	}
}

func TestFetch(t *testing.T) {
	name, args, err := npmInstall(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		t.Skip(err)
	}
	emptyCache(t)
	cache, _ := cachedLibrary()
	leftovers := func() []string {
		found, _ := filepath.Glob(filepath.Join(filepath.Dir(cache), "*"))
		return found
	}

	fakeNPM(t, "echo no network; mkdir -p node_modules; exit 7\n")
	var words bytes.Buffer
	if _, err := Fetch(t.Context(), &words); err == nil || !strings.Contains(words.String(), "no network") || len(leftovers()) != 0 {
		t.Errorf("npm fails: %v, it said %q and left %v", err, &words, leftovers())
	}
	fakeNPM(t, "exit 0\n")
	if _, err := Fetch(t.Context(), &words); err == nil || !strings.Contains(err.Error(), "glibc") || len(leftovers()) != 0 {
		t.Errorf("npm installs nothing: %v, left %v", err, leftovers())
	}
	fakeNPM(t, `test "$1" = "`+args[0]+`" && test -f package-lock.json && test -f .npmrc || exit 1
mkdir -p node_modules/`+name+` && echo engine > node_modules/`+name+"/"+libraryFile+"\n")
	path, err := Fetch(t.Context(), &words)
	if err != nil || path != cache || len(leftovers()) != 1 {
		t.Fatalf("%v: %s, left %v", err, path, leftovers())
	}
	if got, err := Library(); err != nil || got != path {
		t.Error("after Fetch:", got, err)
	}
	fakeNPM(t, "exit 1\n")
	if again, err := Fetch(t.Context(), &words); err != nil || again != path {
		t.Error("a second Fetch asks npm again:", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Fetch(t.Context(), &words); err == nil || !strings.Contains(err.Error(), "Node.js") {
		t.Error("without npm:", err)
	}
}

func TestLockFile(t *testing.T) {
	data, err := lockFiles.ReadFile("npm/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "resolved") || strings.Contains(string(data), "://") {
		t.Error("the lock file names a registry")
	}
	var lock struct {
		Packages map[string]struct {
			Version, Integrity string
			Optional           bool
		}
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		t.Fatal(err)
	}
	locked := 0
	for platform, name := range platforms {
		p, ok := lock.Packages["node_modules/"+name]
		if !ok {
			if _, args, err := npmInstall(platform); err != nil || args[len(args)-1] != name+"@"+Version {
				t.Errorf("%s is not locked and not pinned: %v %v", platform, args, err)
			}
			continue
		}
		locked++
		// Optional, or npm refuses to install on every other platform.
		if p.Version != Version || !strings.HasPrefix(p.Integrity, "sha512-") || !p.Optional {
			t.Errorf("%s is locked as %+v", name, p)
		}
	}
	if locked == 0 {
		t.Error("no platform is locked")
	}
	if _, _, err := npmInstall("plan9/386"); err == nil {
		t.Error("there is an engine for plan9")
	}
}
