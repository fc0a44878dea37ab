package grafana

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-foundation-sdk/go/alerting"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"go.yaml.in/yaml/v3"

	"github.com/rollcall-dev/rollcall/dashboards"
)

var update = flag.Bool("update", false, "write the golden files")

func filesOf(t *testing.T, lang string) map[string][]byte {
	t.Helper()
	files, err := Files(Options{Lang: lang})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// load reads a dashboard strictly into the SDK's types.
func load(t *testing.T, name string, text []byte) dashboard.Dashboard {
	t.Helper()
	plugins.RegisterDefaultPlugins()
	var d dashboard.Dashboard
	if err := d.UnmarshalJSONStrict(text); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

var loaded = map[string]map[string]dashboard.Dashboard{} // by language: loading takes seconds under the race detector

// boardsOf are all dashboards of a language. Nobody changes them.
func boardsOf(t *testing.T, lang string) map[string]dashboard.Dashboard {
	t.Helper()
	if loaded[lang] != nil {
		return loaded[lang]
	}
	boards := map[string]dashboard.Dashboard{}
	for name, text := range filesOf(t, lang) {
		if strings.HasSuffix(name, ".json") {
			boards[name] = load(t, name, text)
		}
	}
	loaded[lang] = boards
	return boards
}

// What is written stays as it is until somebody means to change it: -update.
func TestGolden(t *testing.T) {
	for _, lang := range Languages {
		files := filesOf(t, lang)
		if !maps.EqualFunc(files, filesOf(t, lang), bytes.Equal) {
			t.Errorf("%s: a second run makes other files", lang)
		}
		for name, text := range files {
			if !slices.Contains([]string{"dashboards/en/overview.json", "dashboards/zh/member.json", "dashboards/en/pipeline.json"}, name) && !strings.HasSuffix(name, ".yaml") {
				text = []byte(digest(t, boardsOf(t, lang)[name]))
			}
			golden := filepath.Join("testdata", "golden", lang, strings.ReplaceAll(name, "/", "_"))
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(text)); diff != "" {
				t.Errorf("%s is not as in %s; if it should not be, go test ./dashboards/grafana -update (-want +got):\n%s", name, golden, diff)
			}
		}
	}
}

// Two languages written into one folder are both whole: no file, uid, provider or group of rules is the other's.
func TestLanguagesLiveSideBySide(t *testing.T) {
	shared := []string{"provisioning/datasources/rollcall.yaml", "provisioning/datasources/rollcall-prometheus.yaml"}
	en, zh := filesOf(t, "en"), filesOf(t, "zh")
	for name, text := range en {
		if other := zh[name]; other != nil && (!slices.Contains(shared, name) || !bytes.Equal(text, other)) {
			t.Errorf("%s is written by both languages", name)
		}
	}
	named := map[string]string{}
	for lang, files := range map[string]map[string][]byte{"en": en, "zh": zh} {
		for name, text := range files {
			if slices.Contains(shared, name) || filepath.Ext(name) != ".yaml" {
				continue
			}
			var file struct {
				Providers []struct{ Name, Folder string }
				Groups    []struct {
					Name, Folder string
					Rules        []struct {
						UID    string
						Labels map[string]string
					}
				}
			}
			if err := yaml.Unmarshal(text, &file); err != nil {
				t.Fatal(err)
			}
			names := []string{}
			for _, p := range file.Providers {
				names = append(names, "provider "+p.Name, "folder "+p.Folder)
			}
			for _, g := range file.Groups {
				names = append(names, "group "+g.Folder+"/"+g.Name)
				for _, r := range g.Rules {
					names = append(names, "rule "+r.UID)
					if r.Labels["language"] != lang {
						t.Errorf("%s: %s cannot be told from the other language's: %v", lang, r.UID, r.Labels)
					}
				}
			}
			for _, n := range names {
				if named[n] != "" {
					t.Errorf("%s of %s is %s's as well", n, name, named[n])
				}
				named[n] = name
			}
		}
	}
	if len(named) < 16 {
		t.Errorf("only %v", named)
	}
	without, err := Files(Options{Lang: "zh", NoAlertRules: true})
	if o := (Options{Lang: "zh"}); err != nil || without[o.AlertRules()] != nil || len(without) != len(zh)-1 {
		t.Errorf("without alert rules: %d files of %d, %v", len(without), len(zh), err)
	}
}

// The rules for people who alert in Grafana are whole by the SDK's types, and ask sources that are provisioned.
func TestAlertRules(t *testing.T) {
	for _, lang := range Languages {
		text := filesOf(t, lang)[Options{Lang: lang}.AlertRules()]
		dec := yaml.NewDecoder(bytes.NewReader(text))
		dec.KnownFields(true)
		var file ruleFile
		if err := dec.Decode(&file); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "$") {
			t.Errorf("%s: provisioning would take a $ for a variable of the environment", lang)
		}
		uids, boards := map[string]bool{}, map[string]bool{}
		for _, d := range boardsOf(t, lang) {
			boards[*d.Uid] = true
		}
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				if uids[r.UID] || len(r.UID) > 40 || r.Title == "" || r.Annotations["summary"] == "" || !boards[r.DashboardUID] {
					t.Errorf("%s: the rule %q lacks a uid of its own, a title, a summary or a board that is there: %+v", lang, r.Title, r)
				}
				uids[r.UID] = true
				refs := map[string]bool{}
				for _, q := range r.Data {
					refs[q.RefID] = true
					if !slices.Contains([]string{clickhouseUID, prometheusUID, "__expr__"}, q.Source) || q.Model["refId"] != q.RefID {
						t.Errorf("%s: %s asks %q, or its query has another name", lang, r.UID, q.Source)
					}
				}
				if !refs[r.Condition] {
					t.Errorf("%s: the condition of %s is no query of it", lang, r.UID)
				}
				if !slices.Contains([]alerting.RuleNoDataState{alerting.RuleNoDataStateOK, alerting.RuleNoDataStateAlerting, alerting.RuleNoDataStateNoData}, r.NoDataState) {
					t.Errorf("%s: %s does not know what no data means", lang, r.UID)
				}
			}
		}
		if len(uids) < 6 {
			t.Errorf("%s: %d rules", lang, len(uids))
		}
	}
}

// Every panel that is drawn stands on a dashboard.
func TestNoPanelIsForgotten(t *testing.T) {
	shown := map[string]bool{}
	for _, b := range dashboards.Boards() {
		for _, id := range b.Panels {
			shown[id] = true
		}
	}
	for _, p := range dashboards.Panels() {
		if !shown[p.ID] && p.Kind != dashboards.Choices {
			t.Errorf("panel %s stands on no dashboard", p.ID)
		}
	}
}
