package stream

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas"
)

// sampled returns a metric's value, summed over its series, and of how many there are.
func sampled(t *testing.T, r *prometheus.Registry, name string, on string) (sum float64, series int) {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
	series:
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if on != "" && l.GetName() == "on" && l.GetValue() != on {
					continue series
				}
			}
			sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			series++
		}
	}
	return sum, series
}

// What an alert looks at goes on while a partition waits, and ends with its ownership.
func TestTheGaugesOfAPartitionThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 2)
		down := false
		w.fail = func(call string) error {
			if down && call == "write rows" {
				return errDown
			}
			return nil
		}
		reg := prometheus.NewRegistry()
		value := func(name, on string) float64 { v, _ := sampled(t, reg, "rollcall_stage_"+name, on); return v }
		w.add(schemas.TopicActions, 0, values(0, 0, 3)...)
		r := w.run(t, func(o *Options) { o.Registerer = reg })
		until(t, "a snapshot", func() bool { return value("snapshot_bytes", "") > 0 && value("replay_records", "") == 0 })
		for _, name := range []string{"lag_records", "lag_seconds", "stalled"} {
			if v := value(name, ""); v != 0 {
				t.Errorf("%s is %g while all is well", name, v)
			}
		}
		if got := value("generations_total", ""); got != 1 {
			t.Errorf("%g generations", got)
		}

		w.mu.Lock()
		down = true
		w.mu.Unlock()
		w.add(schemas.TopicActions, 0, values(0, 3, 5)...)
		pass(time.Minute)
		if lag, stalled := value("lag_records", ""), value("stalled", ""); lag != 2 || stalled != 1 {
			t.Errorf("%g records behind, %g partitions stalled", lag, stalled)
		}
		if v := value("lag_seconds", ""); v < 55 || v > 60 {
			t.Errorf("after a minute the oldest record waits for %g s", v)
		}
		if sink, log := value("retries_total", onSink), value("retries_total", onLog); sink < 5 || log != 0 {
			t.Errorf("%g retries of the sink, %g of the log", sink, log)
		}

		w.mu.Lock()
		down = false
		w.mu.Unlock()
		until(t, "it to catch up", func() bool { return value("lag_records", "") == 0 && value("stalled", "") == 0 })
		if v := value("lag_seconds", ""); v != 0 {
			t.Errorf("nothing waits, for %g s", v)
		}
		r.generations[0] <- []int{1}
		until(t, "the other generation", func() bool { return value("generations_total", "") == 2 })
		until(t, "the gauges of one partition", func() bool { _, n := sampled(t, reg, "rollcall_stage_lag_seconds", ""); return n == 1 })
		r.stop()
	})
}

// The age is never more than the truth, and less by no more than a small part of it, however long the backlog.
func TestTheAgeOfABacklog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b backlog
		began := time.Unix(1_000_000, 0)
		seen := []time.Duration{} // when offset i was first seen
		now, delivered := time.Duration(0), 0
		most := rapid.IntRange(1, 2000).Draw(t, "ms between two fetches")
		random := rapid.IntRange(0, most)
		for range rapid.IntRange(1, 1000).Draw(t, "fetches") {
			n := random.Draw(t, "ms")
			now += time.Duration(n) * time.Millisecond
			for range n % 4 {
				seen = append(seen, now)
			}
			if n%5 == 0 && delivered < len(seen) {
				delivered++
			}
			b.saw(int64(len(seen)), int64(delivered), began.Add(now))
		}
		got := b.age(int64(delivered), began.Add(now))
		if delivered == len(seen) {
			if got != 0 {
				t.Fatalf("nothing waits, for %v", got)
			}
			return
		}
		want := now - seen[delivered]
		if slack := 2*time.Duration(most)*time.Millisecond + want/8; got > want || got < want-slack {
			t.Fatalf("record %d of %d waits for %v, the age says %v", delivered, len(seen), want, got)
		}
	})
}
