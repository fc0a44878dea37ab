package members

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// act is one action, as Count takes it.
type act struct {
	member       string
	time         int64
	contributing bool
	activeDay    bool
}

// tables are the rows that came out: the newest of a member, and of a member's day.
type tables struct {
	Members map[string]Member
	Days    map[string]Day
}

func newTables() tables { return tables{map[string]Member{}, map[string]Day{}} }

func (t tables) member(_ uint32, name string, m Member) { t.Members[name] = m }
func (t tables) day(name string, d Day)                 { t.Days[fmt.Sprint(name, "/", d.Day)] = d }

// plain counts the slow way: all actions, each time.
func plain(acts []act) tables {
	out := newTables()
	for _, a := range acts {
		m, seen := out.Members[a.member]
		if !seen {
			m.First, m.Last = a.time, a.time
		}
		m.First, m.Last = min(m.First, a.time), max(m.Last, a.time)
		d := Day{Day: int32(a.time / dayMS)}
		if old, ok := out.Days[fmt.Sprint(a.member, "/", d.Day)]; ok {
			d = old
		}
		m.Actions++
		d.Actions++
		if a.contributing {
			m.Contributions++
			d.Contributions++
		}
		if a.activeDay {
			m.ActiveDays++
		}
		out.member(0, a.member, m)
		out.day(a.member, d)
	}
	return out
}

func nobody(uint32, string, Member) {}
func noDay(string, Day)             {}

func snapshot(c *Counts) []byte {
	var w state.Writer
	c.Save(&w)
	return w.Bytes()
}

func reload(t interface{ Fatal(...any) }, c *Counts) *Counts {
	r := state.NewReader(snapshot(c))
	again := LoadCounts(r)
	if err := r.Done(); err != nil {
		t.Fatal(err)
	}
	return again
}

// Whatever the order within the lateness, and wherever flushes and restarts fall, the newest rows are those of the slow
// way: a day that makes room is handed out first, and one that came back would have lost its counts.
func TestRowsAreThoseOfTheSlowWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lateness := rapid.SampledFrom([]int64{0, 3_600_000, dayMS, 30 * dayMS}).Draw(t, "lateness")
		c, unbroken, got := NewCounts(lateness), NewCounts(lateness), newTables()
		now, scale := int64(1_700_000_000_000), rapid.SampledFrom([]int64{60_000, dayMS / 3, 3 * dayMS}).Draw(t, "scale")
		var acts []act
		for range rapid.IntRange(1, 120).Draw(t, "n") {
			now += rapid.Int64Range(0, scale).Draw(t, "step")
			a := act{rapid.SampledFrom([]string{"ada", "lin", "a name of 24 bytes, twice"}).Draw(t, "member"), now - rapid.Int64Range(0, lateness).Draw(t, "behind"),
				rapid.Bool().Draw(t, "contributing"), rapid.Bool().Draw(t, "activeDay")}
			acts = append(acts, a)
			for _, c := range []*Counts{c, unbroken} {
				c.Count(c.Member([]byte(a.member)), a.time, int32(a.time/dayMS), a.contributing, a.activeDay, got.day)
			}
			switch rapid.IntRange(0, 5).Draw(t, "then") {
			case 0:
				c.Changed(got.member, got.day)
			case 1:
				c.Changed(got.member, got.day)
				c = reload(t, c)
			}
		}
		unbroken.Changed(nobody, noDay)
		c.Changed(got.member, got.day)
		if !bytes.Equal(snapshot(c), snapshot(unbroken)) {
			t.Fatal("flushes and restarts changed the snapshot")
		}
		if diff := cmp.Diff(plain(acts), got); diff != "" {
			t.Fatalf("-slow +counts:\n%s", diff)
		}
		c.Changed(func(_ uint32, name string, m Member) { t.Errorf("%s changed again: %+v", name, m) }, func(name string, d Day) { t.Errorf("%s changed again: %+v", name, d) })
	})
}

// The top channel is the one with the most actions, of equals the least name, whatever the order; after a restart too.
func TestTopChannel(t *testing.T) {
	for _, acts := range [][]string{{"b", "a"}, {"a", "b"}, {"c", "b", "b", "a", "a"}, {"a", "c", "b", "a", "b"}} {
		c := NewCounts(0)
		ada := c.Member([]byte("ada"))
		for _, channel := range acts {
			c.In(ada, []byte(channel))
			var w state.Writer
			c.Save(&w)
			c = LoadCounts(state.NewReader(w.Bytes()))
		}
		if got := c.Channel(c.member(ada).TopChannel); got != "a" {
			t.Errorf("%q: top channel %q, want a", acts, got)
		}
	}
}

// A new member's number is the count of those before, after a restart too: rows and presence are kept by it.
func TestNumbersStay(t *testing.T) {
	c := NewCounts(0)
	for i, name := range []string{"ada", "lin", "ada", "kim"} {
		if n := c.Member([]byte(name)); n != []uint32{0, 1, 0, 2}[i] {
			t.Errorf("%s has number %d", name, n)
		}
	}
	var w state.Writer
	c.Save(&w)
	again := LoadCounts(state.NewReader(w.Bytes()))
	if again.Len() != 3 || again.Member([]byte("kim")) != 2 || again.Member([]byte("new")) != 3 {
		t.Errorf("numbers changed over a restart")
	}
}

