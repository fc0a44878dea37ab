package grafana

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Every dashboard is one that people can read, and that Grafana can draw: see check.
func TestDashboards(t *testing.T) {
	var shapes []string
	for _, lang := range Languages {
		boards := boardsOf(t, lang)
		uids := map[string]bool{}
		for name, d := range boards {
			if d.Uid == nil || uids[*d.Uid] || !strings.HasSuffix(*d.Uid, "-"+lang) || len(*d.Uid) > 40 {
				t.Fatalf("%s: its uid is no name of its own", name)
			}
			uids[*d.Uid] = true
		}
		var shape []string
		for name, d := range boards {
			for _, problem := range check(t, lang, d, uids) {
				t.Errorf("%s: %s", name, problem)
			}
			for _, p := range d.Panels {
				shape = append(shape, fmt.Sprint(strings.TrimSuffix(*d.Uid, lang), *p.Panel.Id, p.Panel.Type, *p.Panel.GridPos))
			}
		}
		slices.Sort(shape)
		shapes = append(shapes, strings.Join(shape, "\n"))
	}
	if shapes[0] != shapes[1] {
		t.Error("the languages differ in more than texts")
	}
}

// A planted fault of each sort is found.
func TestCheckCatches(t *testing.T) {
	text := filesOf(t, "en")["dashboards/en/churn.json"]
	for name, plant := range map[string]func(d *dashboard.Dashboard){
		"no title":        func(d *dashboard.Dashboard) { *d.Panels[1].Panel.Title = "" },
		"no description":  func(d *dashboard.Dashboard) { d.Panels[1].Panel.Description = nil },
		"no empty text":   func(d *dashboard.Dashboard) { d.Panels[1].Panel.FieldConfig.Defaults.NoValue = nil },
		"lies on another": func(d *dashboard.Dashboard) { *d.Panels[1].Panel.GridPos = *d.Panels[0].Panel.GridPos },
		"data source":     func(d *dashboard.Dashboard) { d.Panels[1].Panel.Datasource = nil },
		"every community": func(d *dashboard.Dashboard) { d.Templating.List[0].Name = "communities" },
		"variable":        func(d *dashboard.Dashboard) { d.Templating.List = d.Templating.List[:3] },
		"leads nowhere":   func(d *dashboard.Dashboard) { *d.Links[0].Url = "/d/rollcall-nowhere-en" },
		"no mark":         func(d *dashboard.Dashboard) { d.Annotations.List = nil },
		"whole community": func(d *dashboard.Dashboard) {
			*d.Panels[1].Panel.Title = strings.TrimSuffix(*d.Panels[1].Panel.Title, "${"+wholeVariable+"}")
		},
		"no unit":     func(d *dashboard.Dashboard) { d.Panels[3].Panel.FieldConfig.Defaults.Unit = nil },
		"same number": func(d *dashboard.Dashboard) { *d.Panels[1].Panel.Id = *d.Panels[0].Panel.Id },
	} {
		d := load(t, name, text)
		plant(&d)
		if problems := strings.Join(check(t, "en", d, map[string]bool{*d.Uid: true, "rollcall-member-en": true}), "\n"); !strings.Contains(problems, name) {
			t.Errorf("%s is not found: %q", name, problems)
		}
	}
}

var (
	variableIn = regexp.MustCompile(`\$\{?(\w+)`)
	linkTo     = regexp.MustCompile(`/d/([\w-]+)`)
	parameter  = regexp.MustCompile(`\{\w+:(String|DateTime)`)
)

