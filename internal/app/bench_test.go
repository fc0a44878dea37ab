package app

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/files"
	"github.com/rollcall-dev/rollcall/internal/simulate"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	benchActions = 1_000_000
	benchMembers = 20_000
)

// simulated returns a simulation of benchMembers people who do 4,000 things a second.
func simulated(b *testing.B) *simulate.Simulation {
	b.Helper()
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	o := simulate.Demo("lab", 1, benchMembers, from, from.AddDate(0, 0, 3))
	o.PerDay, o.Rate = 0, 4000
	sim, err := simulate.New(o)
	if err != nil {
		b.Fatal(err)
	}
	return sim
}

// cpuSeconds is the CPU time of this process, the embedded engines included.
func cpuSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// began starts the instance that a benchmark sends to, with the community set up.
func began(b *testing.B, dir string) *instance {
	b.Helper()
	in := start(b, dir)
	if _, err := in.SetCommunity(b.Context(), CommunitySetting{Community: "lab", Clock: "data"}); err != nil {
		b.Fatal(err)
	}
	in.wait()
	return in
}

func (in *instance) mustHold(n int) {
	in.t.Helper()
	var got int
	if _, err := fmt.Sscan(in.one("SELECT count() FROM rollcall.actions FINAL WHERE late = 0"), &got); err != nil || got != n {
		in.t.Fatalf("%d actions in time, want %d (%v)", got, n, err)
	}
}

// BenchmarkImport brings a file of 1 M simulated actions into an empty instance, as `rollcall import` does: read, check,
// HTTP, Kafka, folds, ClickHouse. acked/s is until the last answer, visible/s until every table shows all of it.
func BenchmarkImport(b *testing.B) {
	path := filepath.Join(b.TempDir(), "sim.ndjson")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := files.NewWriter(f, "")
	if _, err := (SimulateOptions{Limit: benchActions}).send(b.Context(), simulated(b), w); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	importing(b, func(in *instance) { in.importFile(ImportOptions{Files: []string{path}, Community: "lab"}) })
}

// BenchmarkImportEncoded is the server's half of BenchmarkImport: the batches are encoded before.
func BenchmarkImportEncoded(b *testing.B) {
	sim := simulated(b)
	var batches []*actionpb.ImportBatch
	var a schemas.Action
	for range benchActions / simulateBatch {
		m := &actionpb.ImportBatch{}
		for range simulateBatch {
			sim.Next(&a)
			m.Actions = append(m.Actions, a.Append(nil))
		}
		batches = append(batches, m)
	}
	importing(b, func(in *instance) {
		c := files.NewClient(in.base, in.token)
		for _, m := range batches {
			if err := c.Send(b.Context(), m); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func importing(b *testing.B, send func(*instance)) {
	b.ReportAllocs()
	var acked, visible time.Duration
	cpu := 0.0
	for b.Loop() {
		b.StopTimer()
		in := began(b, b.TempDir())
		cpu -= cpuSeconds(b)
		b.StartTimer()
		at := time.Now()
		send(in)
		acked += time.Since(at)
		in.wait()
		visible += time.Since(at)
		b.StopTimer()
		cpu += cpuSeconds(b)
		in.mustHold(benchActions)
		if err := in.stop(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	n := float64(b.N) * benchActions
	b.ReportMetric(n/acked.Seconds(), "acked/s")
	b.ReportMetric(n/visible.Seconds(), "visible/s")
	b.ReportMetric(cpu/n*1e9, "cpu-ns/action")
}

// BenchmarkReplay makes all tables from an existing log of 1 M actions: the folds and the sink, without a collector.
func BenchmarkReplay(b *testing.B) {
	dir := b.TempDir()
	in := began(b, dir)
	if _, err := (SimulateOptions{Limit: benchActions}).send(b.Context(), simulated(b), files.NewClient(in.base, in.token)); err != nil {
		b.Fatal(err)
	}
	in.wait()
	if err := in.stop(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	cpu := 0.0
	for b.Loop() {
		b.StopTimer()
		for _, sub := range []string{"snapshots", "clickhouse"} {
			if err := os.RemoveAll(filepath.Join(dir, sub)); err != nil {
				b.Fatal(err)
			}
		}
		cpu -= cpuSeconds(b)
		b.StartTimer()
		in := start(b, dir)
		in.wait()
		b.StopTimer()
		cpu += cpuSeconds(b)
		in.mustHold(benchActions)
		if err := in.stop(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	n := float64(b.N) * benchActions
	b.ReportMetric(n/b.Elapsed().Seconds(), "actions/s")
	b.ReportMetric(cpu/n*1e9, "cpu-ns/action")
}
