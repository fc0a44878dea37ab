package main

import (
	"fmt"
	"io"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type dashboardsCmd struct {
	Out  string `help:"Folder to write into." required:"" placeholder:"DIR"`
	Lang string `help:"Language of titles and texts: en, zh." default:"en" placeholder:"LANG"`

	From        string `help:"Begin of the range that a board opens with, as Grafana writes it; for a history, its first day." default:"now-90d" placeholder:"TIME"`
	To          string `help:"End of that range." default:"now" placeholder:"TIME"`
	TimeZone    string `help:"Time zone of the charts' axes: browser, utc, or an IANA name." default:"browser" placeholder:"ZONE"`
	Definitions string `help:"Where the pages of docs/metrics/numbers can be read; panels link there. The repository's, unless set." placeholder:"URL"`
	AlertRules  bool   `help:"Write alert rules for Grafana too. Where two languages go into one folder, leave them out of one." default:"true" negatable:""`
}

func (dashboardsCmd) Example() string { return "rollcall dashboards --out grafana --lang zh" }

// Help says what to do with the files.
func (dashboardsCmd) Help() string {
	return "Writes dashboards/LANG/*.json and provisioning for Grafana with the official ClickHouse data source. Mount dashboards as " +
		"/etc/grafana/rollcall/dashboards and provisioning as /etc/grafana/provisioning, and set ROLLCALL_CLICKHOUSE_HOST, _PORT, _USER and _PASSWORD, and " +
		"ROLLCALL_PROMETHEUS_URL for the board of the pipeline's health."
}

func (d *dashboardsCmd) Run(out printer) error {
	files, err := app.WriteDashboards(d.Out, app.DashboardOptions{Lang: d.Lang, From: d.From, To: d.To, TimeZone: d.TimeZone, Definitions: d.Definitions, NoAlertRules: !d.AlertRules})
	if err != nil {
		return err
	}
	return out.print(map[string]any{"out": d.Out, "files": files}, func(w io.Writer) {
		for _, f := range files {
			fmt.Fprintln(w, f)
		}
	})
}
