package activity

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

type action struct {
	member               uint32
	channel              string
	at                   int64
	active, contributing bool
}

// lateness are some on either side of where the layout of records changes.
var lateness = []int64{0, minuteMS, hourMS, 62 * minuteMS, 63 * minuteMS, 5 * hourMS, 7 * hourMS, dayMS, 8 * dayMS, 9 * dayMS, 30 * dayMS}

// published is the table as a reader with FINAL sees it.
type published map[string][3]uint64

func (p published) take(rows *schemas.ActivityRows) {
	for i := range rows.Len() {
		k := fmt.Sprint(rows.Dimension[i], "/", rows.Segment[i], "/", rows.Window[i], "/", time.UnixMilli(rows.Time[i]).UTC().Format(time.DateTime))
		if rows.Deleted[i] == 1 {
			delete(p, k)
		} else {
			p[k] = [3]uint64{rows.Actions[i], rows.Active[i], rows.Contributing[i]}
		}
	}
	rows.Reset()
}

// want is the definition, word for word: for every window end up to the open pane's, count over [end − w, end), and
// keep the ends that differ from the one before.
func want(actions []action, now int64, cal *calendar.Calendar) published {
	out := published{}
	segments := map[[2]string][]action{}
	for _, a := range actions {
		segments[[2]string{"", ""}] = append(segments[[2]string{"", ""}], a)
		if a.channel != "" {
			k := [2]string{"channel", a.channel}
			segments[k] = append(segments[k], a)
		}
	}
	for k, as := range segments {
		for w := range windows {
			pane := func(ms int64) int32 {
				return [resolutions]int32{int32(ms / minuteMS), int32(ms / hourMS), cal.Day(ms)}[windowResolutions[w]]
			}
			start := func(end int32) int64 {
				switch windowResolutions[w] {
				case minutes:
					return int64(end) * minuteMS
				case hours:
					return int64(end) * hourMS
				}
				return cal.Midnight(end)
			}
			ends := map[int32]bool{}
			for _, a := range as {
				ends[pane(a.at)+1], ends[pane(a.at)+1+windowPanes[w]] = true, true
				for e := pane(a.at) + 1; windowResolutions[w] != minutes && e <= pane(a.at)+windowPanes[w]; e++ {
					ends[e] = true
				}
			}
			var last [3]uint64
			for _, end := range slices.Sorted(maps.Keys(ends)) {
				if end > pane(now)+1 {
					break
				}
				var v [3]uint64
				act, con := map[uint32]bool{}, map[uint32]bool{}
				for _, a := range as {
					if a.at < start(end) && a.at >= start(end-windowPanes[w]) {
						v[0]++
						act[a.member] = act[a.member] || a.active
						con[a.member] = con[a.member] || a.contributing
					}
				}
				for m := range act {
					if act[m] {
						v[1]++
					}
					if con[m] {
						v[2]++
					}
				}
				if v != last {
					out[fmt.Sprint(k[0], "/", k[1], "/", w, "/", time.UnixMilli(start(end)).UTC().Format(time.DateTime))] = v
				}
				last = v
			}
		}
	}
	return out
}

// Any actions, in any order within the lateness, cut and published at any moment, over any number of partitions, with
// restarts from snapshots in between, give the table that the definition gives.
func TestPublishedRowsAreTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lateness := rapid.SampledFrom(lateness).Draw(t, "lateness")
		days := map[[2]int32][2]bool{} // by member and day: whether active, contributing
		zone := rapid.SampledFrom([]string{"", "Asia/Shanghai", "America/Sao_Paulo"}).Draw(t, "zone")
		cal, err := calendar.New(zone)
		if err != nil {
			t.Fatal(err)
		}
		partitions := make([]*Tracker, rapid.IntRange(1, 3).Draw(t, "partitions"))
		times := make([]int64, len(partitions))
		now := int64(1541300000000) // two days before Brazil's clocks skip midnight
		for p := range partitions {
			partitions[p], times[p] = NewTracker(lateness), now
		}
		totals, rows, got := NewTotals(), &schemas.ActivityRows{}, published{}
		var all []action
		publish := func() {
			for _, p := range partitions {
				for _, d := range p.Cut() {
					totals.Apply(d)
				}
			}
			totals.Publish("c", slices.Min(times), lateness, cal, 1, rows)
			got.take(rows)
		}
		scale := rapid.SampledFrom([]int64{minuteMS / 2, 10 * minuteMS, 5 * hourMS, 3 * dayMS}).Draw(t, "scale")
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			now += rapid.Int64Range(0, scale).Draw(t, "step")
			m := uint32(rapid.IntRange(0, 5).Draw(t, "member"))
			p := int(m) % len(partitions)
			times[p] = max(times[p], now)
			a := action{m, rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "channel"), now, rapid.Bool().Draw(t, "active"), rapid.Bool().Draw(t, "contributing")}
			a.at -= rapid.Int64Range(0, lateness).Draw(t, "behind")
			all = append(all, a)
			var segments []Segment
			if a.channel != "" {
				segments = append(segments, partitions[p].Segment(Channel, []byte(a.channel)))
			}
			activeDay, contributingDay := partitions[p].Observe(m, segments, PanesOf(a.at, cal.Day(a.at)), a.active, a.contributing)
			key := [2]int32{int32(m), cal.Day(a.at)}
			was := days[key]
			if activeDay != (a.active && !was[0]) || contributingDay != (a.contributing && !was[1]) {
				t.Fatalf("Observe(%+v) = %v, %v after %v", a, activeDay, contributingDay, was)
			}
			days[key] = [2]bool{was[0] || a.active, was[1] || a.contributing}
			switch rapid.IntRange(0, 9).Draw(t, "then") {
			case 0:
				publish()
			case 1:
				for p := range times { // a tick
					times[p] = max(times[p], now)
					partitions[p].Forget(cal.Day(now))
				}
				publish()
			case 2:
				for i, p := range partitions {
					partitions[i] = LoadTracker(reload(t, p.Save))
				}
				totals = LoadTotals(reload(t, totals.Save))
			}
		}
		now += rapid.Int64Range(0, 40*dayMS).Draw(t, "silence")
		for p := range times {
			times[p] = now
		}
		publish()
		if diff := cmp.Diff(want(all, now, cal), got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

func reload(t *rapid.T, save func(*state.Writer)) *state.Reader {
	var w state.Writer
	save(&w)
	return state.NewReader(w.Bytes())
}

func TestForgottenRecordsAreReused(t *testing.T) {
	tr := NewTracker(hourMS)
	for day := range int32(400) {
		tr.Observe(uint32(day), nil, PanesOf(int64(day)*dayMS, day), true, true)
		tr.Forget(day)
	}
	if n := len(tr.blocks.pages[0]) / blockSize(0); n > 40 {
		t.Fatalf("%d records for members of whom 34 can touch a window", n)
	}
}
