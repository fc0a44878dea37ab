package processors

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// pipeline is both stages over in-memory logs.
type pipeline struct {
	logs    [][][]byte // rollcall.actions
	signals [][]byte   // rollcall.signals, one partition
	tables  testkit.Tables
	alerts  [][]byte // rollcall.alerts

	delivered func()     // called after each step of a delivery
	torn      func() int // how many of its steps get through, where it is torn
}

// owner is one partition of one stage: its fold, how far it has come, and its newest snapshot.
type owner struct {
	log       func() [][]byte
	make      func() Fold
	fold      Fold
	next      int64
	snapshot  []byte
	snapshotN int64
	buf       []byte // values, whose memory the next ones take
}

// step folds n records. More than one are announced, with one that does not come: it must not show.
func (o *owner) step(n int) bool {
	log := o.log()
	var next []schemas.Logged
	end := min(o.next+int64(n), int64(len(log)))
	o.buf = slices.Grow(o.buf[:0], len(slices.Concat(log[o.next:end]...)))
	for i := o.next; i < end; i++ {
		at := len(o.buf)
		o.buf = append(o.buf, log[i]...)
		next = append(next, schemas.Logged{Offset: i, Value: o.buf[at:len(o.buf):len(o.buf)]})
	}
	if n > 1 && len(next) > 0 {
		o.fold.Prefetch(append(next, schemas.Logged{Value: slices.Clone(log[0])}))
	}
	for _, r := range next {
		o.fold.Apply(r.Offset, r.Value)
		o.next++
	}
	return o.next < int64(len(log))
}

// newChunked cuts its signals into very small chunks.
func newChunked(partition, partitions int) Fold {
	m := NewMembers(partition, partitions)
	m.chunk = 3
	return m
}

// deliver hands everything out. Torn, only so many steps of it get through, as in a crash on the way.
func (o *owner) deliver(p *pipeline, torn int) {
	out := o.fold.Flush()
	var signals, rows []func()
	for _, s := range out.Signals {
		signals = append(signals, func() { p.signals = append(p.signals, s.Value) })
	}
	for _, m := range out.Moves {
		rows = append(rows, func() { p.tables.Move(m) })
	}
	for _, r := range out.Rows {
		rows = append(rows, func() { p.tables.Write(r) })
	}
	for _, a := range out.Alerts {
		rows = append(rows, func() { p.alerts = append(p.alerts, a.Value) })
	}
	steps := slices.Concat(signals, rows)
	if out.RowsFirst {
		steps = slices.Concat(rows, signals)
	}
	for i, step := range steps {
		if i == torn {
			return
		}
		step()
		if p.delivered != nil {
			p.delivered()
		}
	}
	if torn < 0 {
		o.fold.Delivered()
	}
}

func (o *owner) save() {
	var w state.Writer
	o.fold.Save(&w)
	o.snapshot, o.snapshotN = w.Bytes(), o.next
}

func (o *owner) restart(t rapid.TB) {
	o.fold = o.make()
	o.next = o.snapshotN
	if o.snapshot != nil {
		if err := o.fold.Load(state.NewReader(o.snapshot)); err != nil {
			t.Fatal(err)
		}
	}
}

// run folds the whole log. chance says, for each possible interruption, whether it happens now.
func (p *pipeline) run(t rapid.TB, batch func() int, chance func(what string) bool) map[string]string {
	p.tables, p.signals, p.alerts = testkit.Tables{}, nil, nil
	var owners []*owner
	for i := range p.logs {
		owners = append(owners, &owner{log: func() [][]byte { return p.logs[i] }, make: func() Fold { return newChunked(i, len(p.logs)) }})
	}
	owners = append(owners, &owner{log: func() [][]byte { return p.signals }, make: func() Fold { return NewCommunities() }})
	for _, o := range owners {
		o.fold = o.make()
	}
	for more := true; more; {
		more = false
		for _, o := range owners {
			more = o.step(batch()) || more
			switch {
			case chance("crash before delivery"):
				o.restart(t)
				more = true
			case chance("crash on the way"):
				o.deliver(p, p.torn())
				o.restart(t)
				more = true
			default:
				o.deliver(p, -1)
				if chance("snapshot") {
					o.save()
				}
				if chance("crash after delivery") {
					o.restart(t)
					more = true
				}
			}
		}
		last := owners[len(owners)-1]
		more = more || last.next < int64(len(p.signals))
	}
	return p.tables.Final()
}

func control(c *actionpb.Control) []byte {
	c.Version = schemas.Version
	b, _ := proto.Marshal(c)
	return b
}

var lawKinds = []schemas.Kind{schemas.KindPost, schemas.KindView, schemas.KindLeave, schemas.KindMessage, schemas.KindReact,
	schemas.KindComment, schemas.KindVote, schemas.KindVote, schemas.KindDownvote}

