package risk

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/processors/state"
)

type crowd []*History

func (c crowd) Len() int          { return len(c) }
func (c crowd) At(i int) *History { return c[i] }

// live runs a community of n members for so many days from its first, with a fit each Monday, and calls each after it.
func live(m *Model, n int, days int32, seed uint64, each func(d int32, c crowd)) crowd {
	r := rand.New(rand.NewPCG(seed, 1))
	c := make(crowd, n)
	rate, gone := make([]float64, n), make([]float64, n)
	for i := range rate {
		rate[i], gone[i] = r.Float64()*r.Float64(), r.Float64()*0.05
	}
	for d := int32(18000); d < 18000+days; d++ {
		if d%week == monday {
			m.Fit(d, c)
			each(d, c)
		}
		for i := range c {
			if r.Float64() < gone[i] {
				rate[i] = 0
			}
			if r.Float64() >= rate[i] {
				continue
			}
			if c[i] == nil {
				c[i] = new(History)
			} else {
				m.Gap(c[i].Total, d-int32(c[i].Last))
			}
			c[i].Add(d)
		}
	}
	return c
}

func saved(m *Model) []byte {
	var w state.Writer
	m.Save(&w)
	return w.Bytes()
}

func TestModelIsSavedWhole(t *testing.T) {
	m := NewModel()
	live(m, 50, 200, 1, func(d int32, c crowd) {
		b := saved(m)
		r := state.NewReader(b)
		back := LoadModel(r)
		if err := r.Done(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved(back), b) {
			t.Fatal("saved again, it is another")
		}
		was, _ := m.Fitted()
		is, ok := back.Fitted()
		if diff := cmp.Diff(was, is); !ok || diff != "" {
			t.Fatal(ok, diff)
		}
		for i := range c {
			if c[i] != nil && m.Risk(c[i], d) != back.Risk(c[i], d) && !math.IsNaN(m.Risk(c[i], d)) {
				t.Fatal("another risk")
			}
		}
		m = back
	})
}

func FuzzLoad(f *testing.F) {
	m := NewModel()
	live(m, 20, 100, 1, func(int32, crowd) {})
	f.Add(saved(m))
	f.Add(saved(NewModel()))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := LoadModel(state.NewReader(b))
		h := &History{}
		h.Add(100)
		c := crowd{h, nil}
		m.Fit(104, c)
		m.Fit(200, c)
		_, _ = m.Risk(h, 201), m.Alive(h, 201)
		_ = saved(m)
	})
}

// shuffled numbers the members of a crowd anew.
type shuffled struct {
	crowd
	at []int
}

func (s shuffled) At(i int) *History { return s.crowd[s.at[i]] }

// Members' numbers come in the order in which partitions were heard: they must not show.
func TestNumbersOfMembersDoNotShow(t *testing.T) {
	const n = 300
	a, b := NewModel(), NewModel()
	order := rand.New(rand.NewPCG(9, 9)).Perm(n)
	c := make(crowd, 0)
	live(a, n, 200, 3, func(d int32, now crowd) {
		c = now
		b.ended = a.ended
		b.Fit(d, shuffled{now, order})
		was, _ := a.Fitted()
		is, _ := b.Fitted()
		if diff := cmp.Diff(was, is); diff != "" {
			t.Fatal(d, diff)
		}
	})
	if f, _ := a.Fitted(); f.Rows == 0 || len(c) != n {
		t.Fatal("nothing was learned")
	}
}

func TestTermsExplainTheRisk(t *testing.T) {
	m := NewModel()
	c := live(m, 100, 150, 5, func(int32, crowd) {})
	f, ok := m.Fitted()
	if !ok || f.Provisional {
		t.Fatal(ok, f.Provisional)
	}
	known := 0
	for _, h := range c {
		if h == nil || math.IsNaN(m.Risk(h, 18150)) {
			continue
		}
		known++
		sum := f.Coefficients[7]
		x, _ := h.At(18150)
		for k, term := range m.Terms(h, 18150) {
			sum += term
			if by := f.Coefficients[k] * (x[k] - f.Scale.Means[k]) / f.Scale.Deviations[k]; math.Abs(by-term) > 1e-9 {
				t.Errorf("%s adds %g, by hand %g", Names[k], term, by)
			}
		}
		if p := 1 / (1 + math.Exp(-sum)); math.Abs(p-m.Risk(h, 18150)) > 1e-9 {
			t.Errorf("terms say %g, the risk is %g", p, m.Risk(h, 18150))
		}
	}
	if known < 10 {
		t.Errorf("only %d have a risk", known)
	}
}

