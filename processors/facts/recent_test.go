package facts

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// What is remembered of recent actions comes back from a snapshot as it was, also where the ring has gone round.
func TestRecentActionsComeBack(t *testing.T) {
	for _, n := range []int{0, 1, recentLimit, recentLimit + 1, recentLimit + 2, 2*recentLimit - 1, 2 * recentLimit} {
		var r recent
		for i := range n {
			r.add(uint32(i%7), int64(i))
		}
		w := state.NewWriter(0)
		r.save(w)
		in := state.NewReader(w.Bytes())
		got := loadRecent(in)
		if err := in.Done(); err != nil {
			t.Fatalf("after %d actions: %v", n, err)
		}
		for i := range 5 {
			r.add(9, int64(n+i))
			got.add(9, int64(n+i))
		}
		if diff := cmp.Diff(r.ring, got.ring, cmp.AllowUnexported(seen{})); diff != "" || r.at != got.at {
			t.Errorf("after %d actions it goes on at %d, not %d", n, got.at, r.at)
		}
	}
	damaged := state.NewWriter(0)
	damaged.Uint(1 << 60)
	state.Put(damaged, []seen{{time: 1}})
	in := state.NewReader(damaged.Bytes())
	if loadRecent(in); in.Err() == nil {
		t.Error("a place that is none was taken")
	}
}
