package stream

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/zeebo/xxh3"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// step is something that happens outside: records come, some time after what came before.
type step struct {
	after   time.Duration
	records []placed
}

// placed is a record and where it goes: an action to its key's partition, a control record to all, what is none to one.
type placed struct {
	value []byte
	live  *schemas.Action // on the wall clock: its times are those of when it comes
}

func control(c *actionpb.Control) []byte {
	c.Version = schemas.Version
	b, _ := proto.Marshal(c)
	return b
}

// story makes what arrives: two communities on the data clock and one on the wall clock, disorder within and beyond the
// lateness, repeats, silences of a month, a mass leave, records that are none, records on which a fold panics, and the
// importer's ticks.
func story(r *rand.Rand) (out []step, rebuilt bool) {
	add := func(values ...placed) {
		out = append(out, step{after: time.Duration(r.IntN(1200)) * time.Millisecond, records: values})
	}
	lateness := []int64{0, 3_600_000, 26 * 3_600_000}[r.IntN(3)]
	communities := []string{"a", "b", "live"}
	clocks := []actionpb.Clock{actionpb.Clock_CLOCK_DATA, actionpb.Clock_CLOCK_DATA, actionpb.Clock_CLOCK_WALL}
	for i, c := range communities {
		add(placed{value: control(&actionpb.Control{Settings: &actionpb.Settings{Community: c, TimeZone: "America/New_York", Clock: clocks[i], LatenessMs: lateness}})})
	}
	now, scale := int64(1_699_000_000_000), []int64{20_000, 4_000_000, 200_000_000}[r.IntN(3)]
	tick := func() {
		for _, c := range communities[:2] {
			add(placed{value: control(&actionpb.Control{Tick: &actionpb.Tick{Community: c, Time: now}})})
		}
	}
	var archive []schemas.Action // of a, but for what would be poison again
	n := 25 + r.IntN(40)
	rebuildAt, leaveAt := r.IntN(2*n), r.IntN(2*n) // in half of the stories each
	folk, absent := []int{2, 7}[r.IntN(2)], []int64{0, 33 * 86_400_000}[r.IntN(2)]
	for i := range n {
		if i == leaveAt {
			now += 3 * 86_400_000 // of which there is something to compare with
			crowd, leaves := massLeave(r, now)
			add(crowd...)
			archive = append(archive, leaves...)
			now += 3_600_000
		}
		if r.IntN(12) == 0 {
			now += absent
		}
		if i == rebuildAt {
			for _, p := range rebuild(archive, lateness, zones[r.IntN(2)]) {
				add(p)
			}
		}
		now += r.Int64N(scale)
		a := schemas.Action{Version: 1, Community: []byte(communities[r.IntN(3)]), Member: fmt.Appendf(nil, "m%d", r.IntN(folk)),
			Kind: []schemas.Kind{schemas.KindPost, schemas.KindView, schemas.KindLeave, schemas.KindMessage}[r.IntN(4)],
			Time: now - r.Int64N(lateness+lateness/8+1)}
		a.ID = fmt.Appendf(nil, "%s%d", a.Member, i)
		if r.IntN(2) == 0 {
			a.Channel, a.Target, a.HasValue, a.Value = []byte("x"), fmt.Appendf(nil, "m%d", r.IntN(folk)), true, float64(i)
		}
		if r.IntN(30) == 0 {
			a.Object = []byte(poisonous)
		}
		if string(a.Community) == "a" && len(a.Object) == 0 {
			archive = append(archive, a)
		}
		p := placed{value: a.Append(nil)}
		if string(a.Community) == "live" {
			a.Time = r.Int64N(lateness/8 + 60_000) // ago
			p = placed{live: &a}
		}
		values := []placed{p}
		if r.IntN(4) == 0 {
			values = append(values, p)
		}
		add(values...)
		switch r.IntN(8) {
		case 0:
			tick()
		case 1:
			add(placed{value: fmt.Appendf(nil, "no record %d", i)})
		}
	}
	tick()
	return out, rebuildAt < n
}

// massLeave is a crowd that leaves community a within minutes.
func massLeave(r *rand.Rand, now int64) (out []placed, all []schemas.Action) {
	for i := range 12 {
		a := schemas.Action{Version: 1, Community: []byte("a"), Member: fmt.Appendf(nil, "left%d", i), Kind: schemas.KindLeave,
			Channel: []byte("x"), ID: fmt.Appendf(nil, "left%d", i), Time: now + r.Int64N(1_200_000)}
		out, all = append(out, placed{value: a.Append(nil)}), append(all, a)
	}
	return out, all
}

var zones = []string{"America/New_York", "Asia/Shanghai"}

