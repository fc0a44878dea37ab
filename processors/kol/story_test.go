package kol

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
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

// drawStory makes a story of a seed: rapid's own draws are mostly small, and in a small story little happens.
func drawStory(t *rapid.T, most int) (story, *rand.Rand) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	s := story{members: 2 + r.IntN(13)}
	days := 1 + r.Int64N(40)
	for range 1 + r.IntN(most) {
		hour := begins*dayMS + r.Int64N(days*24)*lateness
		s.events = append(s.events, event{time: hour + []int64{0, 0, -1, 1, 7_000}[r.IntN(5)], object: r.Uint64N(4),
			actor: r.IntN(s.members), target: r.IntN(s.members), bot: r.IntN(20) == 0})
	}
	slices.SortStableFunc(s.events, func(a, b event) int { return cmp.Compare(a.time, b.time) })
	return s, r
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
	f := &fold{story: s, shape: x, c: New(), tables: testkit.Tables{}, day: x.calendar.Day(s.events[0].time)}
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
func shuffle(r *rand.Rand, s *story) []int {
	type at struct {
		i    int
		time int64
	}
	all := make([]at, len(s.events))
	for i, e := range s.events {
		all[i] = at{i, e.time + r.Int64N(lateness)}
	}
	slices.SortStableFunc(all, func(a, b at) int { return cmp.Compare(a.time, b.time) })
	var order []int
	for _, a := range all {
		order = append(order, a.i)
	}
	return order
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// Order, batches, restarts, crashes, slices, the members' numbers: none of it shows in a row, nor in a rank.
func TestTheShapeOfAFoldDoesNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, r := drawStory(t, 150)
		plain := plainShape(&s)
		plain.sizes.limit, plain.sizes.rare, plain.sizes.small, plain.sizes.daily = pick(r, 10, 1000), pick(r, 1, 2, 32), pick(r, 5, 40, 1000), pick(r, 0, 0, 20)
		want, one := play(t, &s, plain)
		x := plain
		x.sizes.slice = pick(r, 1, 10, 100, 1<<30)
		x.order = shuffle(r, &s)
		x.numbers = r.Perm(s.members)
		size, restarts, crashes := pick(r, 1, 3, 1000), r.IntN(5), r.IntN(5)
		x.batch = func() int { return 1 + r.IntN(size) }
		x.restart = func() bool { return restarts > 0 && r.IntN(4) == 0 }
		x.back = func() bool {
			if crashes == 0 || r.IntN(4) > 0 {
				return false
			}
			crashes--
			return true
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
	for _, m := range f.c.graph.Members {
		if _, said := f.c.said[m]; !said {
			return false
		}
	}
	return true
}

// Who says at noon to be a bot is none in the ranking of the midnight to come, also if that was published before a crash, and
// the noon is then heard of together with the midnight before.
func TestABotOfThePaneThatBeginsSurvivesACrash(t *testing.T) {
	day := int64(begins * dayMS)
	s := story{members: 3, events: []event{
		{time: day + 10*lateness, actor: 0, target: 1},
		{time: day + 37*lateness, actor: 1, target: 2},
		{time: day + 38*lateness, actor: 2, bot: true},
	}}
	want, _ := play(t, &s, plainShape(&s))
	x, flushed := plainShape(&s), 0
	x.batch = func() int { return []int{1, 1, 1, 2}[flushed] }
	x.back = func() bool { flushed++; return flushed == 2 }
	got, _ := play(t, &s, x)
	if diff := gocmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Error(diff)
	}
}
