package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type upCmd struct {
	Data              string  `help:"Data folder; the same one goes on where it stopped." placeholder:"DIR" default:"rollcall-data" type:"path"`
	Listen            string  `help:"HTTP address of console, API and collector." placeholder:"ADDR" default:"127.0.0.1:8080"`
	KafkaListen       string  `help:"Address of the embedded Kafka; port 0 picks a free one." placeholder:"ADDR" default:"127.0.0.1:0"`
	ClickhouseListen  string  `help:"Address of the embedded ClickHouse's HTTP interface; port 0 picks a free one." placeholder:"ADDR" default:"127.0.0.1:0"`
	Partitions        int     `help:"Partitions of a new data folder; an existing one keeps its own." default:"0" placeholder:"N"`
	CommunitiesCreate bool    `help:"Communities come into being with their first action." default:"true" negatable:""`
	Snapshots         string  `help:"Where the folds' state is kept: file:///FOLDER or s3://BUCKET/FOLDER; the data folder if not given." placeholder:"URL"`
	RatePerKey        float64 `help:"Actions a second that one write key may send; 0 is any number." default:"0" placeholder:"N"`
	Token             string  `help:"Administrator's token, 20 characters at least; better in the environment or a file. One is made at each start if not given, and with it sign-ins and share links end." placeholder:"TEXT"`
	TokenFile         string  `help:"Or the file that holds it." placeholder:"FILE" type:"path"`
}

func (upCmd) Example() string { return "rollcall up --data rollcall-data --listen 127.0.0.1:8080" }

func (u *upCmd) Run(ctx context.Context, s *settingsFile, logger *slog.Logger, out printer) error {
	token, err := adminToken(u.Token, u.TokenFile)
	if err != nil {
		return err
	}
	return app.Up(ctx, app.UpOptions{
		Dir: u.Data, Listen: u.Listen, KafkaListen: u.KafkaListen, ClickHouseListen: u.ClickhouseListen,
		Partitions: u.Partitions, CreateUnknown: u.CommunitiesCreate, Communities: s.communities, Alerts: s.alerts, RatePerKey: u.RatePerKey, Snapshots: u.Snapshots, Token: token, Logger: logger,
		Ready: func(r app.Run, key string) {
			v := map[string]any{"console": "http://" + r.HTTP + "/", "kafka": r.Kafka, "clickhouse": r.ClickHouse, "key": key}
			_ = out.print(v, func(w io.Writer) {
				fmt.Fprintf(w, "Console\thttp://%s/\n", r.HTTP)
				fmt.Fprintf(w, "Write key\t%s\t(for any community; `rollcall key create` makes more)\n", key)
				fmt.Fprintf(w, "Kafka\t%s\n", r.Kafka)
				fmt.Fprintf(w, "ClickHouse\thttp://%s/\n", r.ClickHouse)
				fmt.Fprintln(w, "Ctrl-C stops it; the same folder goes on where it stopped.")
			})
		},
	})
}
