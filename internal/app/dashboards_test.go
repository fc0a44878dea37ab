package app

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/rollcall-dev/rollcall/dashboards"
	"github.com/rollcall-dev/rollcall/dashboards/grafana"
)

var variableOf = regexp.MustCompile(`\$\{(\w+):(sqlstring|percentencode)\}`)

// asGrafana expands a statement as Grafana and the plugin of its ClickHouse data source do: Grafana quotes variables (it pairs
// single quotes and leaves backslashes alone), the plugin has macros for the range.
func asGrafana(sql string, from, to time.Time, chosen map[string]string) string {
	sql = strings.NewReplacer("$__fromTime", fmt.Sprintf("toDateTime(%d)", from.Unix()), "$__toTime", fmt.Sprintf("toDateTime(%d)", to.Unix())).Replace(sql)
	return variableOf.ReplaceAllStringFunc(sql, func(v string) string {
		m := variableOf.FindStringSubmatch(v)
		if m[2] == "sqlstring" {
			return "'" + strings.NewReplacer("'", "''", `"`, `\"`).Replace(chosen[m[1]]) + "'"
		}
		return strings.NewReplacer("+", "%20").Replace(url.QueryEscape(chosen[m[1]]))
	})
}

// grafanaBoard is what the tests read of a dashboard.
type grafanaBoard struct {
	UID         string
	Title       string
	Annotations struct {
		List []struct{ Target struct{ RawSQL string } }
	}
	Panels []struct {
		Title, Type string
		Options     struct{ XField string }
		Targets     []struct{ RawSQL, Expr string }
	}
	Templating struct {
		List []struct {
			Name, Type string
			Definition string
		}
	}
}

func grafanaBoards(t *testing.T, lang string) map[string]grafanaBoard {
	t.Helper()
	dir := t.TempDir()
	names, err := WriteDashboards(dir, DashboardOptions{Lang: lang})
	if err != nil {
		t.Fatal(err)
	}
	boards := map[string]grafanaBoard{}
	for _, name := range names {
		if filepath.Ext(name) != ".json" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var b grafanaBoard
		if err := json.Unmarshal(text, &b); err != nil {
			t.Fatal(err)
		}
		boards[strings.TrimSuffix(filepath.Base(name), ".json")] = b
	}
	return boards
}

// Every statement of every dashboard runs on the engine, for ranges short and long and for each choice, and brings the types of
// columns that its picture needs.
func everyDashboardAnswers(t *testing.T, in *instance) {
	to := time.Date(2021, 9, 2, 1, 0, 0, 0, time.UTC)
	usual := map[string]string{"community": "demo", "window": "7d", "interval": "month", "zone": "community", "time_zone": "Asia/Shanghai", "member": "5"}
	with := func(pairs ...string) map[string]string {
		out := maps.Clone(usual)
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = pairs[i+1]
		}
		return out
	}
	for _, lang := range grafana.Languages {
		for id, b := range grafanaBoards(t, lang) {
			for _, c := range []struct {
				days   int
				chosen map[string]string
				full   bool // there is something for every panel
			}{
				{3650, usual, true},
				{7, with("kind", "post"), false},
				{30, with("channel", `no such '\ channel`, "member", `nobody\' OR 1=1 -- %27`, "interval", "day"), false},
				{1, with("community", "it's none"), false},
			} {
				if lang != "en" && !c.full {
					continue // the same but for texts
				}
				from := to.AddDate(0, 0, -c.days)
				ask := func(what, sql string) (rows [][]any, columns, types []string) {
					t.Helper()
					r, err := in.db.Query(t.Context(), asGrafana(sql, from, to, c.chosen), nil)
					if err != nil {
						t.Errorf("%s: %s: %v", id, what, err)
						return nil, nil, nil
					}
					return r.Rows, r.Columns, r.Types
				}
				for _, v := range b.Templating.List {
					if id != "member" {
						break // which has those of all boards, and its own
					}
					if v.Type == "query" {
						if rows, _, _ := ask("variable "+v.Name, v.Definition); len(rows) == 0 && c.full {
							t.Errorf("%s: the variable %s has no value", id, v.Name)
						}
					}
				}
				for _, a := range b.Annotations.List {
					if a.Target.RawSQL == "" || id != "member" {
						continue // Grafana's own, or the same
					}
					if _, columns, types := ask("annotation", a.Target.RawSQL); len(columns) > 0 && !strings.HasPrefix(strings.Join(types, " "), "DateTime64") {
						t.Errorf("%s: an annotation has %v of %v", id, columns, types)
					}
				}
				for _, p := range b.Panels {
					if len(p.Targets) == 0 || p.Targets[0].RawSQL == "" {
						continue // Prometheus'
					}
					rows, columns, types := ask(p.Title, p.Targets[0].RawSQL)
					if len(rows) == 0 && c.full {
						t.Errorf("%s: %s shows nothing of ten years", id, p.Title)
					}
					if c.chosen["member"] != "5" && id == "member" && len(rows) > 0 && p.Type != "table" {
						t.Errorf("%s: %s shows %v of nobody", id, p.Title, rows[0])
					}
					if problem := drawable(p.Type, p.Options.XField, columns, types); problem != "" {
						t.Errorf("%s: %s: %s: %v of %v", id, p.Title, problem, columns, types)
					}
				}
			}
		}
	}
	if _, err := WriteDashboards(t.TempDir(), DashboardOptions{Lang: "fr"}); err == nil || !strings.Contains(err.Error(), "en, zh") {
		t.Errorf("another language: %v", err)
	}
	if _, err := WriteDashboards(t.TempDir(), DashboardOptions{Lang: "en", From: "last week"}); err == nil || !strings.Contains(err.Error(), "now-90d") {
		t.Errorf("a range that Grafana does not know: %v", err)
	}
}

