package grafana

import (
	"iter"
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/rollcall-dev/rollcall/dashboards"
)

type properties []dashboard.DynamicConfigValue

func (ps *properties) set(id string, value any) {
	*ps = append(*ps, dashboard.DynamicConfigValue{Id: id, Value: value})
}

// columns yields what is said of each column of a panel's answer, by its name there.
func columns(o Options, p dashboards.Panel) iter.Seq2[string, []dashboard.DynamicConfigValue] {
	return func(yield func(string, []dashboard.DynamicConfigValue) bool) {
		switch p.Kind {
		case dashboards.Heatmap:
			yield("weekday", leftColumn(o.text("Weekday", "星期")))
		case dashboards.Cohorts:
			_ = yield("cohort", leftColumn(o.pick(p.Columns[0].Title))) && yield("size", leftColumn(o.pick(p.Columns[4].Title)))
		default:
			for i, c := range shown(o, p) {
				name := c.Name
				if i == 0 && overTime(p) {
					name = "time"
				}
				if !yield(name, column(o, p, c)) {
					return
				}
			}
		}
	}
}

// column names a column, and says how its values are written and drawn.
func column(o Options, p dashboards.Panel, c dashboards.Column) []dashboard.DynamicConfigValue {
	var ps properties
	if !isHeadline(p) { // there each row has its name
		ps.set("displayName", o.pick(c.Title))
	}
	ps.set("noValue", "–") // else the panel's, which says why all of it is empty
	if u := units[c.Unit]; u != "" {
		ps.set("unit", u)
	}
	if c.Unit == dashboards.Score && !isHeadline(p) { // what has decayed to nothing is nothing
		ps.set("decimals", 1)
	}
	if c.Unit == dashboards.Flag {
		ps.set("mappings", []any{map[string]any{"type": "value", "options": map[string]any{
			"0": map[string]any{"text": o.text("no", "否"), "index": 0}, "1": map[string]any{"text": o.text("yes", "是"), "index": 1},
		}}})
	}
	steps := limits(p, c.Name)
	if steps != nil {
		ps.set("thresholds", map[string]any{"mode": "absolute", "steps": steps})
	}
	switch {
	case overTime(p):
		// What is counted in something else than the first line would flatten it.
		if c.Unit == dashboards.Share || c.Unit == dashboards.Actions && p.Columns[1].Unit == dashboards.Members {
			ps.set("custom.axisPlacement", "right")
			ps.set("custom.fillOpacity", 0)
		}
		if slices.Contains(p.Below, c.Name) {
			ps.set("custom.transform", "negative-Y")
		}
		if steps != nil {
			ps.set("custom.thresholdsStyle", map[string]any{"mode": "dashed"})
		}
	case p.Kind == dashboards.Curve || p.Kind == dashboards.Histogram:
		if c.Unit == dashboards.Intervals || c.Unit == dashboards.Days {
			ps.set("custom.axisLabel", o.pick(c.Title))
		}
	case p.Kind == dashboards.Table:
		cell(p, c, steps != nil, &ps)
	}
	if c.NamesMember() && p.ID != "member_portrait" {
		ps.set("links", []any{map[string]any{"title": o.text("Who is this?", "这是谁？"), "url": memberLink(o)}})
	}
	if strings.HasPrefix(c.Name, "said_") && slices.ContainsFunc(p.Columns, func(c dashboards.Column) bool { return c.Unit == dashboards.Time }) {
		ps.set("links", []any{
			map[string]any{"title": o.text("What else happened in the week around it?", "前后一周还发生了什么？"), "url": weekLink(o, "activity")},
			map[string]any{"title": o.text("Where does it come from, and whom to contact?", "异常来自哪里，该联系谁？"), "url": weekLink(o, "alerts")},
		})
	}
	return ps
}

