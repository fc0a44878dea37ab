package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type migrateCmd struct {
	Clickhouse string `help:"DSN of the ClickHouse, as clickhouse://user:password@host:9000; the running instance of --data if not given." placeholder:"DSN"`
	Data       string `help:"Data folder of the running instance." placeholder:"DIR" default:"rollcall-data" type:"path"`
}

func (migrateCmd) Example() string {
	return "rollcall migrate --clickhouse clickhouse://localhost:9000"
}

func (m *migrateCmd) Run(ctx context.Context, logger *slog.Logger, out printer) error {
	version, err := app.Migrate(ctx, m.Clickhouse, m.Data, logger)
	if err != nil {
		return err
	}
	return out.print(map[string]int64{"version": version}, func(w io.Writer) { fmt.Fprintf(w, "The read model is at version %d.\n", version) })
}

type doctorCmd struct {
	Fix  bool   `help:"Get what is missing."`
	Data string `help:"Data folder to look at." placeholder:"DIR" default:"rollcall-data" type:"path"`
}

func (doctorCmd) Example() string { return "rollcall doctor --fix" }

func (d *doctorCmd) Run(ctx context.Context, out printer) error {
	findings := app.Doctor(ctx, app.DoctorOptions{Fix: d.Fix, Dir: d.Data, Progress: os.Stderr})
	failed := false
	for _, f := range findings {
		failed = failed || !f.OK
	}
	err := out.print(findings, func(w io.Writer) {
		for _, f := range findings {
			mark := "ok"
			if !f.OK {
				mark = "MISSING"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", mark, f.Part, f.Text)
		}
	})
	if err == nil && failed {
		return fmt.Errorf("something is missing: see above")
	}
	return err
}

type versionCmd struct{}

func (versionCmd) Example() string { return "rollcall version" }

func (versionCmd) Run(out printer) error {
	return out.print(map[string]string{"version": app.Version()}, func(w io.Writer) { fmt.Fprintln(w, "rollcall", app.Version()) })
}
