package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// within is how long a Chromium may take; it starts in a second or two.
const within = time.Minute

// names under which systems know it, on the path.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"}

// ErrNone means that there is no Chromium.
var ErrNone = errors.New("a PDF is printed by Chromium, and there is none: install it (Debian and Ubuntu: apt install chromium), or name one by ROLLCALL_CHROMIUM; the HTML page prints just as well from any browser")

// find returns the Chromium that ROLLCALL_CHROMIUM names, or the first on the path.
func find() (string, error) {
	if named := os.Getenv("ROLLCALL_CHROMIUM"); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("ROLLCALL_CHROMIUM names no program: %w", err)
		}
		return path, nil
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

// Write prints an HTML page into a file. An error leaves the file as it was.
func Write(ctx context.Context, page []byte, file string) (err error) {
	browser, err := find()
	if err != nil {
		return err
	}
	// beside the file and not hidden: a Chromium that is a snap has a /tmp of its own, and sees no hidden folders
	beside, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("where %s is: %w", file, err)
	}
	dir, err := os.MkdirTemp(beside, "rollcall-report-")
	if err != nil {
		return fmt.Errorf("making a folder to print in, beside %s: %w", file, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	source, target := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(source, page, 0o600); err != nil {
		return fmt.Errorf("writing the page to print: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, arguments(dir, source, target, os.Geteuid() == 0)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.WaitDelay = 5 * time.Second
	if err := run(cmd); err != nil {
		return fmt.Errorf("printing with %s: %w%s", browser, err, last(said.String()))
	}
	made, err := os.ReadFile(target)
	if err != nil {
		return fmt.Errorf("%s ended and printed nothing%s; if it is a snap, it reaches your home folder only: write the PDF there, or name another Chromium by ROLLCALL_CHROMIUM", browser, last(said.String()))
	}
	if err := os.WriteFile(file, made, 0o644); err != nil { //nolint:gosec // as readable as the umask says, like any output file
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}

// arguments of a Chromium that prints and asks nobody for anything.
func arguments(dir, source, target string, root bool) []string {
	args := []string{
		"--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--print-to-pdf=" + target,
	}
	if root { // Chromium's sandbox refuses to run as root; the page is our own and has no script
		args = append(args, "--no-sandbox")
	}
	return append(args, "file://"+filepath.ToSlash(source))
}

// last is the last line of what a program said.
func last(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if line := lines[len(lines)-1]; line != "" {
		return ": " + line
	}
	return ""
}
