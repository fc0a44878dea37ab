package simulate

import (
	"bytes"
	"hash/fnv"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return monday.AddDate(0, 0, n) }

func start(t testing.TB, o Options) *Simulation {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// digest is of the encoded bytes of the first n actions, 0 being all.
func digest(t testing.TB, o Options, n int) uint64 {
	s := start(t, o)
	h := fnv.New64a()
	var a schemas.Action
	var b []byte
	for i := 0; (n == 0 || i < n) && s.Next(&a); i++ {
		b = a.Append(b[:0])
		h.Write(b)
	}
	return h.Sum64()
}

func TestSameSeedSameBytes(t *testing.T) {
	o := Demo("demo", 7, 300, monday, day(21))
	first := digest(t, o, 0)
	if again := digest(t, o, 0); again != first {
		t.Error("the same options gave other actions")
	}
	o.Seed = 8
	if digest(t, o, 0) == first {
		t.Error("another seed gave the same actions")
	}
	// Whoever stored a seed wants the same community from the next version of the program.
	if got, want := digest(t, Demo("demo", 7, 300, monday, day(21)), 1000), uint64(goldenDigest); got != want {
		t.Errorf("digest of the first 1000 actions is %#x, was %#x: say so in the changelog", got, want)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	good := Demo("demo", 1, 100, monday, day(1))
	for name, tc := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"no community":   {func(o *Options) { o.Community = "" }, "community"},
		"no members":     {func(o *Options) { o.Members = 0 }, "members"},
		"too many":       {func(o *Options) { o.Members = MaxMembers + 1 }, "members"},
		"before 1970":    {func(o *Options) { o.From = time.Time{} }, "from"},
		"backwards":      {func(o *Options) { o.To = o.From }, "to must"},
		"two rates":      {func(o *Options) { o.Rate = 5 }, "not both"},
		"no rate":        {func(o *Options) { o.PerDay = 0 }, "not both"},
		"tiny rate":      {func(o *Options) { o.PerDay, o.Rate = 0, 1e-300 }, "rate"},
		"not a number":   {func(o *Options) { o.Leavers = math.NaN() }, "leavers"},
		"share above 1":  {func(o *Options) { o.Founders = 1.1 }, "founders"},
		"ring of one":    {func(o *Options) { o.RingSize = 1 }, "ring"},
		"too many rings": {func(o *Options) { o.Rings = 50 }, "more members"},
		"empty channel":  {func(o *Options) { o.Channels = []string{""} }, "channels"},
		"empty spike":    {func(o *Options) { o.Spikes = []Spike{{day(0), day(0), 2}} }, "spike"},
		"negative spike": {func(o *Options) { o.Spikes = []Spike{{day(0), day(1), -2}} }, "factor"},
		"no such zone":   {func(o *Options) { o.TimeZone = "Mars/Olympus" }, "Mars"},
	} {
		t.Run(name, func(t *testing.T) {
			o := good
			tc.change(&o)
			if _, err := New(o); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one that mentions %q", err, tc.want)
			}
		})
	}
}

func TestRate(t *testing.T) {
	for name, o := range map[string]Options{
		"per member and day": {PerDay: 12},
		"per second":         {Rate: 0.1},
		"busy, no end":       {Rate: 500},
	} {
		t.Run(name, func(t *testing.T) {
			o.Community, o.Seed, o.Members, o.Founders = "c", 3, 500, 1
			o.From, o.To = monday, day(14)
			want := 14 * 24 * 3600 * (o.Rate + o.PerDay*float64(o.Members)/(24*3600))
			if o.Rate > 100 { // too many for a test: one hour of a week against its habit
				o.To = time.Time{}
				want = 3600 * o.Rate
			}
			s := start(t, o)
			if o.To.IsZero() {
				want *= s.Truth().Habit[0]
			}
			var n float64
			var a schemas.Action
			for s.Next(&a) && (!o.To.IsZero() || a.Time < monday.Add(time.Hour).UnixMilli()) {
				n++
			}
			if math.Abs(n/want-1) > 0.05 {
				t.Errorf("%v actions, want %v ± 5 %%", n, want)
			}
		})
	}
}

