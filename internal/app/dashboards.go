package app

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/dashboards/grafana"
)

var grafanaTime = regexp.MustCompile(`^(now([-+]\d+[smhdwMQy])?(/[smhdwMQy])?|\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}Z?)?|\d{12,13})$`)

// DashboardOptions say which dashboards are written.
type DashboardOptions = grafana.Options

// WriteDashboards writes the dashboards for Grafana, and what provisions them, into a folder, and returns the files' names.
// What is there of other names stays, but
// for alert rules in this language where none are wanted.
func WriteDashboards(dir string, o DashboardOptions) ([]string, error) {
	if !slices.Contains(grafana.Languages, o.Lang) {
		return nil, Usagef("--lang %q: there are %s", o.Lang, strings.Join(grafana.Languages, ", "))
	}
	for flag, value := range map[string]string{"--from": o.From, "--to": o.To} {
		if value != "" && !grafanaTime.MatchString(value) {
			return nil, Usagef("%s %q: it is a time as Grafana writes it, such as now, now-90d, now/M, or a day such as 2021-09-01", flag, value)
		}
	}
	files, err := grafana.Files(o)
	if err != nil {
		return nil, err
	}
	if o.NoAlertRules { // of an earlier run
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(o.AlertRules()))); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("removing the alert rules: %w", err)
		}
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
