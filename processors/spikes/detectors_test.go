package spikes

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// signal is one of a partition: what it learnt between two stream times.
type signal struct {
	from, to int64
	deltas   []*actionpb.Deltas
}

// partitions spreads a town's days over partitions, each with cuts of its own.
func partitions(t *rapid.T, x *town, n int) [][]signal {
	out := make([][]signal, n)
	for p := range n {
		r := rand.New(rand.NewPCG(x.seed, uint64(p)))
		part := *x
		part.hourly /= float64(n)
		from := int64(-1)
		for day := 0; day < x.days; {
			days := rapid.IntRange(1, 3).Draw(t, "days")
			var deltas []*actionpb.Deltas
			for range min(days, x.days-day) {
				deltas = append(deltas, part.day(r, day, int32((firstDay+day)*1440))...)
				day++
			}
			to := int64((firstDay+day)*1440)*minuteMS - 1 - rapid.Int64Range(0, 40*60_000).Draw(t, "short")
			out[p] = append(out[p], signal{from, to, deltas})
			from = to
		}
	}
	return out
}

func save(d *Detectors) []byte {
	var w state.Writer
	d.Save(&w)
	return w.Bytes()
}

// live hears the partitions in an order that rapid draws, closing and restarting now and then.
func live(t *rapid.T, parts [][]signal) (found []alert.Detection, end []byte) {
	d, next := New(), make([]int, len(parts))
	told := make([]int64, len(parts))
	for i := range told {
		told[i] = -1
	}
	close := func() {
		now := int64(math.MaxInt64)
		for _, at := range told {
			now = min(now, at)
		}
		d.Close(now, utc(), func(x alert.Detection) { found = append(found, x) })
	}
	for left := true; left; {
		left = false
		p := rapid.IntRange(0, len(parts)-1).Draw(t, "partition")
		for i := range parts {
			q := (p + i) % len(parts)
			if next[q] == len(parts[q]) {
				continue
			}
			s := parts[q][next[q]]
			d.Apply(s.from, s.deltas)
			told[q], left = s.to, true
			next[q]++
			break
		}
		switch rapid.IntRange(0, 5).Draw(t, "then") {
		case 0:
			r := state.NewReader(save(d))
			d = Load(r)
			if err := r.Done(); err != nil {
				t.Fatal(err)
			}
		case 1, 2, 3:
			close()
		}
	}
	close()
	return found, save(d)
}

// Whatever the order in which partitions are heard, and wherever restarts and closes fall, the same is found and kept.
func TestOrderDoesNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.IntRange(24, 27).Draw(t, "day")
		at := int32((firstDay+day)*1440 + 660)
		x := &town{seed: rapid.Uint64Range(0, 50).Draw(t, "seed"), hourly: 60, channels: shares(3), platforms: shares(2), leaves: 4, days: 29,
			planted: []truth{{from: at, to: at + 300, factor: 0.1, channel: 0, platform: -1}, {from: at, to: at + 60, factor: 1, leaves: 30}}}
		parts := partitions(t, x, rapid.IntRange(1, 3).Draw(t, "partitions"))
		want, end := live(t, parts)
		got, also := live(t, parts)
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *actionpb.AlertSegment) bool { return a.String() == b.String() })); diff != "" {
			t.Fatalf("-one order +another:\n%s", diff)
		}
		if !bytes.Equal(end, also) {
			t.Fatal("the order shows in the snapshot")
		}
		if len(want) == 0 {
			t.Fatal("nothing was found")
		}
	})
}

