package app

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/dashboards/grafana"
)

// WriteDashboards writes the dashboards for Grafana, and what provisions them, into a folder, and returns the files' names.
// What is there of other names stays.
func WriteDashboards(dir, lang string) ([]string, error) {
	if !slices.Contains(grafana.Languages, lang) {
		return nil, Usagef("--lang %q: there are %s", lang, strings.Join(grafana.Languages, ", "))
	}
	files, err := grafana.Files(lang)
	if err != nil {
		return nil, err
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, fmt.Errorf("making a folder for the dashboards: %w", err)
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil { //nolint:gosec // Grafana runs as another user
			return nil, fmt.Errorf("writing the dashboards: %w", err)
		}
	}
	return names, nil
}
