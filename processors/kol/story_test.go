package kol

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
)

const (
	begins   = 20_000 // the day on which stories begin, a Monday + 4
	lateness = 3_600_000
)

// event is one thing on the log: a tie, or a member who says to be a bot. Members are named by their letters.
type event struct {
	time          int64
	actor, target int
	object        uint64
	bot           bool
}

// story is a log, in the order of time, and who its members are.
type story struct {
	events  []event
	members int
}

func drawStory(t *rapid.T, most int) story {
	s := story{members: rapid.IntRange(2, 14).Draw(t, "members")}
	days := rapid.Int64Range(1, 40).Draw(t, "days")
	s.events = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) event {
		hour := begins*dayMS + rapid.Int64Range(0, days*24).Draw(t, "hour")*lateness
		e := event{time: hour + rapid.SampledFrom([]int64{0, 0, -1, 1, 7_000}).Draw(t, "milliseconds"), object: rapid.Uint64Range(0, 3).Draw(t, "object")}
		e.actor, e.target = rapid.IntRange(0, s.members-1).Draw(t, "actor"), rapid.IntRange(0, s.members-1).Draw(t, "target")
		e.bot = rapid.IntRange(0, 20).Draw(t, "bot") == 0
		return e
	}), 1, most).Draw(t, "events")
	slices.SortStableFunc(s.events, func(a, b event) int { return cmp.Compare(a.time, b.time) })
	return s
}

// member is what churn would say at a midnight: some are there from the first day, some come later.
func (s *story) member(i int, day int32) Member {
	since := int32(begins + i%7*3)
	if since >= day {
		return Member{Since: -1}
	}
	return Member{Since: since, ActiveDays: uint32(day-since)/uint32(1+i%3) + 1}
}

// shape is how a log is folded: in which order, with which numbers, batches and restarts.
type shape struct {
	sizes    sizes
	order    []int // of events; none overtakes another by more than the lateness
	batch    func() int
	restart  func() bool
	back     func() bool // after a crash, from the state before the last batches; rows stay
	numbers  []int
	calendar *calendar.Calendar
}

func plainShape(s *story) shape {
	cal, _ := calendar.New("")
	x := shape{sizes: sizes{small: 40, rare: 4, limit: 1000, slice: 1 << 30}, batch: func() int { return 1 }, restart: func() bool { return false }, back: func() bool { return false }, calendar: cal}
	for i := range s.members {
		x.numbers = append(x.numbers, i)
	}
	for i := range s.events {
		x.order = append(x.order, i)
	}
	return x
}

// fold plays a story and returns what is published in the end.
type fold struct {
	*story
	shape
	c       *Community
	tables  testkit.Tables
	now     int64
	day     int32 // the last midnight
	version uint64
}

func (f *fold) place() *Place {
	return &Place{Label: "c", Now: f.now, Lateness: lateness, Calendar: f.calendar, Version: f.version,
		Name:    func(m uint32) string { return f.name(m) },
		Member:  func(m uint32) Member { return f.member(slices.Index(f.numbers, int(m)), f.day) },
		Channel: func(m uint32) string { return "#" + f.name(m)[:1] }}
}

func (f *fold) name(number uint32) string {
	return string(rune('a'+slices.Index(f.numbers, int(number))%5)) + fmt.Sprint(slices.Index(f.numbers, int(number)))
}

func (f *fold) flush() {
	var rows Rows
	for f.calendar.Midnight(f.day+1) <= f.now-lateness {
		f.day++
		f.c.Midnight(f.day, f.place(), &rows)
	}
	f.c.Publish(f.place(), &rows)
	f.tables.Write(&rows.KOLs)
	f.tables.Write(&rows.Dependents)
	f.tables.Write(&rows.Clusters)
	f.tables.Write(&rows.Members)
}

func (f *fold) take(e event) {
	f.version++
	f.now = max(f.now, e.time)
	if e.bot {
		f.c.Bot(uint32(f.numbers[e.actor]), e.time)
		return
	}
	f.c.Tie(Tie{Time: e.time, Actor: uint32(f.numbers[e.actor]), Target: uint32(f.numbers[e.target]), Object: e.object, Weight: 1000})
}

