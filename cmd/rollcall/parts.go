package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/rollcall-dev/rollcall/internal/app"
)

// part is what collect and process have in common.
type part struct {
	Kafka       []string    `help:"Kafka brokers, any of which knows the others." required:"" placeholder:"HOST:PORT"`
	KafkaAccess kafkaAccess `embed:"" prefix:"kafka-"`
	Partitions  int         `help:"Partitions of topics that are not there yet, 12 if not given; never to be changed." default:"0" placeholder:"N"`
	Listen      string      `help:"HTTP address." placeholder:"ADDR" default:"127.0.0.1:8080"`
	Token       string      `help:"Administrator's token, 20 characters at least; better in the environment or a file. One is made up and printed if not given." placeholder:"TEXT"`
	TokenFile   string      `help:"Or the file that holds it." placeholder:"FILE" type:"path"`
}

func (p *part) options(logger *slog.Logger, out printer, say func(io.Writer, app.Part)) (app.PartOptions, error) {
	config, err := p.KafkaAccess.config(p.Kafka)
	if err != nil {
		return app.PartOptions{}, err
	}
	token, err := adminToken(p.Token, p.TokenFile)
	if err != nil {
		return app.PartOptions{}, err
	}
	return app.PartOptions{Kafka: config, Partitions: p.Partitions, Listen: p.Listen, Token: token, Logger: logger, Ready: func(r app.Part) {
		_ = out.print(r, func(w io.Writer) {
			say(w, r)
			if r.Token != "" {
				fmt.Fprintf(w, "Token\t%s\t(made for this run; ROLLCALL_TOKEN sets one that stays)\n", r.Token)
			}
			fmt.Fprintln(w, "Ctrl-C stops it.")
		})
	}}, nil
}

type collectCmd struct {
	part              `embed:""`
	CommunitiesCreate bool    `help:"Communities come into being with their first action." default:"true" negatable:""`
	RatePerKey        float64 `help:"Actions a second that one write key may send to this process; 0 is any number." default:"0" placeholder:"N"`
}

func (collectCmd) Example() string {
	return "ROLLCALL_TOKEN=… rollcall collect --kafka kafka-1:9092,kafka-2:9092 --listen 0.0.0.0:8080"
}

// Help says what a flag's line cannot.
func (collectCmd) Help() string {
	return "Takes actions over HTTP (POST /v1/actions and the client protocols), checks them and appends them to Kafka; needs no ClickHouse. Any number of " +
		"collectors run side by side behind a load balancer: they keep nothing, and know keys and communities from the log. `rollcall import`, `rollcall key` and " +
		"`rollcall community` speak to it with --server URL --key TOKEN."
}

func (c *collectCmd) Run(ctx context.Context, logger *slog.Logger, out printer) error {
	o, err := c.options(logger, out, func(w io.Writer, r app.Part) { fmt.Fprintf(w, "Collector\thttp://%s/v1/actions\n", r.HTTP) })
	if err != nil {
		return err
	}
	return app.Collect(ctx, app.CollectOptions{PartOptions: o, CreateUnknown: c.CommunitiesCreate, RatePerKey: c.RatePerKey})
}

type processCmd struct {
	part             `embed:""`
	Clickhouse       string           `help:"Address of the ClickHouse: clickhouse://USER@HOST:9000/rollcall (native) or http://USER@HOST:8123/rollcall, with ?secure=true or https for TLS." required:"" placeholder:"DSN"`
	ClickhouseAccess clickhouseAccess `embed:"" prefix:"clickhouse-"`
	Snapshots        string           `help:"Where the folds' state is kept, for all processes: file:///FOLDER that they share, or s3://BUCKET/FOLDER." placeholder:"URL"`
	Data             string           `help:"Or a folder of this process alone." placeholder:"DIR" type:"path"`
}

func (processCmd) Example() string {
	return "ROLLCALL_TOKEN=… rollcall process --kafka kafka-1:9092 --clickhouse clickhouse://rollcall@clickhouse:9000 --snapshots s3://bucket/rollcall?region=eu-central-1"
}

// Help says what a flag's line cannot.
func (processCmd) Help() string {
	return "Folds a share of Kafka's partitions and writes the numbers to ClickHouse; serves console, read API, status, verify and rebuild. Processes share the " +
		"partitions by Kafka's consumer groups: start one more, or stop one, at any time. Each brings the read model up to date when it starts.\n\n" +
		"State lives in memory and in snapshots. With --snapshots in a store that all processes reach, a partition that moves to another process goes on from the " +
		"last snapshot. With --data each process keeps its own: a partition that moves is folded again from the beginning of the log, which takes long, and is " +
		"refused where the log forgets."
}

func (c *processCmd) Run(ctx context.Context, s *settingsFile, logger *slog.Logger, out printer) error {
	o, err := c.options(logger, out, func(w io.Writer, r app.Part) { fmt.Fprintf(w, "Console\thttp://%s/\n", r.HTTP) })
	if err != nil {
		return err
	}
	clickhouse, err := c.ClickhouseAccess.config(c.Clickhouse)
	if err != nil {
		return err
	}
	return app.Process(ctx, app.ProcessOptions{PartOptions: o, ClickHouse: clickhouse, Snapshots: c.Snapshots,
		Dir: c.Data, Communities: s.communities})
}
