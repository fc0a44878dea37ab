package dedupe

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// The model remembers everything for ever.
func TestSetEqualsAnUnboundedModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const horizon = 5 * hourMS
		s, first := New(horizon), map[string]int64{}
		now := int64(1000 * hourMS)
		for range rapid.IntRange(1, 200).Draw(t, "n") {
			now += rapid.Int64Range(0, hourMS).Draw(t, "step")
			name := fmt.Sprint(rapid.IntRange(0, 20).Draw(t, "id"))
			at := now - rapid.Int64Range(0, hourMS).Draw(t, "behind")
			was, ok := first[name]
			want := ok && was >= now-horizon
			if got := s.Seen([]byte(name), []byte("m"), now); got != want {
				t.Fatalf("%s at %d: seen %v, want %v", name, now, got, want)
			}
			if !want {
				s.Add([]byte(name), []byte("m"), at, now)
				first[name] = at
			}
			if rapid.IntRange(0, 20).Draw(t, "restart") == 0 {
				var w state.Writer
				s.Save(&w)
				r := state.NewReader(w.Bytes())
				s = Load(r)
				if err := r.Done(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestMemoryIsBoundedByTheHorizon(t *testing.T) {
	s := New(hourMS)
	for i := range 100 * 60 {
		now := int64(i) * 60_000
		s.Add(fmt.Append(nil, i), nil, now, now)
	}
	if s.Len() > 2*60+1 {
		t.Fatalf("%d ids held, want at most those of two hours", s.Len())
	}
}
