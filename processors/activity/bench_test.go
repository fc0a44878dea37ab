package activity

import (
	"math/rand/v2"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/schemas"
)

const (
	benchMembers  = 5_000
	benchSegments = 20
	benchCut      = 50_000 // actions from one cut to the next
)

// observed calls Observe for a random member in a random segment, four times a second of event time.
type observed struct {
	tracker  *Tracker
	segments []Segment
	rng      *rand.Rand
	n        int64
}

func newObserved() *observed {
	o := &observed{tracker: NewTracker(hourMS), rng: rand.New(rand.NewPCG(1, 2))}
	for len(o.segments) < benchSegments {
		o.segments = append(o.segments, o.tracker.Segment(Channel, []byte{'a' + byte(len(o.segments))}))
	}
	return o
}

func (o *observed) now() int64 { return 1_700_000_000_000 + o.n*250 }

func (o *observed) one() {
	o.n++
	at := o.now()
	i := o.rng.IntN(benchSegments)
	o.tracker.Observe(o.rng.Uint32N(benchMembers), o.segments[i:i+1], PanesOf(at, int32(at/dayMS)), true, o.n%2 == 0)
}

// BenchmarkObserve is an action in the community and in a channel. What the cuts cost is in it.
func BenchmarkObserve(b *testing.B) {
	o := newObserved()
	for range 10 * benchCut {
		o.one()
	}
	o.tracker.Cut()
	b.ReportAllocs()
	for b.Loop() {
		o.one()
		if o.n%benchCut == 0 {
			o.tracker.Cut()
		}
	}
}

// BenchmarkPublish is one Publish of 20 segments after a second of actions, with 30 days of marks behind it.
func BenchmarkPublish(b *testing.B) {
	o, totals := newObserved(), NewTotals()
	cal, err := calendar.New("Asia/Shanghai")
	if err != nil {
		b.Fatal(err)
	}
	rows, n := &schemas.ActivityRows{}, 0
	publish := func() {
		totals.Publish("lab", o.now(), hourMS, cal, 1, rows)
		n += rows.Len()
		rows.Reset()
	}
	second := func(actions int) {
		for range actions {
			o.one()
		}
		for _, d := range o.tracker.Cut() {
			totals.Apply(d)
		}
	}
	for range 60 {
		second(benchCut)
		publish()
	}
	n = 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		second(1000)
		b.StartTimer()
		publish()
	}
	b.ReportMetric(float64(n)/float64(b.N), "rows")
}
