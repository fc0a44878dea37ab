package members

import (
	"fmt"
	"testing"

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

func reload(t *rapid.T, c *Counts) *Counts {
	var w state.Writer
	c.Save(&w)
	r := state.NewReader(w.Bytes())
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
		c, got := NewCounts(lateness), newTables()
		now, scale := int64(1_700_000_000_000), rapid.SampledFrom([]int64{60_000, dayMS / 3, 3 * dayMS}).Draw(t, "scale")
		var acts []act
		for range rapid.IntRange(1, 120).Draw(t, "n") {
			now += rapid.Int64Range(0, scale).Draw(t, "step")
			a := act{rapid.SampledFrom([]string{"ada", "lin", "kim"}).Draw(t, "member"), now - rapid.Int64Range(0, lateness).Draw(t, "behind"),
				rapid.Bool().Draw(t, "contributing"), rapid.Bool().Draw(t, "activeDay")}
			acts = append(acts, a)
			c.Count(c.Member([]byte(a.member)), a.time, int32(a.time/dayMS), a.contributing, a.activeDay, got.day)
			switch rapid.IntRange(0, 5).Draw(t, "then") {
			case 0:
				c.Changed(got.member, got.day)
			case 1:
				c.Changed(got.member, got.day)
				c = reload(t, c)
			}
		}
		c.Changed(got.member, got.day)
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
		if got := c.Channel(c.members[ada].TopChannel); got != "a" {
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

// A snapshot that is cut or altered is refused or read as something else, and never ends the program.
func FuzzLoadCounts(f *testing.F) {
	c := NewCounts(dayMS)
	c.Count(c.Member([]byte("ada")), 1_700_000_000_000, 19_675, true, true, func(string, Day) {})
	c.Changed(func(uint32, string, Member) {}, func(string, Day) {})
	var w state.Writer
	c.Save(&w)
	f.Add(w.Bytes())
	f.Add(w.Bytes()[:7])
	var negative state.Writer // a lateness that keeps no day open
	negative.Int(-3 * dayMS)
	negative.Uint(0)
	f.Add(negative.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		c := LoadCounts(r)
		if r.Done() == nil {
			c.Count(c.Member([]byte("lin")), 1, 0, true, true, func(string, Day) {})
		}
	})
}
