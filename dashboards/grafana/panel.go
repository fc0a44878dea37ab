package grafana

import (
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/barchart"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/grafana/grafana-foundation-sdk/go/trend"

	"github.com/rollcall-dev/rollcall/dashboards"
)

const (
	memberBoard = "member" // of package dashboards
	statColumns = 5        // as many values in a line are read at a glance
)

// units are Grafana's names of units.
var units = map[dashboards.Unit]string{
	dashboards.Share: "percentunit", dashboards.Millis: "ms", dashboards.Time: "dateTimeAsIso", dashboards.Members: "short",
	dashboards.Actions: "short", dashboards.Days: "short", dashboards.Score: "short", dashboards.Intervals: "short",
}

// draw makes a panel of a declared one: first its picture, by its kind, then what all panels have.
func draw(o Options, p dashboards.Panel) (placed, error) {
	made, err := picture(o, p).Build()
	if err != nil {
		return placed{}, err
	}
	target, err := query{statement(o, p)}.Build()
	if err != nil {
		return placed{}, err
	}
	made.Title, made.Description = cog.ToPtr(title(o, p)), cog.ToPtr(description(o, p))
	made.Datasource, made.Targets = cog.ToPtr(clickhouseRef()), []variants.Dataquery{target}
	defaults := defaultsOf(&made)
	defaults.NoValue = cog.ToPtr(o.pick(p.Empty))
	switch p.Kind { // without steps of its own a panel gets Grafana's: red from 80
	case dashboards.Cohorts:
		matrix(defaults, "percentunit")
		defaults.Thresholds = blues(dashboard.ThresholdsModeAbsolute, 0.025, 0.05, 0.1, 0.2, 0.4) // most shares are small
	case dashboards.Heatmap:
		matrix(defaults, "short")
		defaults.Thresholds = blues(dashboard.ThresholdsModePercentage, 2.5, 5, 10, 25, 60) // of the greatest, which may stand out
	case dashboards.Stat:
		defaults.Thresholds = plain("text")
	case dashboards.Table:
		defaults.Thresholds = plain("blue")
	}
	for name, properties := range columns(o, p) {
		made.FieldConfig.Overrides = append(made.FieldConfig.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
			Matcher: dashboard.MatcherConfig{Id: "byName", Options: name}, Properties: properties,
		})
	}
	w, h := size(p)
	out := placed{id: p.ID, w: w, h: h, panel: made}
	if p.Meaning.Page != "" {
		out.linked = []dashboard.DashboardLink{{
			Title: o.text("What does this number mean?", "这个数字是什么意思？"), Type: dashboard.DashboardLinkTypeLink, Icon: "question-circle",
			Url: cog.ToPtr(o.Definitions + p.ID + o.text(".md", ".zh-CN.md")), Tags: []string{}, TargetBlank: true,
		}}
	}
	return out, nil
}

// wholeVariable is of the boards: empty, or, while a filter is chosen, what stands behind the titles of panels that have none.
const wholeVariable = "whole"

func title(o Options, p dashboards.Panel) string {
	if binds := p.Binds(); slices.Contains(binds, "segment") || slices.Contains(binds, "member") {
		return o.pick(p.Title)
	}
	return o.pick(p.Title) + "${" + wholeVariable + "}"
}

// grid is a table without a row of sums.
func grid() *table.PanelBuilder {
	return table.NewPanelBuilder().Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{}))
}

// textSize leaves it to Grafana where values are of one sort; else each would get another.
func textSize(p dashboards.Panel) cog.Builder[common.VizTextDisplayOptions] {
	if isHeadline(p) {
		return common.NewVizTextDisplayOptionsBuilder()
	}
	return common.NewVizTextDisplayOptionsBuilder().TitleSize(14).ValueSize(20)
}

// plain is one colour whatever the number.
func plain(colour string) *dashboard.ThresholdsConfig {
	return &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: []dashboard.Threshold{{Color: colour}}}
}

// defaultsOf are what a panel says of all its fields. The SDK makes them only where one is set.
func defaultsOf(p *dashboard.Panel) *dashboard.FieldConfig {
	if p.FieldConfig == nil {
		p.FieldConfig = dashboard.NewFieldConfigSource()
	}
	return &p.FieldConfig.Defaults
}

