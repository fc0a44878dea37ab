package churn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
	"github.com/rollcall-dev/rollcall/processors/state"
)

const hour = 3_600_000

// told is a fact as the test knows it.
type told struct {
	member uint32
	time   int64
	leave  bool
}

// slow is the definition: all facts in their order, midnight by midnight, every member at every midnight.
type slow struct {
	cal      *calendar.Calendar
	now      int64
	lateness int64
	after    int32
	atRisk   float64
	members  map[uint32]*slowMember
	model    *risk.Model
	fitted   bool
	day      int32
	start    int
	entered  map[State]int
	out      map[string]string
}

type slowMember struct {
	h           risk.History
	state       State
	since       int64
	risk, alive float64
}

func (s *slow) Len() int { return 8 }

func (s *slow) At(i int) *risk.History {
	if m := s.members[uint32(i)]; m != nil && m.h.Total > 0 {
		return &m.h
	}
	return nil
}

func name(m uint32) string { return fmt.Sprint("m", m) }

func (s *slow) move(id uint32, at int64, to State) {
	m := s.members[id]
	if m.state == to {
		return
	}
	if to != StateNew {
		s.out[fmt.Sprint("t|", name(id), "|", at, "|", to)] = fmt.Sprint("from ", m.state)
	}
	s.entered[to]++
	m.state, m.since = to, at
}

func (s *slow) closeDay() {
	in := map[State]int{}
	for _, m := range s.members {
		in[m.state]++
	}
	rate := "NULL"
	if s.start > 0 {
		rate = fmt.Sprint(float64(s.entered[StateChurned]+s.entered[StateLeft]) / float64(s.start))
	}
	s.out[fmt.Sprint("d|", s.day)] = fmt.Sprint(in[StateNew], in[StateActive], in[StateAtRisk], in[StateChurned], in[StateResurrected], in[StateLeft],
		s.entered[StateAtRisk], s.entered[StateChurned], s.entered[StateLeft], " ", rate)
	s.start, s.entered = in[StateNew]+in[StateActive]+in[StateAtRisk]+in[StateResurrected], map[State]int{}
}

func (s *slow) midnight(d int32) {
	at := s.cal.Midnight(d)
	s.closeDay()
	s.day = d
	if at <= s.now-s.lateness && (d%7 == 4 || !s.fitted) { // 1970-01-05 was a Monday
		s.model.Fit(d, s)
		s.fitted = true
		f, _ := s.model.Fitted()
		s.out[fmt.Sprint("f|", at)] = fmt.Sprint(f.Rows, f.Coefficients)
	}
	for id, m := range s.members {
		if m.state == StateNone {
			continue
		}
		m.risk, m.alive = math.NaN(), math.NaN()
		if s.fitted {
			m.risk, m.alive = s.model.Risk(&m.h, d), s.model.Alive(&m.h, d)
		}
		silent := d - int32(m.h.Last)
		switch {
		case m.state == StateLeft:
		case silent > s.after:
			s.move(id, at, StateChurned)
		case m.h.Total >= 3 && m.risk >= s.atRisk:
			s.move(id, at, StateAtRisk)
		case m.state == StateAtRisk,
			m.state == StateNew && d-int32(m.h.First) >= 7,
			m.state == StateResurrected && d-s.cal.Day(m.since) >= 7:
			s.move(id, at, StateActive)
		}
	}
}