// Aims on communities made of counts: what is planted is found in time and place, and quiet ones are left alone. Of forty
// leaves in an hour the tenth, before which nothing is said, comes after a quarter of it.
func TestPlantedIsFound(t *testing.T) {
	seeds := uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for what, most := range map[string]int32{"channel dies": 120, "outage": 120, "half gone": 120, "raid": 60, "mass leave": 30} {
		for seed := range seeds {
			r := rand.New(rand.NewPCG(seed, 99))
			p, _ := plant(what, r, 30)
			x := town{seed: seed, hourly: 150, channels: shares(5), platforms: shares(3), luck: 0.003, gusts: 0.003, leaves: 10, days: 34, planted: []truth{p}}
			raised := x.run()
			if len(raised) == 0 {
				t.Errorf("%s, seed %d: nothing raised", what, seed)
				continue
			}
			a := raised[0]
			if a.Kind != p.kind || a.opened < p.from || a.opened > p.from+most {
				t.Errorf("%s, seed %d: %s at %s, planted at %s", what, seed, a.Kind, minuteText(a.opened), minuteText(p.from))
			}
			if want := p.segment(); want != "" && a.segments[len(a.segments)-1] != want {
				t.Errorf("%s, seed %d: %v, want %s", what, seed, a.segments, want)
			}
			if (p.cause != "") != (len(a.causes) > 0) {
				t.Errorf("%s, seed %d: cause %v, want %s", what, seed, a.causes, p.cause)
			}
			for _, other := range raised[1:] {
				if other.opened > p.to+1440 {
					t.Errorf("%s, seed %d: %s at %s as well", what, seed, other.Kind, minuteText(other.opened))
				}
			}
		}
	}
}

func TestQuietIsLeftAlone(t *testing.T) {
	days := 180
	if testing.Short() {
		days = 60
	}
	for name, x := range map[string]town{
		"ordinary":        {hourly: 60, luck: 0.01, gusts: 0.01, leaves: 10},
		"declining":       {hourly: 100, luck: 0.003, trend: -0.05, leaves: 10},
		"growing":         {hourly: 30, luck: 0.003, trend: 0.05, leaves: 10},
		"sparse":          {hourly: 0.3, luck: 0.05, leaves: 0.2},
		"midnights alone": {hourly: 2, leaves: 0, midnights: true},
	} {
		x.seed, x.channels, x.platforms, x.days = 1, shares(4), shares(2), days
		for _, a := range x.run() {
			t.Errorf("%s: %s at %s: %v instead of %v, %v", name, a.Kind, minuteText(a.opened), a.Observed, a.Expected, a.segments)
		}
	}
}

// A holiday that is known is the cause of a drop.
func TestHolidayIsNamed(t *testing.T) {
	p, h := plant("holiday", rand.New(rand.NewPCG(1, 1)), 30)
	x := town{seed: 1, hourly: 200, channels: shares(3), platforms: shares(2), days: 32, planted: []truth{p}, holidays: h}
	raised := x.run()
	if len(raised) != 1 || len(raised[0].causes) != 1 || raised[0].causes[0] != "holiday h" {
		t.Errorf("%+v", raised)
	}
}

// Before there is a basis nothing is said, whatever happens.
func TestFirstWeeksAreHonest(t *testing.T) {
	at := int32((firstDay+19)*1440 + 600)
	x := town{seed: 3, hourly: 100, channels: shares(2), platforms: shares(2), days: 20, planted: []truth{{from: at, to: noEnd, factor: 0, channel: -1, platform: -1}}}
	for _, a := range x.run() {
		t.Errorf("%s at %s", a.Kind, minuteText(a.opened))
	}
}

// A kind that is off raises nothing; its rule counts from its place in the log on.
func TestRules(t *testing.T) {
	d := New()
	d.Use(-1, nil)
	d.Use(int64(10*minuteMS), &actionpb.Alerting{Rules: []*actionpb.AlertRule{{Kind: alert.LeaveSpike, Off: true}}})
	d.Use(int64(5*minuteMS), &actionpb.Alerting{Rules: []*actionpb.AlertRule{{Kind: alert.LeaveSpike, Off: true}}}) // another partition, earlier
	d.Use(int64(20*minuteMS), &actionpb.Alerting{Rules: []*actionpb.AlertRule{{Kind: alert.LeaveSpike, MinCount: 30, Ratio: 3, Probability: 0.01}}})
	for minute, want := range map[int32]rule{5: defaultRule, 6: {off: true, probability: 0.001, least: 10, ratio: 1.5}, 20: {off: true, probability: 0.001, least: 10, ratio: 1.5}, 21: {probability: 0.01, least: 30, ratio: 3}} {
		if got := ruleOf(d.inForce(minute), alert.LeaveSpike); got != want {
			t.Errorf("minute %d: %+v, want %+v", minute, got, want)
		}
	}
	if len(d.told) != 2 {
		t.Errorf("%d settings are remembered, want 2", len(d.told))
	}
}