// Grafana's rule of open alerts counts those of communities as people see them: not what a rebuild finds beside them, not what
// is taken up or long past.
func grafanaAlertsAreOfLiveCommunities(t *testing.T, in *instance) {
	dir := t.TempDir()
	if _, err := WriteDashboards(dir, DashboardOptions{Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "provisioning", "alerting", "rollcall-en.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct {
				Data []struct {
					Model struct {
						SQL string `yaml:"rawSql"`
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	asked := file.Groups[0].Rules[0].Data[0].Model.SQL
	before := in.one("SELECT count() FROM (" + asked + ")")
	for id, row := range map[string]string{
		"live":    "'watched', 'open', now()",
		"twice":   "'watched', 'open', now() - INTERVAL 29 DAY",
		"rebuild": "'watched@1', 'open', now()",
		"taken":   "'watched', 'acknowledged', now()",
		"past":    "'watched', 'open', now() - INTERVAL 31 DAY",
	} {
		insert := "INSERT INTO rollcall.alerts (alert_id, kind, severity, community, state, opened, version) VALUES ('" + id + "', 'leave_spike', 'critical', " + row + ", 1)"
		if err := in.Query(t.Context(), insert, "TSV", io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if got := in.one("SELECT concat(community, ' ', severity, ' ', kind, ' ', toString(alerts)) FROM (" + asked + ") WHERE community LIKE 'watched%'"); got != "watched critical leave_spike 2" {
		t.Errorf("Grafana would alert of %q", got)
	}
	if after := in.one("SELECT count() - 1 FROM (" + asked + ")"); after != before {
		t.Errorf("beside the community, %s series before and %s after", before, after)
	}
}

var (
	numberType = regexp.MustCompile(`^(Nullable\()?(U?Int\d+|Float64)\)?$`)
	textType   = regexp.MustCompile(`^(LowCardinality\()?(Nullable\()?String\)*$`)
)

// drawable says what keeps a picture from being drawn with such columns; nothing if nothing does. An answer without rows has
// no columns here.
func drawable(picture, x string, columns, types []string) string {
	for i, column := range columns {
		number, text := numberType.MatchString(types[i]), textType.MatchString(types[i])
		switch {
		case strings.HasSuffix(column, "_zh") && strings.Contains(strings.Join(columns, " "), "_en"):
			return "both languages"
		case picture == "timeseries" && column == "time":
			if !strings.HasPrefix(types[i], "DateTime") {
				return "no time"
			}
		case picture == "timeseries" && !number, picture == "trend" && !number:
			return "a line needs numbers"
		case picture == "barchart" && column == x && !text:
			return "the bars need names"
		case picture == "barchart" && column != x && !number:
			return "a bar needs numbers"
		case strings.HasPrefix(types[i], "Date") && !strings.HasPrefix(types[i], "DateTime"):
			return "a day as an instant moves with the reader's time zone"
		}
	}
	if picture == "timeseries" && len(columns) > 0 && columns[0] != "time" {
		return "no time"
	}
	return ""
}

// Every metric of the board of the pipeline's health stands on the page on metrics, which holds what is exported.
func TestPipelineBoardNamesMetricsThatAre(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, p := range grafanaBoards(t, "en")["pipeline"].Panels {
		for _, target := range p.Targets {
			for _, name := range regexp.MustCompile(`(rollcall|process)_\w+`).FindAllString(target.Expr, -1) {
				named++
				if !strings.Contains(string(page), "`"+strings.TrimSuffix(name, "_bucket")+"`") {
					t.Errorf("%s asks for %s, which is not on the page", p.Title, name)
				}
			}
		}
	}
	if want := len(dashboards.Boards()); named < 20 || len(grafanaBoards(t, "zh")) != want+1 {
		t.Errorf("%d metrics, %d boards", named, len(grafanaBoards(t, "zh")))
	}
}
