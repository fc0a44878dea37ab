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
