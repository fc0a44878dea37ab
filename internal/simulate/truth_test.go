package simulate

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/schemas"
)

// goldenDigest belongs to TestSameSeedSameBytes.
const goldenDigest = 0xf5c9eb63c90acc30

// tally is what a stream shows of what was planted.
type tally struct {
	hours    [hoursOfWeek]float64
	byHour   map[int64]float64  // actions by hour since 1970
	byMember map[string]float64 // actions
	received map[string]float64 // targets, without rings' own
	inRing   float64            // endorsements inside a ring, and all of its members
	ofRing   float64
	lastDay  map[string]string // of anything but leave
	total    float64
	targets  float64
}

func run(t *testing.T, o Options) (Truth, *tally) {
	t.Helper()
	s := start(t, o)
	truth := s.Truth()
	ring := map[string]int{}
	for i, members := range truth.Rings {
		for _, m := range members {
			ring[m] = i + 1
		}
	}
	got := &tally{byHour: map[int64]float64{}, byMember: map[string]float64{}, received: map[string]float64{}, lastDay: map[string]string{}}
	var a schemas.Action
	for s.Next(&a) {
		local := time.UnixMilli(a.Time).In(s.location)
		member, target := string(a.Member), string(a.Target)
		got.total++
		got.hours[hourOfWeek(local)]++
		got.byHour[a.Time/3_600_000]++
		got.byMember[member]++
		if a.Kind != schemas.KindLeave {
			got.lastDay[member] = local.Format(time.DateOnly)
		}
		switch {
		case ring[member] > 0:
			got.ofRing++
			if ring[target] == ring[member] {
				got.inRing++
			}
		case target != "":
			got.targets++
			got.received[target]++
		}
	}
	return truth, got
}

func TestTruthAgrees(t *testing.T) {
	o := Demo("demo", 11, 1000, monday, day(28))
	o.TimeZone = "Asia/Shanghai"
	o.PerDay = 10
	truth, got := run(t, o)

	t.Run("leavers stop", func(t *testing.T) {
		explicit := 0
		for _, l := range truth.Leavers {
			if got.lastDay[l.Member] > l.LastDay {
				t.Errorf("%s acts on %s, left on %s", l.Member, got.lastDay[l.Member], l.LastDay)
			}
			if l.Explicit {
				explicit++
			}
		}
		if n := len(truth.Leavers); math.Abs(float64(n)-200) > 40 || math.Abs(float64(explicit)/float64(n)-0.3) > 0.08 {
			t.Errorf("%d leavers of 1000, %d explicit; planned 20 %% and 30 %% of those", n, explicit)
		}
	})
	t.Run("spikes are there", func(t *testing.T) {
		for _, s := range truth.Spikes {
			var inside, week float64
			for h := s.From.Unix() / 3600; h < s.To.Unix()/3600; h++ {
				inside += got.byHour[h]
				week += got.byHour[h-hoursOfWeek]
			}
			if size := inside / week; size < 0.7*s.Factor || size > 1.4*s.Factor {
				t.Errorf("%v of a week before at %s, planted %v", size, s.From, s.Factor)
			}
		}
	})
	t.Run("leaders draw most", func(t *testing.T) {
		var others float64
		for _, l := range truth.Leaders {
			if share := got.received[l.Member] / got.targets; share < 0.9*l.Share || share > l.Share+0.1 {
				t.Errorf("%s draws %.3f of all targets, planted %.3f", l.Member, share, l.Share)
			}
		}
		last := got.received[truth.Leaders[len(truth.Leaders)-1].Member]
		for m, n := range got.received {
			if !slices.ContainsFunc(truth.Leaders, func(l Leader) bool { return l.Member == m }) {
				others = max(others, n)
			}
		}
		if others >= last {
			t.Errorf("somebody draws %v, the weakest leader %v", others, last)
		}
	})
	t.Run("rings endorse themselves", func(t *testing.T) {
		if share := got.inRing / got.ofRing; share < 0.8 {
			t.Errorf("%.2f of a ring's actions stay inside", share)
		}
	})
	t.Run("habit", func(t *testing.T) {
		o := o // nobody comes or goes, nothing is planted: all of the shape is habit
		o.Founders, o.Leavers, o.Rings, o.Spikes = 1, 0, 0, nil
		truth, got := run(t, o)
		if r := correlation(got.hours[:], truth.Habit); r < 0.99 {
			t.Errorf("correlation %.3f of hours with the habit", r)
		}
	})
	t.Run("a few do most", func(t *testing.T) {
		var counts []float64
		for _, n := range got.byMember {
			counts = append(counts, n)
		}
		slices.Sort(counts)
		var top float64
		for _, n := range counts[len(counts)*9/10:] {
			top += n
		}
		if share := top / got.total; share < 0.35 || share > 0.75 {
			t.Errorf("the first tenth does %.2f of everything", share)
		}
	})
}

func TestTruthIsJSON(t *testing.T) {
	truth := start(t, Demo("demo", 1, 200, monday, day(14))).Truth()
	b, err := json.Marshal(truth)
	if err != nil {
		t.Fatal(err)
	}
	var back Truth
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(truth, back); diff != "" {
		t.Error(diff)
	}
	if len(truth.Joins) != 160 || len(truth.Habit) != hoursOfWeek || len(truth.Rings) != 1 || len(truth.Spikes) != 2 {
		t.Errorf("%d joins, %d hours, %d rings, %d spikes", len(truth.Joins), len(truth.Habit), len(truth.Rings), len(truth.Spikes))
	}
	live := start(t, Demo("demo", 1, 10, monday, time.Time{})).Truth()
	if b, err = json.Marshal(live); err != nil || strings.Contains(string(b), `"to"`) || strings.Contains(string(b), "null") {
		t.Errorf("%s, %v", b, err)
	}
}

func correlation(x, y []float64) float64 {
	var sx, sy, sxx, syy, sxy float64
	n := float64(len(x))
	for i := range x {
		sx, sy, sxx, syy, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
	}
	return (sxy - sx*sy/n) / math.Sqrt((sxx-sx*sx/n)*(syy-sy*sy/n))
}
