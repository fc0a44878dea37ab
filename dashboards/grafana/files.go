package grafana

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// Languages are those that there are texts in.
var Languages = []string{"en", "zh"}

// Files are the dashboards in a language and the provisioning of all: contents by name, with slashes between folders.
func Files(lang string) (map[string][]byte, error) {
	out := map[string][]byte{
		"provisioning/datasources/rollcall.yaml":             []byte(datasource),
		"provisioning/dashboards/rollcall-" + lang + ".yaml": []byte(fmt.Sprintf(provider, lang, map[string]string{"en": "Rollcall", "zh": "Rollcall 中文"}[lang])),
	}
	for _, b := range dashboards.Boards() {
		d, err := dashboardOf(b, lang)
		if err != nil {
			return nil, fmt.Errorf("making the dashboard %s: %w", b.ID, err)
		}
		text, err := json.MarshalIndent(d, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("encoding the dashboard %s: %w", b.ID, err)
		}
		out["dashboards/"+lang+"/"+b.ID+".json"] = append(text, '\n')
	}
	return out, nil
}

func dashboardOf(b dashboards.Board, lang string) (dashboard.Dashboard, error) {
	d := dashboard.NewDashboardBuilder("Rollcall · "+pick(b.Title, lang)).Uid("rollcall-"+b.ID+"-"+lang).Tags([]string{"rollcall", lang}).
		Timezone("browser").Time("now-90d", "now").Refresh("30s").Tooltip(dashboard.DashboardCursorSyncCrosshair).Readonly()
	for _, v := range variables(lang) {
		d = d.WithVariable(v)
	}
	at := dashboard.GridPos{H: high}
	for _, id := range b.Panels {
		p, ok := dashboards.Find(id)
		if !ok {
			return dashboard.Dashboard{}, fmt.Errorf("there is no panel %q", id)
		}
		if at.W = width(p); at.X+at.W > wide { // it does not fit beside the one before
			at.X, at.Y = 0, at.Y+high
		}
		d = d.WithPanel(panelOf(p, lang, at))
		at.X += at.W
	}
	return d.Build()
}

// variables are what a reader chooses. All dashboards have all, so that a choice goes along.
func variables(lang string) []cog.Builder[dashboard.VariableModel] {
	label := func(en, zh string) string { return pick(dashboards.Text{EN: en, ZH: zh}, lang) }
	ask := func(name, title, sql string) *dashboard.QueryVariableBuilder {
		return dashboard.NewQueryVariableBuilder(name).Label(title).Datasource(source()).
			Query(dashboard.StringOrMap{String: cog.ToPtr(sql)}).Refresh(dashboard.VariableRefreshOnDashboardLoad)
	}
	choose := func(name, title string, of ...string) *dashboard.CustomVariableBuilder {
		one := dashboard.StringOrArrayOfString{String: cog.ToPtr(of[0])}
		return dashboard.NewCustomVariableBuilder(name).Label(title).
			Values(dashboard.StringOrMap{String: cog.ToPtr(strings.Join(of, ","))}).Current(dashboard.VariableOption{Text: one, Value: one})
	}
	return []cog.Builder[dashboard.VariableModel]{
		ask("community", label("Community", "社区"), "SELECT community FROM rollcall.communities FINAL WHERE NOT match(community, '@') ORDER BY time DESC"),
		ask("time_zone", label("Time zone", "时区"), "SELECT time_zone FROM rollcall.communities FINAL WHERE community = ${community:sqlstring}").
			Hide(dashboard.VariableHideHideVariable),
		choose("window", label("Window", "窗口"), "24h", "5m", "1h", "7d", "30d"),
		choose("interval", label("Interval", "间隔"), "week", "day", "month"),
		choose("dimension", label("Split by", "拆分"), " ", "channel", "platform", "kind"),
		ask("segment", label("Of it", "取值"), "SELECT DISTINCT segment FROM rollcall.activity FINAL WHERE community = ${community:sqlstring} AND dimension = trim(${dimension:sqlstring}) ORDER BY segment LIMIT 200"),
	}
}

const datasource = `# ClickHouse's data source, of the official plugin (grafana-clickhouse-datasource). Give Grafana a user that can only read.
apiVersion: 1
datasources:
  - name: Rollcall
    uid: rollcall
    type: grafana-clickhouse-datasource
    jsonData:
      host: ${ROLLCALL_CLICKHOUSE_HOST}
      port: ${ROLLCALL_CLICKHOUSE_PORT}
      protocol: http
      username: ${ROLLCALL_CLICKHOUSE_USER}
      defaultDatabase: rollcall
    secureJsonData:
      password: ${ROLLCALL_CLICKHOUSE_PASSWORD}
`

const provider = `apiVersion: 1
providers:
  - name: rollcall-%[1]s
    folder: %[2]s
    type: file
    allowUiUpdates: false
    options:
      path: /etc/grafana/rollcall/dashboards/%[1]s
`
