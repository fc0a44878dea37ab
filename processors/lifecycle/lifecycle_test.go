package lifecycle

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// published are the tables as a reader with FINAL sees them.
type published map[string]string

func (p published) take(r *Rows) {
	for i := range r.Days.Len() {
		p[fmt.Sprint("day ", r.Days.Day[i])] = fmt.Sprint(r.Days.DAU[i], r.Days.Actions[i], r.Days.Contributing[i], r.Days.Lurkers[i])
	}
	l := &r.Lifecycle
	for i := range l.Len() {
		p[fmt.Sprint(l.Interval[i], " from ", l.Start[i])] = fmt.Sprint(l.New[i], l.Returning[i], l.Resurrecting[i], l.Dormant[i], l.Active[i], text(l.PeriodOverPeriod[i]))
	}
	for i := range r.Retention.Len() {
		t := &r.Retention
		p.put(fmt.Sprint(t.Interval[i], " cohort ", t.Cohort[i], " n ", t.N[i]), t.Deleted[i], t.Size[i], t.NDay[i], t.Unbounded[i], t.Consecutive[i])
	}
	for i := range r.Stickiness.Len() {
		t := &r.Stickiness
		p.put(fmt.Sprint(t.Interval[i], " ", t.Start[i], " active days ", t.ActiveDays[i]), t.Deleted[i], t.Members[i])
	}
	*r = Rows{}
}

func (p published) put(key string, deleted uint8, values ...uint64) {
	if delete(p, key); deleted == 0 {
		p[key] = fmt.Sprint(values)
	}
}

func text(v *float64) string {
	if v == nil {
		return "NULL"
	}
	return fmt.Sprintf("%.4f", *v)
}

// want is the definition, word for word, from the sets of active days.
func want(days map[uint32]map[int32]bool, actions map[int32]int, today int32) published {
	out := published{}
	first := slices.Min(slices.Collect(maps.Keys(actions)))
	for d := first; d <= today; d++ {
		dau := 0
		for _, m := range days {
			if m[d] {
				dau++
			}
		}
		out[fmt.Sprint("day ", d)] = fmt.Sprint(dau, actions[d], 0, dau)
	}
	for i := range intervals {
		active := map[uint32]map[int32]int{} // member → interval → active days
		begin := map[uint32]int32{}
		for m, ds := range days {
			active[m] = map[int32]int{}
			for d := range ds {
				active[m][i.Index(d)]++
			}
			if len(ds) > 0 {
				begin[m] = slices.Min(slices.Collect(maps.Keys(active[m])))
			}
		}
		now := i.Index(today)
		for k := i.Index(first); k <= now; k++ {
			var fresh, returning, resurrecting, dormant, all, before int
			sticky := map[int]int{}
			for m, in := range active {
				switch {
				case in[k] > 0 && begin[m] == k:
					fresh++
				case in[k] > 0 && in[k-1] > 0:
					returning++
				case in[k] > 0:
					resurrecting++
				case in[k-1] > 0:
					dormant++
				}
				if in[k] > 0 {
					all++
					sticky[in[k]]++
				}
				if in[k-1] > 0 {
					before++
				}
			}
			over := "NULL"
			if before > 0 {
				over = fmt.Sprintf("%.4f", float64(returning)/float64(before))
			}
			out[fmt.Sprint(i, " from ", i.Start(k))] = fmt.Sprint(fresh, returning, resurrecting, dormant, all, over)
			if i != calendar.Day {
				for n, members := range sticky {
					out[fmt.Sprint(i, " ", i.Start(k), " active days ", n)] = fmt.Sprint([]int{members})
				}
			}
			for n := int32(0); n <= reach[i] && k+n < now && fresh > 0; n++ {
				var nDay, unbounded, consecutive int
				for m, in := range active {
					if b, ok := begin[m]; !ok || b != k {
						continue
					}
					run := int32(0)
					for in[k+run] > 0 {
						run++
					}
					later := false
					for at := range in {
						later = later || at >= k+n
					}
					nDay += min(1, in[k+n])
					if later {
						unbounded++
					}
					if run > n {
						consecutive++
					}
				}
				out[fmt.Sprint(i, " cohort ", i.Start(k), " n ", n)] = fmt.Sprint([]int{fresh, nDay, unbounded, consecutive})
			}
		}
	}
	return out
}

