package alerts_test

import (
	"testing"
	"time"

	"github.com/zeebo/xxh3"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/internal/evaluate/alerts"
	"github.com/rollcall-dev/rollcall/internal/simulate"
	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Ticks of event time come on every partition, and all is passed on, this often. What is raised, and as of when, does not
// depend on it; less often is faster.
const (
	fastTicks = 360 * 60_000
	slowTicks = 15 * 60_000
)

// folds are both stages without a log between them.
type folds struct {
	t           *testing.T
	members     []*processors.Members
	offsets     []int64
	communities *processors.Communities
	signals     int64
	buf, key    []byte
	raised      alertBook
}

// run folds a simulation on the data clock, over some partitions, and returns what was raised.
func run(t *testing.T, o simulate.Options, partitions int, every int64) (simulate.Truth, []alerts.Alert) {
	t.Helper()
	sim, err := simulate.New(o)
	if err != nil {
		t.Fatal(err)
	}
	truth := sim.Truth()
	settings := &actionpb.Settings{Community: o.Community, TimeZone: o.TimeZone, Alerting: &actionpb.Alerting{Holidays: holidays(t, truth)}}
	return truth, fold(t, settings, o.From, o.To, sim.Next, partitions, every)
}

// fold folds what next hands out, in rising order of time, and returns what was raised.
func fold(t *testing.T, settings *actionpb.Settings, from, to time.Time, next func(*schemas.Action) bool, partitions int, every int64) []alerts.Alert {
	t.Helper()
	f := &folds{t: t, communities: processors.NewCommunities(), offsets: make([]int64, partitions), raised: alertBook{t: t}}
	for i := range partitions {
		f.members = append(f.members, processors.NewMembers(i, partitions))
	}
	settings.Clock, settings.LatenessMs = actionpb.Clock_CLOCK_DATA, 3_600_000
	f.control(&actionpb.Control{Settings: settings})
	tick := from.UnixMilli()
	advance := func(to int64) {
		for ; tick+every <= to; tick += every {
			f.control(&actionpb.Control{Tick: &actionpb.Tick{Community: settings.Community, Time: tick + every}})
			f.deliver()
		}
	}
	var a schemas.Action
	for next(&a) {
		advance(a.Time)
		f.key = a.Key(f.key[:0])
		p := int(xxh3.Hash(f.key) % uint64(partitions))
		n := len(f.buf)
		f.buf = a.Append(f.buf)
		f.apply(p, f.buf[n:len(f.buf):len(f.buf)])
	}
	advance(to.UnixMilli())
	f.deliver()
	return f.raised.alerts
}

func (f *folds) control(c *actionpb.Control) {
	c.Version = schemas.Version
	for p := range f.members {
		b, err := proto.Marshal(c)
		if err != nil {
			f.t.Fatal(err)
		}
		f.apply(p, b)
	}
}

func (f *folds) apply(p int, value []byte) {
	f.members[p].Apply(f.offsets[p], value)
	f.offsets[p]++
}

// deliver passes the signals on and takes what was raised. The actions' bytes are not needed after it.
func (f *folds) deliver() {
	for _, m := range f.members {
		out := m.Flush()
		if n := len(out.Rejected); n > 0 {
			f.t.Fatalf("%d records rejected", n)
		}
		for _, s := range out.Signals {
			f.communities.Apply(f.signals, s.Value)
			f.signals++
		}
		m.Delivered()
	}
	f.buf = f.buf[:0]
	f.raised.take(f.communities.Flush().Alerts)
	f.communities.Delivered()
}

func holidays(t *testing.T, truth simulate.Truth) (out []*actionpb.Holiday) {
	day := func(s string) int32 {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return int32(d.Unix() / 86400)
	}
	for _, h := range truth.Holidays {
		out = append(out, &actionpb.Holiday{Name: h.Name, From: day(h.From), To: day(h.To)})
	}
	return out
}

// alertBook makes alerts of the records of rollcall.alerts, as the table alerts would: the newest of each.
type alertBook struct {
	t      *testing.T
	alerts []alerts.Alert
	at     map[string]int
}

func (b *alertBook) take(records []schemas.Record) {
	for _, r := range records {
		var x actionpb.Alert
		if err := proto.Unmarshal(r.Value, &x); err != nil {
			b.t.Fatalf("a record of %s: %v", schemas.TopicAlerts, err)
		}
		i, known := b.at[x.AlertId]
		if !known {
			if b.at == nil {
				b.at = map[string]int{}
			}
			i = len(b.alerts)
			b.at[x.AlertId] = i
			b.alerts = append(b.alerts, alerts.Alert{})
		}
		a := alerts.Alert{ID: x.AlertId, Kind: x.Kind, Opened: time.UnixMilli(x.Opened).UTC(), Cause: x.Cause, CauseName: x.CauseName}
		for _, s := range x.Segments {
			a.Segments = append(a.Segments, alerts.Segment{Dimension: s.Dimension, Segment: s.Segment})
		}
		b.alerts[i] = a
	}
}