func (f *fold) save() []byte {
	w := state.NewWriter(0)
	f.c.Save(w)
	return w.Bytes()
}

func (f *fold) load(t interface{ Fatal(args ...any) }, b []byte) {
	r := state.NewReader(b)
	if f.c = Load(r); r.Done() != nil {
		t.Fatal("a saved community is refused")
	}
	f.c.sizes = f.sizes
}

func play(t interface{ Fatal(args ...any) }, s *story, x shape) (map[string]string, *fold) {
	f := &fold{story: s, shape: x, c: New(), tables: testkit.Tables{}, day: begins}
	f.c.sizes = x.sizes
	kept := *f
	snapshot, at := f.save(), 0
	for i := 0; i < len(x.order); {
		n := min(x.batch(), len(x.order)-i)
		for _, at := range x.order[i : i+n] {
			f.take(s.events[at])
		}
		i += n
		f.flush()
		switch {
		case x.restart():
			snapshot, at, kept = f.save(), i, *f
			f.load(t, snapshot)
		case x.back():
			f.load(t, snapshot)
			i, f.day, f.version, f.now = at, kept.day, kept.version, kept.now
		}
	}
	for f.flush(); f.c.Busy(); {
		f.flush()
	}
	return f.tables.Final(), f
}

// shuffle is an order in which no event comes after one that is later by the lateness.
func shuffle(t *rapid.T, s *story) []int {
	type at struct {
		i    int
		time int64
	}
	all := make([]at, len(s.events))
	for i, e := range s.events {
		all[i] = at{i, e.time + rapid.Int64Range(0, lateness-1).Draw(t, "delay")}
	}
	slices.SortStableFunc(all, func(a, b at) int { return cmp.Compare(a.time, b.time) })
	var order []int
	for _, a := range all {
		order = append(order, a.i)
	}
	return order
}

// Order, batches, restarts, crashes, slices, the members' numbers: none of it shows in a row, nor in a rank.
func TestTheShapeOfAFoldDoesNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStory(t, 150)
		plain := plainShape(&s)
		plain.sizes.limit = rapid.SampledFrom([]int{10, 1000}).Draw(t, "limit")
		plain.sizes.rare = rapid.SampledFrom([]int{1, 2, 32}).Draw(t, "rare")
		plain.sizes.small = rapid.SampledFrom([]int{5, 40, 1000}).Draw(t, "small")
		want, one := play(t, &s, plain)
		x := plain
		x.sizes.slice = rapid.SampledFrom([]int{1, 10, 100, 1 << 30}).Draw(t, "slice")
		x.order = shuffle(t, &s)
		x.numbers = rapid.Permutation(plain.numbers).Draw(t, "numbers")
		x.batch = func() int { return rapid.SampledFrom([]int{1, 2, 10, 1000}).Draw(t, "batch") }
		x.restart = func() bool { return rapid.IntRange(0, 4).Draw(t, "restart") == 0 }
		crashes := 5
		x.back = func() bool {
			crash := crashes > 0 && rapid.IntRange(0, 4).Draw(t, "crash") == 0
			if crash {
				crashes--
			}
			return crash
		}
		got, other := play(t, &s, x)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		for i, m := range plain.numbers {
			for b := range boards {
				if a, b := one.c.Rank(b, uint32(m)), other.c.Rank(b, uint32(x.numbers[i])); a != b {
					t.Fatalf("the rank of %d is %d and %d", i, a, b)
				}
			}
		}
		for b := range boards {
			if diff := gocmp.Diff(one.c.last.influence[b], other.c.last.influence[b], cmpopts.EquateEmpty()); diff != "" {
				t.Fatal("bits differ:", diff)
			}
		}
		if one.c.last.day != unset && math.Abs(sum(one.c.last.influence[AllTime])-1) > 1e-9 && !everyoneBots(one) {
			t.Fatal("ranks do not sum to 1")
		}
	})
}

func sum(v []float64) (s float64) {
	for _, x := range v {
		s += x
	}
	return s
}

func everyoneBots(f *fold) bool {
	for _, flags := range f.c.census.flags {
		if flags&bot == 0 {
			return false
		}
	}
	return true
}