// memberLink leads from a member's name to the board of one.
func memberLink(o Options) string {
	return "/d/" + o.uid(memberBoard) + "?var-member=${__value.raw:percentencode}&${community:queryparam}&${zone:queryparam}&${__url_time_range}"
}

// weekLink leads from an alert to a board, with three and a half days before and after the alert began: the row's only time.
func weekLink(o Options, board string) string {
	return "/d/" + o.uid(board) + "?time=${__value.time}&time.window=604800000&${community:queryparam}&${zone:queryparam}"
}

// cell says how a table's cell is drawn: a share as a bar, long text in lines.
func cell(p dashboards.Panel, c dashboards.Column, limited bool, ps *properties) {
	// What is short has a width, so that the rest of the page is the texts'.
	if width := map[dashboards.Unit]int{
		dashboards.Time: 175, dashboards.Members: 120, dashboards.Actions: 120, dashboards.Days: 90, dashboards.Score: 110, dashboards.Flag: 80,
	}[c.Unit]; width > 0 && len(p.Columns) > 4 {
		ps.set("custom.width", width)
	}
	if c.Unit == dashboards.Flag {
		ps.set("custom.align", "center")
	}
	bar := c.Unit == dashboards.Share || c.Unit == dashboards.Members && len(p.Columns) <= 4
	switch {
	case bar:
		ps.set("custom.cellOptions", map[string]any{"type": "gauge", "mode": "basic", "valueDisplayMode": "text"})
		ps.set("min", 0)
		if c.Unit == dashboards.Share {
			ps.set("max", 1)
		}
	case limited:
		ps.set("custom.cellOptions", map[string]any{"type": "color-text"})
	case c.Unit == "":
		ps.set("custom.cellOptions", map[string]any{"type": "auto", "wrapText": true}) // up to Grafana 11
		ps.set("custom.wrapText", true)                                                // since 12
	}
}

// matrix says of a table of coloured cells what all cells have, and of its columns to the left what they are: those have no
// colour.
func matrix(defaults *dashboard.FieldConfig, unit string) {
	defaults.Unit, defaults.Decimals = &unit, cog.ToPtr(0.0)
	defaults.Mappings = []dashboard.ValueMapping{{SpecialValueMap: &dashboard.SpecialValueMap{
		Type:    dashboard.MappingTypeSpecialValue,
		Options: dashboard.DashboardSpecialValueMapOptions{Match: dashboard.SpecialValueMatchNull, Result: dashboard.ValueMappingResult{Text: cog.ToPtr(""), Color: cog.ToPtr("transparent")}},
	}}}
	defaults.Custom = map[string]any{
		"align": "center", "minWidth": 42, "cellOptions": map[string]any{"type": "color-background", "mode": "basic"},
	}
}

func leftColumn(title string) []dashboard.DynamicConfigValue {
	var ps properties
	ps.set("displayName", title)
	ps.set("unit", "string")    // what looks like a number would be written like the cells
	ps.set("custom.width", 120) // else it takes from the page what the others were dealt
	ps.set("custom.align", "left")
	ps.set("custom.cellOptions", map[string]any{"type": "auto"})
	return ps
}

// blues are one blue, stronger from each of the five numbers on. Grafana writes in the page's own colour on what is less than 0.3
// opaque, and in white on the rest: between 0.3 and 0.85 that can not be read on a light page.
func blues(mode dashboard.ThresholdsMode, from ...float64) *dashboard.ThresholdsConfig {
	out := &dashboard.ThresholdsConfig{Mode: mode, Steps: []dashboard.Threshold{{Color: "rgba(87, 148, 242, 0.04)"}}}
	for i, colour := range []string{
		"rgba(87, 148, 242, 0.12)", "rgba(87, 148, 242, 0.2)", "rgba(87, 148, 242, 0.29)", "rgba(50, 116, 217, 0.85)", "rgb(50, 116, 217)",
	} {
		out.Steps = append(out.Steps, dashboard.Threshold{Value: &from[i], Color: colour})
	}
	return out
}
