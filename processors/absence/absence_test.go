package absence

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

// The example of CHAOSS: of eight contributors two made half.
func TestFactorOfTheStandard(t *testing.T) {
	c := New()
	for m, n := range []int{1000, 202, 90, 33, 332, 343, 42, 433} {
		for range n {
			c.Contributed(uint32(m), 5)
		}
	}
	var r schemas.CommunityDayRows
	c.Publish("c", 5, unset, 6, 1, &r)
	if diff := gocmp.Diff([]uint64{2, 2}, r.AbsenceFactor); diff != "" {
		t.Error(diff)
	}
	if r.Contributors[1] != 8 || r.Contributions[1] != 2475 {
		t.Errorf("%d contributors, %d contributions", r.Contributors[1], r.Contributions[1])
	}
}

// The rows are the definition as of each day's end, whatever the order, the restarts and the times of publishing.
func TestRowsAreTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type event struct {
			member uint32
			day    int32
			fresh  bool
		}
		c, now, settled := New(), int32(10), int32(unset)
		var all []event
		got := map[int32]string{}
		first := int32(1000)
		publish := func() {
			var r schemas.CommunityDayRows
			if first < 1000 {
				c.Publish("c", first, settled, now, 1, &r)
			}
			for i, d := range r.Day {
				got[d] = fmt.Sprint(r.AbsenceFactor[i], r.Members[i], r.Contributors[i], r.Contributions[i])
			}
		}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 4, 5:
				publish()
			case 1:
				now++
			case 2:
				publish()
				settled = max(settled, now-1)
			case 3:
				w := state.NewWriter(0)
				c.Save(w)
				r := state.NewReader(w.Bytes())
				if c = Load(r); r.Done() != nil {
					t.Fatal(r.Err())
				}
			default:
				e := event{rapid.Uint32Range(0, 5).Draw(t, "member"), now + rapid.Int32Range(-2, 1).Draw(t, "day"), rapid.IntRange(0, 3).Draw(t, "fresh") == 0}
				e.day = max(e.day, settled)
				first = min(first, e.day)
				if rapid.IntRange(0, 3).Draw(t, "reward") == 0 {
					continue // an action that contributes nothing and makes nobody active still begins the community
				}
				all = append(all, e)
				if e.fresh {
					c.New(1, e.day)
				} else {
					c.Contributed(e.member, e.day)
				}
			}
		}
		publish()
		for d := first; d <= now; d++ {
			counts, members := map[uint32]int{}, 0
			for _, e := range all {
				switch {
				case e.day > d:
				case e.fresh:
					members++
				default:
					counts[e.member]++
				}
			}
			var sorted []int
			total := 0
			for _, n := range counts {
				sorted = append(sorted, n)
				total += n
			}
			slices.Sort(sorted)
			factor, made := 0, 0
			for _, n := range slices.Backward(sorted) {
				if 2*made >= total {
					break
				}
				made += n
				factor++
			}
			if want := fmt.Sprint(factor, members, len(counts), total); got[d] != want {
				t.Fatalf("day %d: %q, want %q", d, got[d], want)
			}
		}
	})
}

func FuzzLoad(f *testing.F) {
	c := New()
	c.Contributed(3, 7)
	c.New(1, 7)
	c.Contributed(1, 8)
	c.Publish("c", 7, 8, 8, 1, &schemas.CommunityDayRows{})
	w := state.NewWriter(0)
	c.Save(w)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		c := Load(r)
		if r.Done() != nil || c.first < 0 || c.at > 1000 || c.Reach() > 1000 {
			return
		}
		c.Publish("c", c.first, c.at, min(c.at+2, c.first+50), 1, &schemas.CommunityDayRows{})
	})
}