// rebuild is what the command appends to fold community a anew: its archive in event-time order, a tick, and the swap.
func rebuild(archive []schemas.Action, lateness int64, zone string) (out []placed) {
	step := func(c *actionpb.Control) {
		if c.Rebuild != nil {
			c.Rebuild.Community, c.Rebuild.Epoch = "a", 1
		}
		out = append(out, placed{value: control(c)})
	}
	step(&actionpb.Control{Rebuild: &actionpb.Rebuild{Begin: &actionpb.Settings{Community: "a", TimeZone: zone, Clock: actionpb.Clock_CLOCK_DATA, LatenessMs: lateness}}})
	step(&actionpb.Control{Rebuild: &actionpb.Rebuild{Mark: true}})
	slices.SortStableFunc(archive, func(x, y schemas.Action) int { return cmp.Compare(x.Time, y.Time) })
	for _, a := range archive {
		step(&actionpb.Control{Rebuild: &actionpb.Rebuild{Actions: []*actionpb.Restated{{Action: a.Append(nil)}}}})
	}
	if n := len(archive); n > 0 {
		step(&actionpb.Control{Tick: &actionpb.Tick{Community: "a", Epoch: 1, Time: archive[n-1].Time}})
	}
	step(&actionpb.Control{Rebuild: &actionpb.Rebuild{Swap: true}})
	return out
}

// feed sends a story into the world, in a lane of its own.
func (w *world) feed(steps []step) {
	for _, s := range steps {
		<-time.After(s.after)
		align(lane - 1)
		w.read(func() {
			for _, p := range s.records {
				w.place(p)
			}
		})
	}
}

func (w *world) place(p placed) {
	if p.live != nil {
		a := *p.live
		a.Received = time.Now().UnixMilli()
		a.Time = a.Received - a.Time
		p.value = a.Append(nil)
	}
	partitions := len(w.topics[schemas.TopicActions])
	to := int(xxh3.Hash(p.value) % uint64(partitions))
	var a schemas.Action
	c, err := schemas.DecodeRecord(p.value, &a)
	if err == nil && c == nil {
		to = int(xxh3.Hash(a.Key(nil)) % uint64(partitions))
		if poison(p.value) {
			w.poisoned[actionKey(&a)] = true
		} else {
			w.sent[actionKey(&a)] = true
		}
	}
	everywhere := c != nil
	if c != nil && len(c.GetRebuild().GetActions()) > 0 {
		everywhere = false
		if _, err := schemas.DecodeRecord(c.Rebuild.Actions[0].Action, &a); err == nil {
			to = int(xxh3.Hash(a.Key(nil)) % uint64(partitions))
		}
	}
	for n := range partitions {
		if n == to || everywhere {
			w.append(schemas.TopicActions, n, p.value)
		}
	}
}

const poisonous = "poison"

func poison(value []byte) bool { return bytes.Contains(value, []byte(poisonous)) }

// frail is a members fold that panics on some records, when they have spoiled its state, and wants the rows of its first
// partition stored before its signals are appended.
type frail struct {
	*processors.Members
	partition int
	parked    func()
}

func (f frail) Apply(offset int64, value []byte) {
	f.Members.Apply(offset, value)
	if poison(value) {
		panic("a poisonous record")
	}
}

func (f frail) Park(offset int64, value []byte, why string) {
	f.parked()
	f.Members.Park(offset, value, why)
}

func (f frail) Flush() *processors.Outputs {
	out := f.Members.Flush()
	out.RowsFirst = out.RowsFirst || f.partition == 0
	return out
}

func (w *world) stages() []Stage {
	return []Stage{
		{Name: "members", Topic: schemas.TopicActions, Ticks: true, New: func(p, n int) processors.Fold { return frail{processors.NewMembers(p, n), p, w.parked} }},
		{Name: "communities", Topic: schemas.TopicSignals, New: func(int, int) processors.Fold { return processors.NewCommunities() }},
		{Name: "rejected", Topic: schemas.TopicRejected, New: func(int, int) processors.Fold { return processors.NewRejections() }},
	}
}

func (w *world) parked() {
	if w.storm != nil {
		w.read(func() { w.storm.counts["record parked"]++ })
	}
}

func pipelineWorld(t *testing.T, partitions int) *world {
	w := newWorld(map[string]int{schemas.TopicActions: partitions, schemas.TopicSignals: 2, schemas.TopicRejected: 1, schemas.TopicAlerts: 1})
	w.promised = func(stage string, n int, next int64) {
		if stage == "members" {
			w.covered(t, n, next, "a snapshot")
		}
	}
	w.appending = func(topic string, value []byte) {
		var s actionpb.Signal
		if topic == schemas.TopicSignals && proto.Unmarshal(value, &s) == nil && s.Partition == 0 {
			w.covered(t, 0, s.Cut, "a signal that wants its rows first")
		}
	}
	return w
}
