package grafana

import (
	"fmt"
	"hash/fnv"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/rollcall-dev/rollcall/dashboards"
)

const wide = 24 // columns of a page

// A placed panel knows its size; where it goes is the board's.
type placed struct {
	id     string // names it for ever: bookmarks of one panel hold a number made of it
	w, h   uint32
	panel  dashboard.Panel
	linked []dashboard.DashboardLink
}

type board struct {
	id, title   string
	variables   []cog.Builder[dashboard.VariableModel]
	annotations []cog.Builder[dashboard.AnnotationQuery]
	links       []cog.Builder[dashboard.DashboardLink]
	panels      []placed
}

// communityBoard is a board of package dashboards.
func communityBoard(o Options, b dashboards.Board) (board, error) {
	out := board{id: b.ID, title: o.pick(b.Title), variables: variables(o, b.ID), annotations: annotations(o)}
	out.links = append(out.links, dashboard.NewDashboardLinkBuilder(o.text("All data", "全部数据")).Type(dashboard.DashboardLinkTypeLink).Icon("clock-nine").
		Tooltip(o.text("From the community's first day to its last", "从社区的第一天到最后一天")).Url("/d/"+o.uid(b.ID)+"?${all_data:raw}").IncludeVars(true))
	for _, id := range b.Panels {
		p, ok := dashboards.Find(id)
		if !ok {
			return board{}, fmt.Errorf("there is no panel %q", id)
		}
		drawn, err := draw(o, p)
		if err != nil {
			return board{}, fmt.Errorf("drawing the panel %s: %w", id, err)
		}
		out.panels = append(out.panels, drawn)
	}
	return out, nil
}

func (b board) build(o Options) (dashboard.Dashboard, error) {
	d := dashboard.NewDashboardBuilder("Rollcall · "+b.title).Uid(o.uid(b.id)).Tags([]string{"rollcall", o.Lang}).
		Timezone(o.TimeZone).Time(o.From, o.To).Refresh("30s").Tooltip(dashboard.DashboardCursorSyncCrosshair).Readonly().
		Variables(b.variables).Annotations(b.annotations).Links(append(b.links, boardsLink(o)))
	for _, p := range arrange(b.panels) {
		d = d.WithPanel(ready{p})
	}
	return d.Build()
}

// boardsLink is the menu of the boards in this language. What was chosen and the range go along.
func boardsLink(o Options) cog.Builder[dashboard.DashboardLink] {
	return dashboard.NewDashboardLinkBuilder("Rollcall").Type(dashboard.DashboardLinkTypeDashboards).Tags([]string{"rollcall", o.Lang}).
		AsDropdown(true).IncludeVars(true).KeepTime(true)
}

// arrange gives panels their places, in order, row by row. A row is as high as its highest panel, and its last one takes what
// is left.
func arrange(panels []placed) []dashboard.Panel {
	var out []dashboard.Panel
	var y uint32
	for len(panels) > 0 {
		var x, height uint32
		n := 0
		for n < len(panels) && x+panels[n].w <= wide {
			x += panels[n].w
			height = max(height, panels[n].h)
			n++
		}
		left := wide - x
		x = 0
		for i, p := range panels[:n] {
			if i == n-1 {
				p.w += left
			}
			hash := fnv.New32a()
			_, _ = hash.Write([]byte(p.id))
			p.panel.Id = cog.ToPtr(hash.Sum32() % 1_000_000)
			p.panel.GridPos = &dashboard.GridPos{X: x, Y: y, W: p.w, H: height}
			p.panel.Links = p.linked
			out = append(out, p.panel)
			x += p.w
		}
		y += height
		panels = panels[n:]
	}
	return out
}

// ready is what is made already, where the SDK asks for what makes it.
type ready struct{ panel dashboard.Panel }

// Build returns the panel.
func (r ready) Build() (dashboard.Panel, error) { return r.panel, nil }
