package pdf

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// fake puts a program in Chromium's place.
func fake(t *testing.T, script string) (temp string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the program in Chromium's place is a shell script")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "chromium")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	temp = t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("ROLLCALL_CHROMIUM", program)
	return temp
}

const target = `for a in "$@"; do case "$a" in --print-to-pdf=*) out="${a#*=}";; file://*) in="${a#file://}";; esac; done
`

func TestWhatIsPrintedIsKeptAndNothingElse(t *testing.T) {
	temp := fake(t, target+`mkdir -p "$(dirname "$out")/profile"; cp "$in" "$out"`)
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := Write(t.Context(), []byte("the page"), file); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "the page" {
		t.Errorf("%q, %v", got, err)
	}
	nothingLeft(t, temp, file)
}

// nothingLeft wants an empty folder for temporary files, and the file alone in its own.
func nothingLeft(t *testing.T, temp, file string) {
	t.Helper()
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 || left[0].Name() != filepath.Base(file) {
		t.Errorf("beside the file: %v, %v", left, err)
	}
}

// A Chromium that is a snap has a /tmp of its own, and of the home folder it sees what is not hidden.
func TestASnapPrints(t *testing.T) {
	home := t.TempDir()
	temp := fake(t, target+`case "$*" in *"$TMPDIR"*|*/.*) exit 0;; esac
		for path in "$in" "$out"; do case "$path" in "$SEEN"/*) ;; *) exit 0;; esac; done
		cp "$in" "$out"`)
	t.Setenv("SEEN", home)
	t.Chdir(home)
	for _, file := range []string{filepath.Join(home, "report.pdf"), "report.pdf"} {
		if err := Write(t.Context(), []byte("the page"), file); err != nil {
			t.Error(err)
		}
		nothingLeft(t, temp, file)
	}
}

func TestAFailureSaysWhyAndLeavesTheFile(t *testing.T) {
	for script, want := range map[string]string{
		"echo no display >&2; exit 3": "no display",
		"exit 0":                      "printed nothing; if it is a snap, it reaches your home folder only",
	} {
		temp := fake(t, script)
		file := filepath.Join(t.TempDir(), "report.pdf")
		if err := os.WriteFile(file, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Write(t.Context(), []byte("the page"), file)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if got, _ := os.ReadFile(file); string(got) != "before" {
			t.Errorf("the file became %q", got)
		}
		nothingLeft(t, temp, file)
	}
}

func TestWithoutChromium(t *testing.T) {
	t.Setenv("ROLLCALL_CHROMIUM", "")
	t.Setenv("PATH", t.TempDir())
	if err := Write(t.Context(), nil, "x.pdf"); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
	t.Setenv("ROLLCALL_CHROMIUM", "/no/such/browser")
	if err := Write(t.Context(), nil, "x.pdf"); err == nil || !strings.Contains(err.Error(), "ROLLCALL_CHROMIUM") {
		t.Error(err)
	}
}

// Only root goes without the sandbox.
func TestTheSandboxIsKept(t *testing.T) {
	if slices.Contains(arguments("d", "s", "t", false), "--no-sandbox") || !slices.Contains(arguments("d", "s", "t", true), "--no-sandbox") {
		t.Error("the sandbox is off for others than root, or on for root")
	}
}

func TestARealChromiumPrints(t *testing.T) {
	if _, err := find(); err != nil {
		t.Skip(err)
	}
	page, err := os.ReadFile("../testdata/report.zh.html")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := Write(t.Context(), page, file); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(got, []byte("%PDF-")) || len(got) < 20_000 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
