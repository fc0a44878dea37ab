package slab

import (
	"testing"

	"github.com/rollcall-dev/rollcall/processors/state"
)

type pair struct{ a, b uint32 }

func fill(s *Of[pair], from, to int) {
	for i := from; i < to; i++ {
		*s.At(s.Add()) = pair{uint32(i), uint32(i) * 3}
	}
}

func sound(i uint32, p *pair) bool { return *p == pair{i, i * 3} }

// A slab of any length holds what was put there, also when it was saved and grew on.
func TestSaveAndGrowOn(t *testing.T) {
	for _, n := range []int{0, 1, 5, chunk - 1, chunk, chunk + 1, 2*chunk + 7} {
		var s Of[pair]
		fill(&s, 0, n)
		var w state.Writer
		s.Save(&w)
		r := state.NewReader(w.Bytes())
		again := Load(r, sound)
		if err := r.Done(); err != nil || again.Len() != n {
			t.Fatalf("%d records: %d read back, %v", n, again.Len(), err)
		}
		fill(&again, n, n+10)
		for i := range uint32(n + 10) {
			if !sound(i, again.At(i)) {
				t.Fatalf("%d records: record %d is %v", n, i, *again.At(i))
			}
		}
	}
}

func TestReach(t *testing.T) {
	var s Of[pair]
	s.Reach(6)
	s.Reach(2)
	if s.Len() != 7 || *s.At(6) != (pair{}) {
		t.Errorf("length %d, want 7", s.Len())
	}
}

// Growing leaves the records where they are, but in the first chunk.
func TestRecordsStay(t *testing.T) {
	var s Of[pair]
	s.Reach(chunk)
	at := s.At(chunk - 1)
	s.Reach(3 * chunk)
	if s.At(chunk-1) != at {
		t.Error("a record moved")
	}
}

func TestDamageIsRefused(t *testing.T) {
	var s Of[pair]
	fill(&s, 0, 10)
	var w state.Writer
	s.Save(&w)
	for n := range w.Bytes() {
		r := state.NewReader(w.Bytes()[:n])
		if got := Load(r, sound); r.Err() == nil || got.Len() != 0 {
			t.Errorf("cut at %d: %d records", n, got.Len())
		}
	}
	r := state.NewReader(w.Bytes())
	if Load(r, func(i uint32, _ *pair) bool { return i != 7 }); r.Err() == nil {
		t.Error("a record that its owner refuses was taken")
	}
}

func FuzzLoad(f *testing.F) {
	var s Of[pair]
	fill(&s, 0, 3)
	var w state.Writer
	s.Save(&w)
	f.Add(w.Bytes())
	f.Fuzz(func(_ *testing.T, b []byte) {
		r := state.NewReader(b)
		s := Load(r, func(uint32, *pair) bool { return true })
		s.Reach(9)
	})
}

// A freed block is empty and the next to be taken; a restart changes nothing of that.
func TestBlocksAreUsedAgain(t *testing.T) {
	b := NewBlocks[uint32](3)
	for i := range uint32(4) {
		copy(b.At(b.Take()), []uint32{i, i, i})
	}
	b.Free(2)
	b.Free(0)
	var w state.Writer
	b.Save(&w)
	again := LoadBlocks(state.NewReader(w.Bytes()), 3, func(v uint32) bool { return v < 4 })
	for _, b := range []*Blocks[uint32]{&b, &again} {
		if x, y, z := b.Take(), b.Take(), b.Take(); x != 0 || y != 2 || z != 4 || b.At(0)[1] != 0 || b.At(3)[1] != 3 {
			t.Errorf("took %d, %d and %d, want 0, 2 and 4", x, y, z)
		}
	}
	for size, check := range map[int]func(uint32) bool{7: func(uint32) bool { return true }, 3: func(v uint32) bool { return v != 3 }, 6: func(uint32) bool { return true }} {
		r := state.NewReader(w.Bytes())
		if LoadBlocks(r, size, check); r.Err() == nil {
			t.Errorf("blocks of %d were taken", size)
		}
	}
}