// want is what the tables must hold as of now.
func want(cal *calendar.Calendar, set Settings, facts []told, now, lateness int64) map[string]string {
	s := &slow{cal: cal, now: now, lateness: lateness, after: set.After, atRisk: set.AtRisk, members: map[uint32]*slowMember{},
		model: risk.NewModel(), entered: map[State]int{}, out: map[string]string{}}
	first := cal.Day(facts[0].time)
	for _, f := range facts {
		first = min(first, cal.Day(f.time))
	}
	if cal.Midnight(first) > now {
		return s.out
	}
	facts = slices.DeleteFunc(slices.Clone(facts), func(f told) bool { return f.time > now })
	slices.SortFunc(facts, func(a, b told) int {
		leave := func(f told) int {
			if f.leave {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(cal.Day(a.time), cal.Day(b.time)), cmp.Compare(a.time, b.time), cmp.Compare(leave(a), leave(b)))
	})
	s.day = first
	for {
		for len(facts) > 0 && cal.Day(facts[0].time) <= s.day {
			f := facts[0]
			facts = facts[1:]
			m := s.members[f.member]
			if m == nil {
				m = &slowMember{risk: math.NaN(), alive: math.NaN()}
				s.members[f.member] = m
			}
			if f.leave {
				s.move(f.member, f.time, StateLeft)
				continue
			}
			day := cal.Day(f.time)
			if m.h.Total > 0 && day > int32(m.h.Last) {
				s.model.Gap(m.h.Total, day-int32(m.h.Last))
			}
			m.h.Add(day)
			switch m.state {
			case StateNone:
				s.move(f.member, f.time, StateNew)
			case StateChurned, StateLeft:
				s.move(f.member, f.time, StateResurrected)
			}
		}
		if cal.Midnight(s.day+1) > now {
			break
		}
		s.midnight(s.day + 1)
	}
	s.closeDay()
	for id, m := range s.members {
		s.out["m|"+name(id)] = fmt.Sprint(m.state, " ", m.since, " ", short6(m.risk), " ", short6(m.alive))
	}
	return s.out
}

// short6 is a probability, or NULL, as precise as a record is.
func short6(v float64) string {
	if math.IsNaN(v) {
		return "NULL"
	}
	return fmt.Sprint(float32(v))
}

// got are the tables as a reader with FINAL sees them, by the keys and texts of want.
type got map[string]struct {
	version uint64
	text    string
}

func (g got) put(key, text string, version uint64, deleted uint8) {
	if g[key].version > version {
		return
	}
	if deleted == 1 {
		text = ""
	}
	g[key] = struct {
		version uint64
		text    string
	}{version, text}
}

func (g got) take(r *Rows) {
	for i, v := range r.Transitions.Version {
		t := &r.Transitions
		g.put(fmt.Sprint("t|", t.Member[i], "|", t.Time[i], "|", t.To[i]), "from "+t.From[i], v, t.Deleted[i])
	}
	for i, v := range r.Days.Version {
		d := &r.Days
		rate := "NULL"
		if d.ChurnRate[i] != nil {
			rate = fmt.Sprint(*d.ChurnRate[i])
		}
		g.put(fmt.Sprint("d|", d.Day[i]), fmt.Sprint(d.New[i], d.Active[i], d.AtRisk[i], d.Churned[i], d.Resurrected[i], d.Left[i],
			d.EnteredAtRisk[i], d.EnteredChurned[i], d.EnteredLeft[i], " ", rate), v, 0)
	}
	for i, v := range r.Members.Version {
		m := &r.Members
		text := func(p *float64) string {
			if p == nil {
				return "NULL"
			}
			return short6(*p)
		}
		g.put("m|"+m.Member[i], fmt.Sprint(m.State[i], " ", m.Since[i], " ", text(m.Risk[i]), " ", text(m.Alive[i])), v, 0)
	}
	for i, v := range r.Models.Version {
		g.put(fmt.Sprint("f|", r.Models.FittedAt[i]), r.Models.Coefficients[i]+fmt.Sprint(r.Models.Rows[i]), v, 0)
	}
	*r = Rows{}
}

func (g got) final() map[string]string {
	out := map[string]string{}
	for k, v := range g {
		if v.text != "" {
			out[k] = v.text
		}
	}
	return out
}

// models makes the texts of fits, which are long, those of keys alone.
func models(m map[string]string) map[string]string {
	for k := range m {
		if k[0] == 'f' {
			m[k] = "fit"
		}
	}
	return m
}

// disordered are facts in an order in which they may come: stream time of each of two partitions rises, and a fact comes at
// most the lateness behind its own. now is the least of the two after each.
type arrival struct {
	fact told
	now  int64
}

func story(t *rapid.T, from, lateness int64, gapDays int) []arrival {
	var out []arrival
	times := [2]int64{from, from}
	members := rapid.IntRange(1, 8).Draw(t, "members")
	habit := rapid.SampledFrom([]int64{hour, 12 * hour, 30 * hour, int64(gapDays) * 24 * hour}).Draw(t, "habit")
	for range rapid.IntRange(1, 120).Draw(t, "n") {
		m := uint32(rapid.IntRange(0, members-1).Draw(t, "member"))
		p := int(m) % 2
		step := rapid.Int64Range(0, habit).Draw(t, "step")
		if rapid.IntRange(0, 9).Draw(t, "same") == 0 {
			step = 0
		}
		times[p] = max(times[p], min(times[0], times[1])+step)
		if rapid.IntRange(0, 3).Draw(t, "together") > 0 { // the other one hears a tick
			times[1-p] = max(times[1-p], times[p]-rapid.Int64Range(0, hour).Draw(t, "behind"))
		}
		late := rapid.SampledFrom([]int64{0, 0, lateness, -1}).Draw(t, "late")
		if late < 0 {
			late = rapid.Int64Range(0, lateness).Draw(t, "by")
		}
		at := max(from, times[p]-late)
		out = append(out, arrival{told{m, at, rapid.IntRange(0, 9).Draw(t, "leave") == 0}, min(times[0], times[1])})
	}
	end := max(times[0], times[1]) + rapid.Int64Range(0, 100*24*hour).Draw(t, "silence")
	return append(out, arrival{out[0].fact, end}) // said twice
}

var zones = []string{"", "Asia/Shanghai", "America/St_Johns", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo"}

// Whatever the order in which facts come, the moments at which it is published, and restarts and crashes in between, the
// tables are those of the definition.
func TestTablesAreTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		// In these days clocks in one of the zones or another are changed, or a day is passed over.
		from := rapid.SampledFrom([]int64{1_320_000_000_000, 1_325_000_000_000 - 20*24*hour, 1_540_600_000_000, 1_700_000_000_000, 0}).Draw(t, "from")
		from += rapid.Int64Range(0, 10*24*hour).Draw(t, "in")
		lateness := rapid.SampledFrom([]int64{0, hour, 3 * hour, 50 * hour}).Draw(t, "lateness")
		set := Settings{After: int32(rapid.SampledFrom([]int{5, 30}).Draw(t, "after")), AtRisk: rapid.SampledFrom([]float64{0.3, 0.5, 0.6}).Draw(t, "at risk")}
		all := story(t, from, lateness, rapid.IntRange(2, 40).Draw(t, "gap"))
		cal, _ := calendar.New(zone)

		c, tables := New(), got{}
		c.Use(set)
		var snapshot []byte
		saved, furthest := 0, 0
		heard := func(n int) (out []told) {
			for _, a := range all[:n] {
				out = append(out, a.fact)
			}
			return out
		}
		check := rapid.Bool().Draw(t, "check at each publish")
		now := int64(math.MinInt64)
		for i := 0; i < len(all); i++ {
			a := all[i]
			if i < len(all)-1 {
				if a.fact.leave {
					c.Leave(a.fact.member, a.fact.time)
				} else {
					c.Active(a.fact.member, a.fact.time)
				}
			}
			now = max(now, a.now)
			do := rapid.IntRange(0, 5).Draw(t, "then")
			if do > 2 && i < len(all)-1 {
				continue
			}
			var rows Rows
			c.Publish(Place{Label: "c", Now: now, Lateness: lateness, Calendar: cal, Name: name, Version: uint64(i + 1)}, &rows)
			tables.take(&rows)
			// After a crash the tables are ahead until the log is folded again as far as it was.
			if furthest = max(furthest, i); check && furthest == i {
				if diff := gocmp.Diff(models(want(cal, set, heard(i+1), now, lateness)), models(tables.final())); diff != "" {
					t.Fatalf("after %d of %d, now %d: -want +got:\n%s", i+1, len(all), now, diff)
				}
			}
			switch do {
			case 1: // a restart
				var w state.Writer
				c.Save(&w)
				snapshot, saved = w.Bytes(), i+1
				c = reload(t, snapshot)
			case 2: // a crash, after rows were written
				if snapshot != nil && rapid.Bool().Draw(t, "crash") {
					c, i = reload(t, snapshot), saved-1
					now = all[saved-1].now
					for _, a := range all[:saved] {
						now = max(now, a.now)
					}
				}
			}
		}
		if diff := gocmp.Diff(models(want(cal, set, heard(len(all)), now, lateness)), models(tables.final())); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

func reload(t *rapid.T, b []byte) *Community {
	r := state.NewReader(b)
	c := Load(r)
	if err := r.Done(); err != nil {
		t.Fatal(err)
	}
	return c
}