// drawLogs makes the same actions, in the same order, for each of the partition counts: disorder within the lateness,
// repeated ids, bad records, two communities, settings that change, and ticks of the importer's kind, so that time is the
// same everywhere. Most actions are ties, in few hands, so that there are rankings.
func drawLogs(t *rapid.T, counts ...int) []*pipeline {
	out := make([]*pipeline, len(counts))
	for i, n := range counts {
		out[i] = &pipeline{logs: make([][][]byte, n)}
	}
	broadcast := func(b []byte) {
		for _, p := range out {
			for i := range p.logs {
				p.logs[i] = append(p.logs[i], b)
			}
		}
	}
	lateness := rapid.SampledFrom([]int64{0, 3_600_000, 26 * 3_600_000}).Draw(t, "lateness")
	named := rapid.SampledFrom([][]string{nil, nil, {"m1"}, {"m0", "m3"}})
	configure := func(c string) {
		broadcast(control(&actionpb.Control{Settings: &actionpb.Settings{Community: c, TimeZone: "America/New_York",
			Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: lateness, Bots: named.Draw(t, "bots"), Staff: named.Draw(t, "staff")}}))
	}
	for _, c := range []string{"a", "b"} {
		configure(c)
	}
	now, scale := int64(1_699_000_000_000), rapid.SampledFrom([]int64{20_000, 4_000_000, 200_000_000}).Draw(t, "scale")
	sizes := []int{1, 20, 60, 120}
	if testkit.Race {
		sizes = []int{1, 20, 40}
	}
	for i := range rapid.SampledFrom(sizes).Draw(t, "n") {
		now += rapid.Int64Range(0, scale).Draw(t, "step")
		a := schemas.Action{Version: 1, Community: []byte(rapid.SampledFrom([]string{"a", "a", "b"}).Draw(t, "community")),
			Member:     fmt.Appendf(nil, "m%d", rapid.IntRange(0, 6).Draw(t, "member")),
			Kind:       rapid.SampledFrom(lawKinds).Draw(t, "kind"),
			Channel:    []byte(rapid.SampledFrom([]string{"", "x"}).Draw(t, "channel")),
			Time:       now - rapid.Int64Range(0, lateness).Draw(t, "behind"),
			Properties: []byte(rapid.SampledFrom([]string{"", "", `{"is_bot":true}`, `{"is_bot":1}`}).Draw(t, "properties"))}
		a.ID = fmt.Appendf(nil, "%s%d", a.Member, i)
		a.Target = fmt.Appendf(nil, "m%d", rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2, 3, 7}).Draw(t, "target"))
		a.Object = []byte(rapid.SampledFrom([]string{"", "o", "p"}).Draw(t, "object"))
		if a.Kind == schemas.KindVote {
			a.Value, a.HasValue = rapid.SampledFrom([]float64{1, 3, 0.5, 7, 0, -1, -5}).Draw(t, "value"), rapid.IntRange(0, 3).Draw(t, "valued") > 0
		}
		value := a.Append(nil)
		for range rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "copies") {
			for _, p := range out {
				q := int(xxh3.Hash(a.Key(nil)) % uint64(len(p.logs)))
				p.logs[q] = append(p.logs[q], value)
			}
		}
		switch rapid.IntRange(0, 11).Draw(t, "then") {
		case 0, 1: // a tick never goes past what is still to come, less the lateness
			for _, c := range []string{"a", "b"} {
				broadcast(control(&actionpb.Control{Tick: &actionpb.Tick{Community: c, Time: now}}))
			}
		case 2, 3:
			for _, p := range out {
				p.logs[0] = append(p.logs[0], []byte("no record"))
			}
		case 4:
			configure(string(a.Community))
		}
	}
	for _, c := range []string{"a", "b"} {
		broadcast(control(&actionpb.Control{Tick: &actionpb.Tick{Community: c, Time: now}}))
	}
	return out
}

// Laws 3 to 6: the tables do not depend on batch sizes, the number of partitions, crashes at any step, what is
// delivered twice, or which snapshot a restart finds. Of alerts the number of partitions may show: a late action counts when
// its partition hears of it.
func TestTablesDependOnTheLogAlone(t *testing.T) {
	saw, cases := map[string]int{}, 0
	rapid.Check(t, func(t *rapid.T) {
		runs := drawLogs(t, 1, rapid.IntRange(1, 4).Draw(t, "partitions"))
		calm, whole := func(string) bool { return false }, func() int { return 1 << 30 }
		one := runs[0].run(t, whole, calm)
		want := runs[1].run(t, whole, calm)
		if diff := cmp.Diff(withoutAlerts(one), withoutAlerts(want)); diff != "" {
			t.Fatalf("-one partition +%d:\n%s", len(runs[1].logs), diff)
		}
		crashes := 0
		runs[1].torn = func() int { return rapid.IntRange(0, 12).Draw(t, "signals") }
		got := runs[1].run(t, func() int { return rapid.IntRange(1, 20).Draw(t, "batch") }, func(what string) bool {
			if what != "snapshot" && crashes > 12 {
				return false
			}
			if rapid.IntRange(0, 4).Draw(t, what) == 0 {
				if what != "snapshot" {
					crashes++
				}
				return true
			}
			return false
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d partitions, -one batch, no crash +otherwise:\n%s", len(runs[1].logs), diff)
		}
		if len(want) == 0 {
			t.Fatal("no rows at all")
		}
		cases++
		for what := range ofLeaders(got) {
			saw[what]++
		}
	})
	for _, what := range append(leaderRows, "restart=uniform", "restart=staff") {
		if 20*saw[what] < cases && !testkit.Race {
			t.Errorf("%d of %d cases were a test of %s", saw[what], cases, what)
		}
	}
}
