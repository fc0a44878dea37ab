package dedupe

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
)

const hourMS = 3_600_000

func key(name string) ID { return Key([]byte(name), xxh3.HashString128("m")) }

func reload(s *Set) (*Set, error) {
	var w state.Writer
	s.Save(&w)
	r := state.NewReader(w.Bytes())
	again := Load(r)
	return again, r.Done()
}

func snapshot(s *Set) []byte {
	var w state.Writer
	s.Save(&w)
	return w.Bytes()
}

// The model remembers everything for ever. A set that was restored on the way ends with the same bytes as one that was not.
func TestSetEqualsAnUnboundedModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const horizon = 5 * hourMS
		s, plain, first := New(horizon), New(horizon), map[string]int64{}
		now := int64(1000 * hourMS)
		ids := rapid.SampledFrom([]int{20, 2000}).Draw(t, "ids")
		scale := rapid.SampledFrom([]int64{hourMS / 50, hourMS}).Draw(t, "scale")
		for range rapid.IntRange(1, 400).Draw(t, "n") {
			now += rapid.Int64Range(0, scale).Draw(t, "step")
			name := fmt.Sprint(rapid.IntRange(0, ids).Draw(t, "id"))
			at := now - rapid.Int64Range(0, hourMS).Draw(t, "behind")
			was, ok := first[name]
			want := ok && was >= now-horizon
			if got := s.Seen(key(name), now); got != want {
				t.Fatalf("%s at %d: seen %v, want %v", name, now, got, want)
			}
			if !want {
				s.Add(key(name), at, now)
				plain.Add(key(name), at, now)
				first[name] = at
			}
			s.Touch(key(name))
			if rapid.IntRange(0, 20).Draw(t, "restart") == 0 {
				var err error
				if s, err = reload(s); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !cmp.Equal(snapshot(s), snapshot(plain)) {
			t.Fatal("restarts changed the snapshot")
		}
	})
}

// A full set whose every slot is part of one run around its end loses none that is live.
func TestSweepKeepsRunsTogether(t *testing.T) {
	s := New(hourMS)
	var live []ID
	for i := range 10_000 {
		k := ID{^uint64(0) - uint64(i%7)<<60, uint64(i) + 1} // all at the end, around it
		s.Add(k, int64(i), int64(i))
		if live = append(live, k); i%97 == 0 {
			live = live[max(0, len(live)-1000):]
			for _, k := range live {
				if !s.Seen(k, int64(i)) {
					t.Fatalf("an id of the last %d is gone at %d", len(live), i)
				}
			}
		}
	}
	for i := range int64(5_000) { // four ids at a time are live, so each sweep is in place
		s.Add(ID{uint64(i) << 60, uint64(i) + 20_000}, i*hourMS*3/10, i*hourMS*3/10)
	}
	if s.Len() > limit(len(s.slots)) || !s.Seen(ID{4999 % 16 << 60, 24_999}, 4999*hourMS*3/10) {
		t.Errorf("%d ids in %d slots", s.Len(), len(s.slots))
	}
}

func TestMemoryIsBoundedByTheHorizon(t *testing.T) {
	s := New(hourMS)
	for i := range 100 * 60 {
		now := int64(i) * 60_000
		s.Add(key(fmt.Sprint(i)), now, now)
	}
	if len(s.slots) > 4*61+1 {
		t.Fatalf("%d slots, want at most four for each id of an hour", len(s.slots))
	}
}

func FuzzLoad(f *testing.F) {
	s := New(hourMS)
	f.Add(snapshot(s))
	for i := range 12 {
		s.Add(key(fmt.Sprint(i)), 5, 5)
	}
	f.Add(snapshot(s))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		s := Load(r)
		if r.Done() != nil {
			return
		}
		for i := range int64(40) {
			s.Touch(key(fmt.Sprint(i)))
			s.Seen(key(fmt.Sprint(i)), i)
			s.Add(key(fmt.Sprint(i)), i, i)
		}
	})
}