// A name comes back as it was given, whatever its length, and stays as it was in the hands of who got it.
func TestNames(t *testing.T) {
	c, kept := NewCounts(0), map[uint32]string{}
	name := func(i int) string { return fmt.Sprint(i, "/", strings.Repeat("x", i%140)) }
	for i := range 40_000 {
		n := c.Member([]byte(name(i)))
		if int(n) != i {
			t.Fatalf("name %d has number %d", i, n)
		}
		if kept[n] = c.Name(n); i%9_973 == 0 {
			if again := reload(t, c); !bytes.Equal(snapshot(again), snapshot(c)) {
				t.Fatal("a restart changed the snapshot")
			}
		}
	}
	c, whole := reload(t, c), c
	for i := range 45_000 {
		if n, m := c.Member([]byte(name(i))), whole.Member([]byte(name(i))); int(n) != i || int(m) != i {
			t.Fatalf("name %d has numbers %d and %d", i, n, m)
		}
		if touched, ok := c.TouchName(Hash([]byte(name(i)))); !ok || int(touched) != i && i < 100 {
			t.Fatalf("name %d is touched as %d", i, touched)
		}
	}
	for n, s := range kept {
		if s != name(int(n)) || c.Name(n) != s {
			t.Fatalf("name %d is %q and %q", n, s, c.Name(n))
		}
	}
	if !bytes.Equal(snapshot(whole), snapshot(c)) {
		t.Error("a restart changed what came after")
	}
	if _, ok := c.TouchName(Hash([]byte("nobody"))); ok {
		t.Error("nobody was found")
	}
}

// Counts go on where they leave what a record has room for.
func TestCountsGrowBeyondARecord(t *testing.T) {
	c, got := NewCounts(dayMS), newTables()
	ada := c.Member([]byte("ada"))
	at := func(day int32) { c.Count(ada, int64(day)*dayMS, day, true, false, got.day) }
	for range 1<<17 + 5 {
		at(100)
	}
	c.Changed(got.member, got.day)
	c = reload(t, c)
	at(101)
	at(100)
	m := c.members.At(ada)
	m.actions, m.contributions = 1<<32-2, 1<<32-1
	at(101)
	at(101)
	at(99)
	c.Changed(got.member, got.day)
	c = reload(t, c)
	for range 1 << 16 {
		at(101)
	}
	m = c.members.At(ada)
	m.actions = 1<<32 - 1
	at(200)
	c.Changed(got.member, got.day)
	want := newTables()
	want.member(ada, "ada", Member{First: 99 * dayMS, Last: 200 * dayMS, Actions: 2 << 32, Contributions: 1<<32 + 1<<16 + 3})
	for day, n := range map[int32]uint32{99: 1, 100: 1<<17 + 6, 101: 1<<16 + 3, 200: 1} {
		want.day("ada", Day{day, n, n})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Who comes back after a long silence costs no more than who never left, and closed days are given up.
func TestClosedDaysAreForgotten(t *testing.T) {
	c := NewCounts(dayMS)
	for day := range int32(400) {
		for i := range 20 {
			if day%int32(i+1) == 0 {
				c.Count(c.Member(fmt.Append(nil, i)), int64(day)*dayMS, day, true, true, noDay)
			}
		}
		c.Changed(nobody, noDay)
		cells := 0
		for i := range c.days {
			cells += c.days[i].cells.Len()
		}
		if len(c.days) >= c.open || cells > 20*(c.open-1) {
			t.Fatalf("%d days with %d cells are open", len(c.days), cells)
		}
	}
}

// A day that makes room before it was handed out is told of, with the older ones that wait.
func TestDaysThatMakeRoomAreToldOf(t *testing.T) {
	c, got := NewCounts(0), newTables()
	ada := c.Member([]byte("ada"))
	for _, day := range []int32{10, 11, 10, 50} {
		c.Count(ada, int64(day)*dayMS, day, false, true, got.day)
	}
	want := newTables()
	want.day("ada", Day{10, 2, 0})
	want.day("ada", Day{11, 1, 0})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestARecordIsOneLine(t *testing.T) {
	if n := unsafe.Sizeof(record{}); n != 64 {
		t.Errorf("a record has %d bytes", n)
	}
}

// A snapshot that is cut or altered is refused or read as something else, and never ends the program.
func FuzzLoadCounts(f *testing.F) {
	c := NewCounts(2 * dayMS)
	for i, name := range []string{"ada", "a name of 24 bytes, twice", "lin", "ada", "ada"} {
		n := c.Member([]byte(name))
		c.Count(n, 1_700_000_000_000, int32(19_675+i), true, true, noDay)
		c.In(n, []byte{'a' + byte(i)})
	}
	c.Changed(nobody, noDay)
	f.Add(snapshot(c))
	f.Add(snapshot(c)[:7])
	var negative state.Writer // a lateness that keeps no day open
	negative.Int(-3 * dayMS)
	negative.Uint(0)
	f.Add(negative.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		c := LoadCounts(r)
		if r.Done() != nil {
			return
		}
		for i := range 12 {
			for _, name := range []string{"lin", "ada", "somebody with a rather long name"} {
				n := c.Member([]byte(name))
				c.Touch(n)
				c.In(n, []byte{'a' + byte(i%3)})
				for _, day := range []int32{0, 19_670, 19_677, 19_676, 19_675} {
					c.Count(n, 1, day+int32(i), true, true, noDay)
				}
			}
		}
		c.Changed(nobody, noDay)
		LoadCounts(state.NewReader(snapshot(c)))
	})
}