// Tails are those of sums of the distribution's terms.
func TestTails(t *testing.T) {
	for _, m := range []float64{0.5, 3, 12, 80, 900} {
		for _, a := range []float64{0.005, 0.05, 0.5} {
			r, p := 1/a, 1/(1+a*m)
			sum := 0.0
			for y := range 400 {
				k := float64(y)
				lg := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
				if above := atLeast(k, m, a); math.Abs(above-(1-sum)) > 1e-8 {
					t.Fatalf("P(Y ≥ %d | %v, %v) = %v, want %v", y, m, a, above, 1-sum)
				}
				sum += math.Exp(lg(r+k) - lg(r) - lg(k+1) + r*math.Log(p) + k*math.Log1p(-p))
				if below := atMost(k, m, a); math.Abs(below-sum) > 1e-8 {
					t.Fatalf("P(Y ≤ %d | %v, %v) = %v, want %v", y, m, a, below, sum)
				}
			}
		}
	}
}

func TestDiscoveries(t *testing.T) {
	if got := discoveries([]float64{0.04, 0.001, 0.02}, 3, 0.05); got != 0.04 {
		t.Errorf("%v", got)
	}
	if got := discoveries([]float64{0.04, 0.03}, 4, 0.05); got != -1 {
		t.Errorf("%v", got)
	}
}

func FuzzLoad(f *testing.F) {
	x := town{seed: 1, hourly: 30, channels: shares(2), platforms: shares(1), leaves: 4, days: 2}
	r, d := rand.New(rand.NewPCG(1, 1)), New()
	for day := range x.days {
		d.Apply(-1, x.day(r, day, int32((firstDay+day)*1440)))
		d.Day(int32(firstDay+day), utc(), alert.ChurnSpike, 1, 4, []Count{{Place{"channel", "a"}, 4}}, func(alert.Detection) {})
	}
	d.Left(-1, int64(firstDay)*24*hourMS, []Place{{"channel", "a"}})
	d.Use(7, &actionpb.Alerting{Holidays: []*actionpb.Holiday{{Name: "x", From: 1, To: 2}}})
	d.Close(int64(firstDay+1)*24*hourMS, utc(), func(alert.Detection) {})
	f.Add(save(d))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		d := Load(r)
		if r.Done() != nil {
			return
		}
		d.Apply(int64(d.at)*minuteMS, []*actionpb.Deltas{{Window: uint32(activity.W1h), End: []int64{int64(d.at) + 5, 60}, Active: []int64{40, -40}}})
		d.Day(5, utc(), alert.ChurnSpike, 1, 40, nil, func(alert.Detection) {})
		d.Close(int64(d.at+600)*minuteMS, utc(), func(alert.Detection) {})
		save(d)
	})
}

// BenchmarkClose is a year of history in which a community of five channels and three platforms is there.
func BenchmarkClose(b *testing.B) {
	x := town{seed: 1, hourly: 60, channels: shares(5), platforms: shares(3), leaves: 4, days: 60}
	r := rand.New(rand.NewPCG(1, 1))
	var days [][]*actionpb.Deltas
	for day := range x.days {
		days = append(days, x.day(r, day, int32((firstDay+day)*1440)))
	}
	b.ReportAllocs()
	for b.Loop() {
		d := New()
		for day, deltas := range days {
			d.Apply(int64((firstDay+day)*1440)*minuteMS-1, deltas)
			d.Close(int64((firstDay+day+1)*1440)*minuteMS-1, utc(), func(alert.Detection) {})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*x.days*288), "ns/look")
}
