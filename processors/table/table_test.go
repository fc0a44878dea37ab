package table

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
)

func saved(t *Table) []byte {
	var w state.Writer
	t.Save(&w)
	return w.Bytes()
}

// A table is a map; one read back from a snapshot is the same table, also in where it puts what comes later.
func TestTableIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got, want := &Table{}, map[uint64]uint32{}
		// Few keys collide often; keys in steps are what members and segments make.
		step := rapid.SampledFrom([]uint64{1, 1 << 32, 1<<60 + 1}).Draw(t, "step")
		span := rapid.SampledFrom([]int{8, 100, 3000}).Draw(t, "span")
		key := rapid.Custom(func(t *rapid.T) uint64 { return step * uint64(rapid.IntRange(0, span).Draw(t, "key")) })
		var twin *Table
		do := func(f func(*Table)) {
			f(got)
			if twin != nil {
				f(twin)
			}
		}
		for range rapid.IntRange(1, 200).Draw(t, "n") {
			k := key.Draw(t, "k")
			switch rapid.IntRange(0, 9).Draw(t, "op") {
			case 0, 1, 2:
				v := rapid.Uint32().Draw(t, "v")
				do(func(x *Table) { x.Put(k, v) })
				want[k] = v
			case 3, 4:
				_, had := want[k]
				do(func(x *Table) {
					v, fresh := x.Upsert(k)
					if fresh == had || *v != want[k] {
						t.Fatalf("Upsert(%d) = %d, %v; want %d, %v", k, *v, fresh, want[k], !had)
					}
					*v++
				})
				want[k]++
			case 5, 6:
				_, had := want[k]
				do(func(x *Table) {
					if x.Delete(k) != had {
						t.Fatalf("Delete(%d) of a key that was there: %v", k, had)
					}
				})
				delete(want, k)
			case 7: // many at once
				for i := range uint64(span) {
					do(func(x *Table) { x.Put(k+i*step, uint32(i)) })
					want[k+i*step] = uint32(i)
				}
			case 8:
				keep := rapid.Uint32Range(0, 10).Draw(t, "keep")
				do(func(x *Table) { x.DeleteFunc(func(k uint64, _ uint32) bool { return uint32(k/step)%10 >= keep }) })
				maps.DeleteFunc(want, func(k uint64, _ uint32) bool { return uint32(k/step)%10 >= keep })
			case 9:
				twin = Load(state.NewReader(saved(got)))
			}
			v, ok := got.Get(k)
			if w, had := want[k]; v != w || ok != had {
				t.Fatalf("Get(%d) = %d, %v; want %d, %v", k, v, ok, w, had)
			}
			if got.Len() != len(want) {
				t.Fatalf("Len() = %d, want %d", got.Len(), len(want))
			}
			got.Touch(k)
		}
		if diff := cmp.Diff(want, maps.Collect(got.All())); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
		for k, w := range want {
			if v, ok := got.Get(k); !ok || v != w {
				t.Fatalf("Get(%d) = %d, %v; want %d", k, v, ok, w)
			}
		}
		if twin != nil && !bytes.Equal(saved(twin), saved(got)) {
			t.Fatal("a table from a snapshot went on otherwise than the one that was saved")
		}
	})
}

// The keys that the folds use spread as well as random ones: at the fullest, linear probing looks at 3 slots on average.
func TestKeysSpread(t *testing.T) {
	const n = 1 << 16 / 5 * 4
	rng := rand.New(rand.NewPCG(1, 2))
	for name, key := range map[string]func(i uint64) uint64{
		"numbers":              func(i uint64) uint64 { return i + 1 },
		"member and segment":   func(i uint64) uint64 { return i/3<<32 | (i%3 + 1) },
		"high numbers":         func(i uint64) uint64 { return (i + 1) << 40 },
		"many segments of few": func(i uint64) uint64 { return i%7<<32 | (i/7 + 1) },
		"random":               func(uint64) uint64 { return rng.Uint64() },
	} {
		var x Table
		for i := range uint64(n) {
			x.Put(key(i), 0)
		}
		looks := 0
		for i := range uint64(len(x.slots)) {
			if k := x.slots[i].key(); k != 0 {
				looks += int((i-x.home(k))&uint64(len(x.slots)-1)) + 1
			}
		}
		if mean := float64(looks) / float64(x.used); mean > 3.3 {
			t.Errorf("%s: %.2f slots a search", name, mean)
		}
	}
}

func FuzzLoad(f *testing.F) {
	var x Table
	f.Add(saved(&x))
	for i := range uint64(20) {
		x.Put(i, uint32(i))
	}
	f.Add(saved(&x))
	f.Fuzz(func(_ *testing.T, b []byte) {
		x := Load(state.NewReader(b))
		for i := range uint64(20) {
			x.Put(i*i, 1)
			x.Delete(i)
		}
		x.DeleteFunc(func(_ uint64, v uint32) bool { return v == 1 })
		x.Touch(3)
	})
}

func BenchmarkUpsert(b *testing.B) {
	for name, n := range map[string]uint64{"10k": 10_000, "2.5M": 2_500_000} {
		b.Run(name, func(b *testing.B) {
			var x Table
			for i := range n {
				x.Put(i<<32|1, uint32(i))
			}
			rng := rand.New(rand.NewPCG(1, 2))
			for b.Loop() {
				v, _ := x.Upsert(rng.Uint64N(n)<<32 | 1)
				*v++
			}
		})
	}
}