// A risk is of members seen in the last 90 days, and a fit is provisional for 84.
func TestLimits(t *testing.T) {
	m := NewModel()
	var h History
	h.Add(1000)
	for d, want := range map[int32]bool{1000: false, 1001: true, 1090: true, 1091: false} {
		if got := !math.IsNaN(m.Risk(&h, d)); got != want {
			t.Errorf("a risk at day %d: %v", d, got)
		}
		if got := !math.IsNaN(m.Alive(&h, d)); got != want {
			t.Errorf("p_alive at day %d: %v", d, got)
		}
	}
	for d, want := range map[int32]bool{1083: true, 1084: false} {
		m.Fit(d, crowd{&h})
		if f, _ := m.Fitted(); f.Provisional != want {
			t.Errorf("provisional at day %d: %v", d, f.Provisional)
		}
	}
}

// A snapshot has a bound, and what it keeps stands for all.
func TestSnapshotsAreBounded(t *testing.T) {
	m := NewModel()
	c := make(crowd, 20000)
	monday := int32(18000 - 18000%week + monday)
	for i := range c {
		c[i] = new(History)
		for d := monday - 28; d < monday; d += 1 + int32(mix(uint64(i)+uint64(d)<<20)%19) {
			c[i].Add(d)
		}
		c[i].Add(monday - 1 - int32(mix(uint64(i))%14))
	}
	m.Fit(monday, c)
	if n := len(m.pending[0].rows); n < snapshotLimit/2 || n > snapshotLimit*5/4 {
		t.Errorf("%d rows of 20,000 members", n)
	}
	sum := 0.0
	for _, r := range m.pending[0].rows {
		sum += float64(r.Count)
	}
	if sum < 18000 || sum > 22000 {
		t.Errorf("they stand for %.0f of 20,000", sum)
	}
}

// 8 weeks wait and 52 tell. Two who are alike are one row, of which the share counts that fell silent.
func TestSnapshotsMature(t *testing.T) {
	m := NewModel()
	stays, goes := new(History), new(History)
	first := int32(18000 - 18000%week + monday)
	for d := first; d < first+70*week; d += week {
		stays.Add(d - 1)
		if d == first {
			goes.Add(d - 1)
		}
		m.Fit(d, crowd{stays, nil, goes})
	}
	if len(m.pending) != weeksPending || len(m.matured) != weeksMatured {
		t.Errorf("%d wait, %d tell", len(m.pending), len(m.matured))
	}
	m = NewModel()
	stays, goes = new(History), new(History)
	for d := first; d <= first+Horizon; d += week {
		stays.Add(d - 1)
		if d == first {
			goes.Add(d - 1)
		}
		m.Fit(d, crowd{stays, nil, goes})
	}
	if rows := m.matured[0].rows; len(rows) != 1 || rows[0].Count != 2 || rows[0].Label != 0.5 {
		t.Errorf("%+v", rows)
	}
}

func BenchmarkRisk(b *testing.B) {
	m := NewModel()
	var h History
	for d := int32(18000); d < 18300; d += 5 {
		h.Add(d)
	}
	for b.Loop() {
		m.Risk(&h, 18310)
	}
}

// A refit on 52 × 1,060 matured rows of a community of 5,000.
func BenchmarkFit(b *testing.B) {
	m := NewModel()
	last := int32(0)
	c := live(m, 5000, 480, 1, func(d int32, _ crowd) { last = d })
	rows := 0
	for i := range m.matured {
		m.matured[i].rows = m.matured[i].rows[:min(1060, len(m.matured[i].rows))]
		rows += len(m.matured[i].rows)
	}
	m.pending = nil
	for b.Loop() {
		m.Fit(last+1, c) // no Monday: nothing matures, nothing is kept
	}
	b.ReportMetric(float64(rows), "rows")
}
