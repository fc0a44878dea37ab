package churn

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

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
	m := &r.Members
	member, state := texts(&m.Member), texts(&m.State)
	for i, v := range m.Version {
		text := func(f *schemas.Floats) string {
			if f.Nulls[i] == 1 {
				return "NULL"
			}
			return short6(f.Values[i])
		}
		g.put("m|"+member[i], fmt.Sprint(state[i], " ", m.Since[i], " ", text(&m.Risk), " ", text(&m.Alive)), v, 0)
	}
	for i, v := range r.Models.Version {
		g.put(fmt.Sprint("f|", r.Models.FittedAt[i]), r.Models.Coefficients[i]+fmt.Sprint(r.Models.Rows[i]), v, 0)
	}
	*r = Rows{}
}

func texts(t *schemas.Text) (out []string) {
	for b := range t.All() {
		out = append(out, string(b))
	}
	return out
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
				if diff := cmp.Diff(models(want(cal, set, heard(i+1), now, lateness)), models(tables.final())); diff != "" {
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
		if diff := cmp.Diff(models(want(cal, set, heard(len(all)), now, lateness)), models(tables.final())); diff != "" {
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
