package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
	"github.com/rollcall-dev/rollcall/dashboards/grafana"
)

var variableOf = regexp.MustCompile(`\$\{(\w+):sqlstring\}`)

// asGrafana expands a statement as Grafana and the plugin of its ClickHouse data source do.
func asGrafana(sql string, from, to time.Time, chosen map[string]string) string {
	sql = strings.NewReplacer("$__fromTime", fmt.Sprintf("toDateTime(%d)", from.Unix()), "$__toTime", fmt.Sprintf("toDateTime(%d)", to.Unix())).Replace(sql)
	return variableOf.ReplaceAllStringFunc(sql, func(v string) string {
		return "'" + strings.ReplaceAll(chosen[variableOf.FindStringSubmatch(v)[1]], "'", "''") + "'"
	})
}

// Every statement of every dashboard runs on the engine, and what is drawn over time has a column time.
func everyDashboardAnswers(t *testing.T, in *instance) {
	type board struct {
		Title  string
		Panels []struct {
			Title, Type string
			Targets     []struct{ RawSQL string }
		}
		Templating struct{ List []struct{ Query any } }
	}
	chosen := map[string]string{"community": "demo", "window": "7d", "interval": "month", "dimension": " ", "time_zone": "Asia/Shanghai"}
	to := time.Date(2021, 9, 2, 1, 0, 0, 0, time.UTC)
	ask := func(sql string, from time.Time) [][]any {
		t.Helper()
		sql = asGrafana(sql, from, to, chosen)
		rows, err := in.query(t.Context(), sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		return rows
	}
	for _, lang := range grafana.Languages {
		dir := t.TempDir()
		names, err := WriteDashboards(dir, lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if filepath.Ext(name) != ".json" {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			var b board
			if err := json.Unmarshal(text, &b); err != nil {
				t.Fatal(err)
			}
			for _, days := range []int{7, 3650} {
				from := to.AddDate(0, 0, -days)
				for _, v := range b.Templating.List {
					if sql, ok := v.Query.(string); ok && strings.HasPrefix(sql, "SELECT") {
						ask(sql, from)
					}
				}
				for _, p := range b.Panels {
					sql := p.Targets[0].RawSQL
					if p.Type == "timeseries" {
						sql = "SELECT toDateTime64(time, 3), * FROM (" + sql + ")"
					}
					if rows := ask(sql, from); len(rows) == 0 && days == 3650 {
						t.Errorf("%s: %s shows nothing of ten years", b.Title, p.Title)
					}
				}
			}
		}
		if len(names) < len(dashboards.Panels())/4 {
			t.Errorf("%d files", len(names))
		}
	}
	if _, err := WriteDashboards(t.TempDir(), "fr"); err == nil || !strings.Contains(err.Error(), "en, zh") {
		t.Errorf("another language: %v", err)
	}
}
