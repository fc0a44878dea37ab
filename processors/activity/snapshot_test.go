package activity

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

func saved(t *Tracker) []byte {
	var w state.Writer
	t.Save(&w)
	return w.Bytes()
}

// drawn makes the calls of a tracker's life: the same for every tracker it is given.
type drawn struct {
	lateness, now int64
	channels      int
	forgotten     int32
}

func (d *drawn) step(t *rapid.T, trackers ...*Tracker) {
	d.now += rapid.SampledFrom([]int64{0, 1, 20_000, hourMS, 5 * hourMS, 3 * dayMS}).Draw(t, "step")
	if day := int32(d.now / dayMS); day > d.forgotten {
		d.forgotten = day
		for _, x := range trackers {
			x.Forget(day)
		}
	}
	ms := d.now - rapid.Int64Range(0, d.lateness).Draw(t, "behind")
	at := PanesOf(ms, int32(ms/dayMS))
	member := uint32(rapid.IntRange(0, 7).Draw(t, "member"))
	kind := rapid.SampledFrom([]schemas.Kind{schemas.KindJoin, schemas.KindLeave, schemas.KindMessage}).Draw(t, "kind")
	first := rapid.IntRange(0, d.channels).Draw(t, "channel")
	many := rapid.SampledFrom([]int{0, 1, 1, d.channels}).Draw(t, "channels")
	for _, x := range trackers {
		in := []Segment{x.Kind(kind)}
		for c := range many {
			in = append(in, x.Segment(Channel, fmt.Append(nil, (first+c)%d.channels)))
		}
		x.Touch(member)
		x.Observe(member, in, at, kind.Active(), kind.Contributing())
	}
}

// A tracker read back from a snapshot goes on exactly as the one that was saved: equal deltas, equal snapshots.
func TestRestoredTrackerGoesOnAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawn{lateness: rapid.SampledFrom(lateness).Draw(t, "lateness"), now: 1_700_000_000_000}
		d.channels = rapid.SampledFrom([]int{1, 5, 40}).Draw(t, "channels")
		one := NewTracker(d.lateness)
		two := NewTracker(d.lateness)
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			d.step(t, one, two)
			switch rapid.IntRange(0, 7).Draw(t, "then") {
			case 0:
				two = LoadTracker(state.NewReader(saved(two)))
			case 1:
				if diff := cmp.Diff(one.Cut(), two.Cut(), protocmp.Transform()); diff != "" {
					t.Fatalf("-kept +restored:\n%s", diff)
				}
			}
		}
		if !bytes.Equal(saved(one), saved(two)) {
			t.Fatal("equal histories, other snapshots")
		}
	})
}

// FuzzLoadTracker: whatever is read, nothing panics then or later.
func FuzzLoadTracker(f *testing.F) {
	for _, lateness := range lateness[:9] {
		tr := NewTracker(lateness)
		for i := range uint32(40) {
			at := PanesOf(int64(i)*hourMS/3, int32(i/72))
			tr.Observe(i%5, []Segment{tr.Segment(Channel, fmt.Append(nil, i%11))}, at, true, i%2 == 0)
		}
		f.Add(saved(tr))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		tr := LoadTracker(r)
		if r.Err() != nil {
			t.Skip()
		}
		for i := range uint32(40) {
			at := PanesOf(int64(i)*hourMS/2, int32(i/48))
			s := []Segment{tr.Kind(schemas.KindJoin), tr.Segment(Channel, fmt.Append(nil, i))}
			tr.Touch(i)
			tr.Observe(i%7, s, at, true, true)
		}
		tr.Forget(20)
		tr.Cut()
		tr.Forget(40)
		LoadTracker(state.NewReader(saved(tr)))
	})
}

// A member in very many segments has a block longer than a page.
func TestLargeBlocks(t *testing.T) {
	tr := NewTracker(hourMS)
	const n = 2 * pageSize / entrySize
	at := PanesOf(1_700_000_000_000, 19675)
	for i := range n {
		tr.Observe(3, []Segment{tr.Segment(Channel, fmt.Append(nil, i))}, at, true, true)
		tr.Observe(uint32(i%50), nil, at, true, true)
	}
	tr = LoadTracker(state.NewReader(saved(tr)))
	tr.Cut()
	for i := range n {
		tr.Observe(3, []Segment{tr.Segment(Channel, fmt.Append(nil, i))}, at, true, true)
	}
	for _, d := range tr.Cut() {
		if len(d.Active) > 0 {
			t.Fatalf("presence of segment %q was forgotten", d.Segment)
		}
	}
	tr.Forget(19675 + 40)
	if got := len(tr.blocks.free[classOf(n+1)]); got != 1 {
		t.Fatalf("%d blocks of the largest class are free, want 1", got)
	}
}
