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
	Clickhouse       string           `help:"Address of the ClickHouse, as clickhouse://USER@HOST:9000; the running instance of --data if not given." placeholder:"DSN"`
	ClickhouseAccess clickhouseAccess `embed:"" prefix:"clickhouse-"`
	Data             string           `help:"Data folder of the running instance." placeholder:"DIR" default:"rollcall-data" type:"path"`
}

func (migrateCmd) Example() string {
	return "rollcall migrate --clickhouse clickhouse://localhost:9000"
}

func (m *migrateCmd) Run(ctx context.Context, logger *slog.Logger, out printer) error {
	c, err := m.ClickhouseAccess.config(m.Clickhouse)
	if err != nil {
		return err
	}
	version, err := app.Migrate(ctx, c, m.Data, logger)
	if err != nil {
		return err
	}
	return out.print(map[string]int64{"version": version}, func(w io.Writer) { fmt.Fprintf(w, "The read model is at version %d.\n", version) })
}

type doctorCmd struct {
	Fix              bool             `help:"Get what is missing."`
	Data             string           `help:"Data folder to look at." placeholder:"DIR" default:"rollcall-data" type:"path"`
	Kafka            []string         `help:"Look at this Kafka instead of this machine." placeholder:"HOST:PORT"`
	KafkaAccess      kafkaAccess      `embed:"" prefix:"kafka-"`
	Clickhouse       string           `help:"Look at this ClickHouse." placeholder:"DSN"`
	ClickhouseAccess clickhouseAccess `embed:"" prefix:"clickhouse-"`
}

func (doctorCmd) Example() string {
	return "rollcall doctor --fix\n  rollcall doctor --kafka kafka-1:9092 --clickhouse clickhouse://rollcall@clickhouse:9000"
}

// Help says what a flag's line cannot.
func (doctorCmd) Help() string {
	return "Without --kafka and --clickhouse: is what `rollcall up` needs on this machine. With them, and the same flags as collect and process: are they reachable, of " +
		"which version, are the topics and the read model there and as they must be, how far behind the processes and the receivers of alerts are (and which receivers nobody knows any more), do the clocks agree, may one write. " +
		"A line a check; exit status 1 where something has to be mended, and the line says what."
}

func (d *doctorCmd) options(s *settingsFile) (app.DoctorOptions, error) {
	o := app.DoctorOptions{Fix: d.Fix, Dir: d.Data, Progress: os.Stderr, Receivers: s.alerts.Names()}
	if len(d.Kafka) > 0 {
		c, err := d.KafkaAccess.config(d.Kafka)
		if err != nil {
			return o, err
		}
		o.Kafka = &c
	}
	if d.Clickhouse != "" {
		c, err := d.ClickhouseAccess.config(d.Clickhouse)
		if err != nil {
			return o, err
		}
		o.ClickHouse = &c
	}
	return o, nil
}

func (d *doctorCmd) Run(ctx context.Context, s *settingsFile, out printer) error {
	o, err := d.options(s)
	if err != nil {
		return err
	}
	findings := app.Doctor(ctx, o)
	failed := false
	for _, f := range findings {
		failed = failed || !f.OK
	}
	err = out.print(findings, func(w io.Writer) {
		for _, f := range findings {
			mark := "ok"
			if !f.OK {
				mark = "FIX"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", mark, f.Part, f.Text)
		}
	})
	if err == nil && failed {
		return fmt.Errorf("something has to be mended: see above")
	}
	return err
}

type versionCmd struct{}

func (versionCmd) Example() string { return "rollcall version" }

func (versionCmd) Run(out printer) error {
	return out.print(map[string]string{"version": app.Version()}, func(w io.Writer) { fmt.Fprintln(w, "rollcall", app.Version()) })
}
