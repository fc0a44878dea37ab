package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenMakesLocksAndGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	for range 2 {
		d, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
			t.Fatalf("the folder: %v, %v; want mode 0700", info, err)
		}
		_, err = Open(path)
		if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("(pid %d)", os.Getpid())) {
			t.Fatalf("a second Open: %v, want ErrLocked with our pid", err)
		}
		sub, err := d.Sub("kafka")
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(sub); err != nil || info.Mode().Perm() != 0o700 {
			t.Fatalf("the folder inside: %v, %v", info, err)
		}
		for range 2 {
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := map[string]struct {
		name, content string
		want          error
		says          string
	}{
		"a newer format":       {versionFile, `{"format":2}`, ErrNewer, "upgrade rollcall"},
		"a damaged version":    {versionFile, `{"for`, ErrForeign, "restore the file"},
		"a version without it": {versionFile, `{}`, ErrForeign, "restore the file"},
		"somebody's folder":    {"photo.jpg", "x", ErrForeign, "photo.jpg"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, tt.name), []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 { // a refusal must not hold the lock, nor make the folder ours
				if _, err := Open(dir); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
					t.Fatalf("Open: %v, want %v and %q", err, tt.want, tt.says)
				}
			}
		})
	}
}

func TestOpenKeepsUnknownFieldsReadable(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, versionFile), []byte(`{"format":1,"by":"v9"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