// picture is what a kind of panel is drawn with.
func picture(o Options, p dashboards.Panel) cog.Builder[dashboard.Panel] {
	several := common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)
	palette := dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassic)
	switch p.Kind {
	case dashboards.Timeseries, dashboards.Trend, dashboards.Bars, dashboards.Stacked:
		b := timeseries.NewPanelBuilder().Unit("short").Tooltip(several).ColorScheme(palette).FillOpacity(10).AxisSoftMin(0).ShowPoints(common.VisibilityModeAuto)
		switch p.Kind {
		case dashboards.Timeseries: // a value holds until the next one
			b = b.LineInterpolation(common.LineInterpolationStepAfter).ShowPoints(common.VisibilityModeNever)
		case dashboards.Bars, dashboards.Stacked: // a bar stands on its interval, which begins at its time
			b = b.DrawStyle(common.GraphDrawStyleBars).BarAlignment(common.BarAlignmentAfter).FillOpacity(80).LineWidth(0)
		}
		if p.Kind == dashboards.Stacked {
			b = b.Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A"))
		}
		return b
	case dashboards.Curve:
		return trend.NewPanelBuilder().XField(p.Columns[0].Name).Tooltip(several).ColorScheme(palette).Min(0).ShowPoints(common.VisibilityModeAlways)
	case dashboards.Histogram:
		return barchart.NewPanelBuilder().XField(p.Columns[2].Name).Tooltip(several).ColorScheme(palette).FillOpacity(80).Min(0).
			Legend(common.NewVizLegendOptionsBuilder().ShowLegend(false).DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom))
	case dashboards.Stat:
		reduce := common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("/.*/")
		if isHeadline(p) {
			reduce = reduce.Values(true).Fields("/^" + p.Columns[1].Name + "$/")
		}
		return stat.NewPanelBuilder().ReduceOptions(reduce).GraphMode(common.BigValueGraphModeNone).ColorMode(common.BigValueColorModeValue).
			TextMode(common.BigValueTextModeValueAndName).Text(textSize(p)).WideLayout(false).JustifyMode(common.BigValueJustifyModeAuto).Orientation(common.VizOrientationAuto)
	case dashboards.Heatmap:
		return grid().CellHeight(common.TableCellHeightSm).Min(0)
	default:
		return grid().CellHeight(common.TableCellHeightSm)
	}
}

// size is how wide and high a panel is: what is read row by row or over years is wide.
func size(p dashboards.Panel) (w, h uint32) {
	switch p.Kind {
	case dashboards.Timeseries:
		return wide, 9
	case dashboards.Cohorts:
		return wide, 20
	case dashboards.Heatmap:
		return wide, 10
	case dashboards.Stat:
		if len(p.Columns) > statColumns {
			return wide, 5
		}
		return wide, 4
	case dashboards.Table:
		if len(p.Columns) > 4 {
			return wide, 10
		}
		return wide / 2, 10
	default:
		return wide / 2, 9
	}
}

// description is a panel's text, and where there is one its meaning, with what it can be mistaken for.
func description(o Options, p dashboards.Panel) string {
	parts := []string{o.pick(p.Description)}
	for _, part := range []struct{ title, text string }{
		{o.text("How it is computed", "计算方法"), o.pick(p.Meaning.Formula)},
		{o.text("How it misleads", "可能的误导"), o.pick(p.Meaning.Misleads)},
	} {
		if part.text != "" {
			parts = append(parts, "**"+part.title+"**\n\n"+part.text)
		}
	}
	return strings.Join(parts, "\n\n")
}

// limits are a column's, as Grafana's steps: the first is from minus infinity.
func limits(p dashboards.Panel, column string) []any {
	colours := map[dashboards.Level]string{dashboards.Good: "green", dashboards.Watch: "orange", dashboards.Bad: "red"}
	var steps []any
	for _, l := range p.Limits {
		switch {
		case l.Column != column:
		case steps == nil:
			steps = append(steps, map[string]any{"color": colours[l.Level], "value": nil})
		default:
			steps = append(steps, map[string]any{"color": colours[l.Level], "value": l.From})
		}
	}
	return steps
}
