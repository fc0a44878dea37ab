package grafana

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// Every dashboard loads strictly into the SDK's types, and is one that people can read: titles, descriptions, a data source,
// nothing on top of something else, no parameter left.
func TestDashboards(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	uids := map[string]bool{}
	for _, lang := range Languages {
		files, err := Files(lang)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Files(lang)
		if err != nil || !maps.EqualFunc(files, again, bytes.Equal) {
			t.Errorf("%s: a second run makes other files, %v", lang, err)
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if !strings.HasSuffix(name, ".json") {
				continue
			}
			var d dashboard.Dashboard
			if err := d.UnmarshalJSONStrict(files[name]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if d.Uid == nil || uids[*d.Uid] || !strings.HasSuffix(*d.Uid, lang) {
				t.Errorf("%s: its uid is no name of its own", name)
			} else {
				uids[*d.Uid] = true
			}
			lint(t, name, d)
		}
	}
}

func lint(t *testing.T, name string, d dashboard.Dashboard) {
	t.Helper()
	taken := map[[2]uint32]bool{}
	for _, x := range d.Panels {
		p := x.Panel
		if p == nil || p.Title == nil || *p.Title == "" || p.Description == nil || *p.Description == "" || p.Datasource == nil || p.GridPos == nil || len(p.Targets) != 1 {
			t.Fatalf("%s: a panel without title, description, data source, place or query: %+v", name, p)
		}
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]uint32{p.GridPos.X + x, p.GridPos.Y + y}
				if taken[at] || at[0] >= wide {
					t.Errorf("%s: %s lies on another panel or beside the page", name, *p.Title)
				}
				taken[at] = true
			}
		}
		b, err := json.Marshal(p.Targets[0])
		if err != nil {
			t.Fatal(err)
		}
		if sql := string(b); strings.Contains(sql, ":String}") || !strings.Contains(sql, "${community:sqlstring}") {
			t.Errorf("%s: %s asks of every community, or with a parameter that Grafana does not know: %s", name, *p.Title, sql)
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
