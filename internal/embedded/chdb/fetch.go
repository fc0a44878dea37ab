package chdb

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// lockFiles pin the engine's package by version and SHA-512 for the platforms
// that the tests run on; npm refuses anything else. No registry is named in them: npm uses the one it is set to.
//
//go:embed npm/package.json npm/package-lock.json npm/.npmrc
var lockFiles embed.FS

// libraryFile is the library's name inside its package, on every platform.
const libraryFile = "libchdb.so"

// platforms names the npm package of each platform. npm installs the running
// platform's only: about 178 MB packed, 570 MB unpacked on Linux.
var platforms = map[string]string{
	"linux/amd64":  "@chdb/lib-linux-x64-gnu",
	"linux/arm64":  "@chdb/lib-linux-arm64-gnu",
	"darwin/arm64": "@chdb/lib-darwin-arm64",
	"darwin/amd64": "@chdb/lib-darwin-x64",
}

// Fetch gets the library through npm into the user's cache folder and returns
// its path; where it is already there it does nothing. npm's own words go to
// progress. A download that is cut off leaves nothing behind.
func Fetch(ctx context.Context, progress io.Writer) (string, error) {
	target, err := cachedLibrary()
	if err != nil {
		return "", fmt.Errorf("getting the embedded ClickHouse: %w", err)
	}
	if isFile(target) {
		return target, nil
	}
	name, args, err := npmInstall(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		return "", err
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errors.New("getting the embedded ClickHouse needs npm, which is not installed: install Node.js 20 or newer, which brings it")
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return "", fmt.Errorf("making the cache folder: %w", err)
	}
	// Beside the target, so that the last step is a rename on one file system.
	work, err := os.MkdirTemp(filepath.Dir(target), "fetch-")
	if err != nil {
		return "", fmt.Errorf("making a folder for the download: %w", err)
	}
	defer os.RemoveAll(work)
	if err := install(ctx, npm, args, work, progress); err != nil {
		return "", err
	}
	got := filepath.Join(work, "node_modules", filepath.FromSlash(name), libraryFile)
	if !isFile(got) {
		return "", fmt.Errorf("getting the embedded ClickHouse: npm installed no %s: this system is not one that %s is made for (it needs glibc on Linux)", libraryFile, name)
	}
	if err := os.Rename(got, target); err != nil {
		return "", fmt.Errorf("moving the library into the cache folder: %w", err)
	}
	return target, nil
}

// npmInstall is the platform's package, and how npm gets it: by the lock file's checksum where that holds one, else this
// very version by the checksum that the registry gives.
func npmInstall(platform string) (name string, args []string, err error) {
	name, ok := platforms[platform]
	if !ok {
		return "", nil, fmt.Errorf("there is no embedded ClickHouse for %s: use a ClickHouse server instead", platform)
	}
	lock, err := lockFiles.ReadFile("npm/package-lock.json")
	if err != nil {
		return "", nil, fmt.Errorf("reading the lock file: %w", err)
	}
	if strings.Contains(string(lock), `"node_modules/`+name+`"`) {
		return name, []string{"ci"}, nil
	}
	return name, []string{"install", "--no-save", name + "@" + Version}, nil
}

func install(ctx context.Context, npm string, args []string, dir string, progress io.Writer) error {
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc"} {
		data, err := lockFiles.ReadFile("npm/" + name)
		if err != nil {
			return fmt.Errorf("reading the lock file: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return fmt.Errorf("preparing the download: %w", err)
		}
	}
	cmd := exec.CommandContext(ctx, npm, append(args, "--ignore-scripts", "--no-audit", "--no-fund")...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = progress, progress
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("getting the embedded ClickHouse with npm: %w: see npm's words above, check the network and try again", err)
	}
	return nil
}
