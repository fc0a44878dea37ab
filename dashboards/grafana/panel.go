package grafana

import (
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/rollcall-dev/rollcall/dashboards"
)

const (
	plugin     = "grafana-clickhouse-datasource"
	sourceUID  = "rollcall"
	wide, half = 24, 12 // of 24 columns
	high       = 9
)

func source() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr(plugin), Uid: cog.ToPtr(sourceUID)}
}

// query is a panel's statement as the plugin keeps it. The SDK has no type for it.
type query struct{ sql string }

// Build makes the query's JSON.
func (q query) Build() (variants.Dataquery, error) {
	return variants.UnknownDataquery{
		"refId": "A", "datasource": map[string]any{"type": plugin, "uid": sourceUID},
		"editorType": "sql", "queryType": "table", "format": 1, "rawSql": q.sql,
	}, nil
}

// units are Grafana's names of units.
var units = map[dashboards.Unit]string{
	dashboards.Share: "percentunit", dashboards.Millis: "ms", dashboards.Time: "dateTimeAsIso", dashboards.Members: "short",
	dashboards.Actions: "short", dashboards.Days: "short", dashboards.Score: "short", dashboards.Intervals: "short",
}

func pick(t dashboards.Text, lang string) string {
	if lang == "zh" {
		return t.ZH
	}
	return t.EN
}

// width is a panel's: what is read row by row or over years is wide.
func width(p dashboards.Panel) uint32 {
	if p.Kind == dashboards.Timeseries || p.Kind == dashboards.Table || p.Kind == dashboards.Cohorts {
		return wide
	}
	return half
}

func panelOf(p dashboards.Panel, lang string, at dashboard.GridPos) cog.Builder[dashboard.Panel] {
	title, about, empty := pick(p.Title, lang), pick(p.Description, lang), pick(p.Empty, lang)
	if overTime(p) {
		b := timeseries.NewPanelBuilder().Title(title).Description(about).NoValue(empty).Datasource(source()).
			WithTarget(query{rawSQL(p)}).GridPos(at).Unit("short").FillOpacity(10)
		if p.Kind == dashboards.Timeseries { // a value holds until the next one
			b = b.LineInterpolation(common.LineInterpolationStepAfter)
		}
		if p.Kind == dashboards.Bars || p.Kind == dashboards.Stacked {
			b = b.DrawStyle(common.GraphDrawStyleBars).FillOpacity(80)
		}
		if p.Kind == dashboards.Stacked {
			b = b.Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal))
		}
		for _, c := range drawn(p) {
			b = b.OverrideByName(c.Name, properties(p, c, lang))
		}
		return b
	}
	b := table.NewPanelBuilder().Title(title).Description(about).NoValue(empty).Datasource(source()).
		WithTarget(query{rawSQL(p)}).GridPos(at)
	for _, c := range p.Columns {
		b = b.OverrideByName(c.Name, properties(p, c, lang))
	}
	return b
}

// properties name a column and say how it is written.
func properties(p dashboards.Panel, c dashboards.Column, lang string) []dashboard.DynamicConfigValue {
	out := []dashboard.DynamicConfigValue{{Id: "displayName", Value: pick(c.Title, lang)}}
	if u := units[c.Unit]; u != "" {
		out = append(out, dashboard.DynamicConfigValue{Id: "unit", Value: u})
	}
	if overTime(p) && c.Unit == dashboards.Share {
		out = append(out, dashboard.DynamicConfigValue{Id: "custom.axisPlacement", Value: "right"})
	}
	if slices.Contains(p.Below, c.Name) {
		out = append(out, dashboard.DynamicConfigValue{Id: "custom.transform", Value: "negative-Y"})
	}
	if other := map[string]string{"en": "_zh", "zh": "_en"}[lang]; strings.HasSuffix(c.Name, other) {
		out = append(out, dashboard.DynamicConfigValue{Id: "custom.hidden", Value: true}) // text in the other language
	}
	return out
}