// Any active days, out of order by up to a month, cut and published at any moment, over any number of partitions, with
// restarts in between, give the tables that the definitions give.
func TestPublishedRowsAreTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partitions := make([]*Lives, rapid.IntRange(1, 3).Draw(t, "partitions"))
		for p := range partitions {
			partitions[p] = NewLives()
		}
		totals, rows, got := NewTotals(), &Rows{}, published{}
		today := int32(rapid.IntRange(0, 20_000).Draw(t, "first"))
		days, actions := map[uint32]map[int32]bool{}, map[int32]int{}
		chunk := rapid.IntRange(1, 5).Draw(t, "chunk")
		publish := func() {
			for _, l := range partitions {
				l.Cut(chunk, totals.Series, totals.Cohorts, totals.Days)
			}
			totals.Publish("c", today, 1, rows)
			got.take(rows)
		}
		late, scale := int32(rapid.SampledFrom([]int{0, 1, 31}).Draw(t, "late")), rapid.SampledFrom([]int{1, 10, 60}).Draw(t, "scale")
		for range rapid.IntRange(1, 80).Draw(t, "n") {
			today += int32(rapid.IntRange(0, scale).Draw(t, "step"))
			m := uint32(rapid.IntRange(0, 4).Draw(t, "member"))
			day := max(0, today-rapid.Int32Range(0, late).Draw(t, "behind"))
			l := partitions[int(m)%len(partitions)]
			l.Count(day, 1, 0)
			actions[day]++
			if active := rapid.IntRange(0, 5).Draw(t, "active") > 0; active {
				if days[m] == nil {
					days[m] = map[int32]bool{}
				}
				if !days[m][day] {
					l.Add(m, day)
				}
				days[m][day] = true
			}
			switch rapid.IntRange(0, 7).Draw(t, "then") {
			case 0:
				publish()
			case 1:
				publish()
				for i, p := range partitions {
					partitions[i] = LoadLives(reload(p.Save))
				}
				totals = LoadTotals(reload(totals.Save))
			case 2: // a restart with changes that wait for a cut
				for i, p := range partitions {
					partitions[i] = LoadLives(reload(p.Save))
				}
			}
		}
		today += rapid.Int32Range(0, 100).Draw(t, "silence")
		publish()
		if diff := cmp.Diff(want(days, actions, today), got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

func reload(save func(*state.Writer)) *state.Reader {
	var w state.Writer
	save(&w)
	return state.NewReader(w.Bytes())
}

// Who comes every day for two and a half years is in every cell of the first cohorts, and in none beyond their reach.
func TestRunsEndAtTheReach(t *testing.T) {
	l, totals, rows, got := NewLives(), NewTotals(), &Rows{}, published{}
	days, actions := map[uint32]map[int32]bool{0: {}}, map[int32]int{}
	for day := int32(20_000); day < 20_900; day++ {
		l.Count(day, 1, 0)
		l.Add(0, day)
		days[0][day], actions[day] = true, 1
	}
	l.Cut(1000, totals.Series, totals.Cohorts, totals.Days)
	totals.Publish("c", 20_900, 1, rows)
	got.take(rows)
	if diff := cmp.Diff(want(days, actions, 20_900), got); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
}

// DAU, WAU and MAU of a member who is active on one day, from the steps of the windows.
func TestWindowsAreRunningSums(t *testing.T) {
	totals, rows := NewTotals(), &Rows{}
	totals.Series(&actionpb.Series{Start: []int64{100}, Active: []int64{1}, Actions: []int64{3}})
	totals.Window(false, &actionpb.Deltas{End: []int64{101, 7}, Active: []int64{1, -1}})
	totals.Window(true, &actionpb.Deltas{End: []int64{101, 30}, Active: []int64{1, -1}})
	totals.Publish("c", 140, 1, rows)
	for i, day := range rows.Days.Day {
		want := fmt.Sprint(day == 100, day < 107, day < 130)
		if got := fmt.Sprint(rows.Days.DAU[i] == 1, rows.Days.WAU[i] == 1, rows.Days.MAU[i] == 1); got != want {
			t.Errorf("day %d: active on the day, in the week, in the month: %s, want %s", day, got, want)
		}
	}
	if n := rows.Days.Len(); n != 41 {
		t.Errorf("%d days, want 41", n)
	}
}

func FuzzLoad(f *testing.F) {
	l := NewLives()
	l.Count(20_000, 1, 1)
	l.Add(0, 20_000)
	var w state.Writer
	l.Save(&w)
	totals := NewTotals()
	l.Cut(5, totals.Series, totals.Cohorts, totals.Days)
	totals.Publish("c", 20_003, 1, &Rows{})
	var x state.Writer
	totals.Save(&x)
	f.Add(w.Bytes())
	f.Add(x.Bytes())
	f.Fuzz(func(_ *testing.T, b []byte) {
		LoadLives(state.NewReader(b)).Add(1, 20_000)
		if r := state.NewReader(b); true {
			t := LoadTotals(r)
			if r.Err() == nil && t.series[0].limit < 30_000 {
				t.Publish("c", 100, 1, &Rows{})
			}
		}
	})
}
