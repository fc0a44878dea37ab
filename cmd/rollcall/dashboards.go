package main

import (
	"fmt"
	"io"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type dashboardsCmd struct {
	Out  string `help:"Folder to write into." required:"" placeholder:"DIR"`
	Lang string `help:"Language of titles and texts: en, zh." default:"en" placeholder:"LANG"`
}

func (dashboardsCmd) Example() string { return "rollcall dashboards --out grafana --lang zh" }

// Help says what to do with the files.
func (dashboardsCmd) Help() string {
	return "Writes dashboards/LANG/*.json and provisioning for Grafana with the official ClickHouse data source. Mount dashboards as " +
		"/etc/grafana/rollcall/dashboards and provisioning as /etc/grafana/provisioning, and set ROLLCALL_CLICKHOUSE_HOST, _PORT, _USER and _PASSWORD."
}

func (d *dashboardsCmd) Run(out printer) error {
	files, err := app.WriteDashboards(d.Out, d.Lang)
	if err != nil {
		return err
	}
	return out.print(map[string]any{"out": d.Out, "files": files}, func(w io.Writer) {
		for _, f := range files {
			fmt.Fprintln(w, f)
		}
	})
}
