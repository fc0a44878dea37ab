package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb"
)

// DoctorOptions say what to look at, and whether to repair it.
type DoctorOptions struct {
	Fix      bool
	Dir      string
	Progress io.Writer
	// With either, these are looked at instead of this machine.
	Kafka      *KafkaConfig
	ClickHouse *ClickHouseConfig
	Receivers  []string // of alerts, as they are configured
}

// Finding is one thing that was looked at. Text says what it is, or how to get it.
type Finding struct {
	Part string `json:"part"`
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

// Doctor looks at what Rollcall needs: on this machine, or of a Kafka and a ClickHouse.
func Doctor(ctx context.Context, o DoctorOptions) (found []Finding) {
	if o.Kafka != nil {
		found = doctorKafka(ctx, *o.Kafka, o.Receivers)
	}
	if o.ClickHouse != nil {
		found = append(found, doctorClickHouse(ctx, *o.ClickHouse)...)
	}
	if found != nil {
		return found
	}
	engine := Finding{Part: "embedded ClickHouse " + chdb.Version}
	path, err := chdb.Library()
	if err != nil && o.Fix {
		path, err = chdb.Fetch(ctx, o.Progress)
	}
	if engine.OK, engine.Text = err == nil, path; err != nil {
		engine.Text = err.Error()
	}
	instance := Finding{Part: "running instance", OK: true, Text: "none in " + o.Dir + " (`rollcall up` starts one)"}
	if run, err := FindRun(o.Dir); err == nil {
		c := &Client{base: "http://" + run.HTTP, token: run.Token}
		st, err := c.Status(ctx)
		switch {
		case err != nil:
			instance.OK, instance.Text = false, fmt.Sprintf("run.json names %s, which does not answer: %v; start it again with `rollcall up`", run.HTTP, err)
		case !st.Ready:
			instance.OK, instance.Text = false, "not ready: "+st.Problem
		default:
			instance.Text = "ready at http://" + run.HTTP + "/"
		}
	}
	return []Finding{engine, instance}
}

// Migrate brings the read model of a ClickHouse up to date: that of a DSN, or of the instance that runs on dir.
func Migrate(ctx context.Context, c ClickHouseConfig, dir string, logger *slog.Logger) (int64, error) {
	if c.DSN == "" {
		run, err := FindRun(dir)
		if err != nil {
			return 0, err
		}
		c.DSN = "http://" + run.ClickHouse
	}
	c.Logger = logger
	db, err := clickhouse.Open(c.DSN, c.Options)
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	return db.Migrate(ctx)
}

func emptyRegistry() *registry.Registry { return registry.New(registry.Options{Create: true}) }