// TestAnyOptions holds for every valid choice: ordered times inside the range, ids that never repeat, valid actions
// that survive the codec, and a truth that the stream keeps to.
func TestAnyOptions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Community: "c", Seed: rapid.Uint64().Draw(t, "seed"), Members: rapid.IntRange(1, 60).Draw(t, "members"),
			From:     monday.Add(time.Duration(rapid.Int64Range(0, int64(200*24*time.Hour)).Draw(t, "from"))),
			TimeZone: rapid.SampledFrom([]string{"", "Asia/Shanghai", "Australia/Lord_Howe", "America/St_Johns"}).Draw(t, "zone"),
			PerDay:   rapid.Float64Range(0.01, 50).Draw(t, "perDay"), Founders: rapid.Float64Range(0, 1).Draw(t, "founders"),
			Leavers: rapid.Float64Range(0, 1).Draw(t, "leavers"), Explicit: rapid.Float64Range(0, 1).Draw(t, "explicit"),
			Channels: []string{"a", "b"}[:rapid.IntRange(0, 2).Draw(t, "channels")], Platforms: []string{"web"},
		}
		o.To = o.From.Add(time.Duration(rapid.Int64Range(1, int64(10*24*time.Hour)).Draw(t, "span")))
		o.Leaders = rapid.IntRange(0, o.Members).Draw(t, "leaders")
		if free := o.Members - o.Leaders; free >= 2 {
			o.RingSize = rapid.IntRange(2, free).Draw(t, "ringSize")
			o.Rings = rapid.IntRange(0, free/o.RingSize).Draw(t, "rings")
		}
		if rapid.Bool().Draw(t, "spike") {
			o.Spikes = []Spike{{o.From.Add(time.Hour), o.From.Add(5 * time.Hour), rapid.Float64Range(0, 9).Draw(t, "factor")}}
		}
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		truth := s.Truth()
		joins, leaves := map[string]int64{}, map[string]Leaver{}
		for _, j := range truth.Joins {
			joins[j.Member] = j.Time.UnixMilli()
		}
		for _, l := range truth.Leavers {
			leaves[l.Member] = l
		}
		ids, last := map[string]bool{}, o.From.UnixMilli()
		var a, back schemas.Action
		var b []byte
		for s.Next(&a) {
			if a.Time < last || a.Time >= o.To.UnixMilli() {
				t.Fatalf("time %d after %d, range ends at %d", a.Time, last, o.To.UnixMilli())
			}
			last = a.Time
			if ids[string(a.ID)] {
				t.Fatalf("id %s twice", a.ID)
			}
			ids[string(a.ID)] = true
			b = a.Append(b[:0])
			if control, err := schemas.DecodeRecord(b, &back); control != nil || err != nil {
				t.Fatalf("%+v does not decode: %v", a, err)
			}
			member := string(a.Member)
			join, newcomer := joins[member]
			if a.Kind == schemas.KindJoin != (newcomer && a.Time == join && !ids["joined "+member]) {
				t.Fatalf("%s does %v at %d, joins at %d", member, a.Kind, a.Time, join)
			}
			ids["joined "+member] = true
			if newcomer && a.Time < join {
				t.Fatalf("%s acts before joining", member)
			}
			l, leaver := leaves[member]
			if leaver && a.Time >= l.Time.UnixMilli() && !(a.Kind == schemas.KindLeave && l.Explicit) {
				t.Fatalf("%s acts after leaving: %v", member, a.Kind)
			}
			if a.Kind == schemas.KindLeave {
				if !leaver || !l.Explicit || a.Time != l.Time.UnixMilli() {
					t.Fatalf("%s leaves at %d; truth: %+v", member, a.Time, l)
				}
				delete(leaves, member)
			}
			if bytes.Equal(a.Target, a.Member) {
				t.Fatalf("%s aims at themselves", member)
			}
		}
		for _, l := range leaves {
			if l.Explicit {
				t.Fatalf("%s never left", l.Member)
			}
		}
		if diff := cmp.Diff(truth, s.Truth()); diff != "" {
			t.Fatalf("the truth changed: %s", diff)
		}
		if s.Next(&a) {
			t.Fatal("an action after the end")
		}
	})
}

func BenchmarkNext(b *testing.B) {
	for name, members := range map[string]int{"1k": 1000, "1M": 1_000_000} {
		b.Run(name, func(b *testing.B) {
			o := Demo("demo", 1, members, monday, time.Time{})
			o.PerDay, o.Rate = 0, 100_000
			s := start(b, o)
			var a schemas.Action
			b.ReportAllocs()
			for b.Loop() {
				s.Next(&a)
			}
		})
	}
}