// check says what is wrong with a board: texts, places, sources, variables, links, units.
func check(t *testing.T, lang string, d dashboard.Dashboard, uids map[string]bool) (problems []string) {
	t.Helper()
	say := func(format string, a ...any) { problems = append(problems, fmt.Sprintf(format, a...)) }
	known := map[string]bool{"__fromTime": true, "__toTime": true, "__value": true, "__url_time_range": true}
	for _, v := range d.Templating.List {
		known[v.Name] = true
	}
	taken, ids := map[[2]uint32]string{}, map[uint32]bool{}
	for _, x := range d.Panels {
		p := x.Panel
		if p.Title == nil || *p.Title == "" {
			say("a panel has no title")
			continue
		}
		chinese := strings.ContainsFunc(*p.Title, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		switch title := *p.Title; {
		case p.Description == nil || *p.Description == "":
			say("%s has no description", title)
		case chinese != (lang == "zh"):
			say("%s is in the other language", title)
		case p.FieldConfig == nil || p.FieldConfig.Defaults.NoValue == nil || *p.FieldConfig.Defaults.NoValue == "":
			say("%s has no empty text", title)
		case p.Datasource == nil || *p.Datasource.Uid != clickhouseUID && *p.Datasource.Uid != prometheusUID:
			say("%s has no data source that is provisioned", title)
		case len(p.Targets) == 0:
			say("%s asks nothing", title)
		case known["channel"] && strings.HasSuffix(title, "${"+wholeVariable+"}") == strings.Contains(asks(t, p), "${channel:") && !strings.Contains(asks(t, p), "${member:"):
			say("%s does not say in its title whether a filter changes it or it is of the whole community", title)
		case p.Type == "timeseries" && p.FieldConfig.Defaults.Unit == nil:
			say("%s has no unit", title)
		case p.Type == "timeseries" && d.Annotations.List == nil:
			say("%s has no mark of what happened", title)
		case p.Id == nil || ids[*p.Id]:
			say("%s has the same number as another", title)
		case p.GridPos == nil || p.GridPos.W == 0 || p.GridPos.H < 4:
			say("%s has no place", title)
		}
		if p.Id != nil {
			ids[*p.Id] = true
		}
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]uint32{p.GridPos.X + x, p.GridPos.Y + y}
				if other := taken[at]; other != "" && other != *p.Title || at[0] >= wide {
					say("%s lies on another panel (%s) or beside the page", *p.Title, other)
				}
				taken[at] = *p.Title
			}
		}
		for _, l := range p.Links {
			if l.Url == nil || !strings.HasPrefix(*l.Url, Definitions) {
				say("%s: its definition leads to %v", *p.Title, l.Url)
			}
		}
	}
	whole, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range variableIn.FindAllStringSubmatch(string(whole), -1) {
		if !known[m[1]] {
			say("the variable %s is not on the board", m[1])
		}
	}
	for _, m := range linkTo.FindAllStringSubmatch(string(whole), -1) {
		if !uids[m[1]] {
			say("a link to %s leads nowhere", m[1])
		}
	}
	if m := parameter.FindString(string(whole)); m != "" {
		say("%s is a parameter that Grafana does not know", m)
	}
	for _, sql := range statements(t, whole) {
		if strings.Contains(sql, "FROM rollcall.") && !strings.Contains(sql, "community = ${community:sqlstring}") && !strings.HasPrefix(sql, "SELECT community FROM rollcall.communities") {
			say("a statement asks of every community: %s", sql)
		}
	}
	if !known["community"] && strings.Contains(string(whole), clickhouseUID+`"`) && *d.Uid != "rollcall-pipeline-"+lang {
		say("it shows every community at once")
	}
	return slices.Compact(problems)
}

// asks is what a panel asks, as JSON.
func asks(t *testing.T, p *dashboard.Panel) string {
	t.Helper()
	text, err := json.Marshal(p.Targets)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// statements are all of a board: of panels, variables and annotations.
func statements(t *testing.T, whole []byte) (out []string) {
	t.Helper()
	var d struct {
		Panels      []struct{ Targets []struct{ RawSQL string } }
		Templating  struct{ List []struct{ Definition string } }
		Annotations struct {
			List []struct{ Target struct{ RawSQL string } }
		}
	}
	if err := json.Unmarshal(whole, &d); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			out = append(out, q.RawSQL)
		}
	}
	for _, v := range d.Templating.List {
		out = append(out, v.Definition)
	}
	for _, a := range d.Annotations.List {
		out = append(out, a.Target.RawSQL)
	}
	return out
}

// digest is a board in a few lines: what stands where, what it is drawn with, and of what.
func digest(t *testing.T, d dashboard.Dashboard) string {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "%s  %s  %s to %s, axes in %s\n", *d.Uid, *d.Title, d.Time.From, d.Time.To, *d.Timezone)
	for _, v := range d.Templating.List {
		fmt.Fprintf(&out, "chooses %s  %s\n", v.Name, *v.Label)
	}
	for _, a := range d.Annotations.List {
		fmt.Fprintf(&out, "marks %s\n", a.Name)
	}
	for _, x := range d.Panels {
		p := x.Panel
		fmt.Fprintf(&out, "\n%d  %s  %s  at %d,%d, %d by %d\n", *p.Id, p.Type, *p.Title, p.GridPos.X, p.GridPos.Y, p.GridPos.W, p.GridPos.H)
		for _, o := range p.FieldConfig.Overrides {
			properties, err := json.Marshal(o.Properties)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "  %v: %s\n", o.Matcher.Options, properties)
		}
	}
	return out.String()
}
