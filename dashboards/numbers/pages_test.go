package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// read returns the files of a folder by name.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

// The pages in the repository are those of the declarations: `go generate ./dashboards` changes nothing.
func TestThePagesAreThoseOfTheDeclarations(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "of-a-panel-that-is-gone.md"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(t, dir), read(t, "../../docs/metrics/numbers")); diff != "" {
		t.Errorf("run go generate ./dashboards: -declared +in the repository:\n%s", diff)
	}
}

// A unit or a parameter without words would leave a hole in a page.
func TestEverythingHasWords(t *testing.T) {
	for _, p := range dashboards.Panels() {
		for _, c := range p.Columns {
			if units[c.Unit].EN == "" || units[c.Unit].ZH == "" {
				t.Errorf("%s.%s: no words for the unit %q", p.ID, c.Name, c.Unit)
			}
		}
		if p.Kind != dashboards.Choices && len(boards(p, "en")) == 0 {
			t.Errorf("%s stands on no dashboard", p.ID)
		}
	}
	for _, p := range dashboards.Params {
		if params[p.Name].EN == "" || params[p.Name].ZH == "" {
			t.Errorf("no words for the parameter %s", p.Name)
		}
	}
}
