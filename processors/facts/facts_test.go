package facts

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/members"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const day = 1000 // ms, in this test

// known is what a test knows of members.
type known struct{}

func (known) Name(n uint32) string { return fmt.Sprint("m", n) }
func (known) Home(n uint32) []byte { return fmt.Appendf(nil, "home%d", n%2) }
func (known) First(n uint32) int64 { return int64(n) }

// kept is what matters of the facts of one member: the first active action of each day, the first after each leave, and
// the leaves.
func kept(facts []Fact) []string {
	slices.SortFunc(facts, func(a, b Fact) int { return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.What, b.What)) })
	var out []string
	left, last := false, int64(-1)
	for _, f := range facts {
		switch {
		case f.What == uint32(schemas.KindLeave):
			out = append(out, fmt.Sprintf("%d leave", f.Time))
			left = true
		case f.What == Active:
			if f.Time/day != last || left {
				out = append(out, fmt.Sprintf("%d active", f.Time))
			}
			last = f.Time / day
			left = false
		}
	}
	return out
}

// Whatever the order of arrival, cuts and restarts, what the receiver can conclude is what all actions say.
func TestFactsSayWhatActionsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := []schemas.Kind{schemas.KindView, schemas.KindView, schemas.KindLeave, schemas.KindReward, schemas.KindMessage}
		type action struct {
			member uint32
			time   int64
			kind   schemas.Kind
		}
		actions := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) action {
			return action{rapid.Uint32Range(0, 2).Draw(t, "member"), rapid.Int64Range(0, 150).Draw(t, "wait"), rapid.SampledFrom(kinds).Draw(t, "kind")}
		}), 0, 80).Draw(t, "actions")
		now := int64(0) // mostly they come in their order
		for i := range actions {
			now += actions[i].time
			actions[i].time = max(0, now-max(0, rapid.Int64Range(-800, 400).Draw(t, "late")))
		}
		want, got := map[uint32][]Fact{}, map[uint32][]Fact{}
		f := NewFeed()
		var src Source
		roster := &members.Roster{}
		last, days := map[uint32]int64{}, map[[2]int64]bool{}
		cut := func() {
			f.Cut(func(_ int, p *actionpb.Facts) {
				src.Read(p, roster, func(f Fact) {
					var n uint32
					if _, err := fmt.Sscanf(roster.Name(f.Member), "m%d", &n); err != nil {
						t.Fatal(err)
					}
					if f.What == uint32(schemas.KindLeave) && f.Channel != "" && (f.Channel != fmt.Sprint("home", n%2) || f.Since != int64(n) || f.Platform != fmt.Sprint("on", n)) {
						t.Fatalf("a leave of %d: %+v", n, f)
					}
					got[n] = append(got[n], f)
				})
			}, func(int, *actionpb.Ties) {})
		}
		for _, a := range actions {
			of := Of{Member: a.member, Known: known{}}
			before, known := last[a.member]
			of.Last, of.First = before, !known
			if a.kind.Active() {
				key := [2]int64{int64(a.member), a.time / day}
				of.Day = !days[key]
				days[key] = true
				want[a.member] = append(want[a.member], Fact{Time: a.time})
			} else if a.kind == schemas.KindLeave {
				want[a.member] = append(want[a.member], Fact{Time: a.time, What: uint32(a.kind)})
			}
			f.Add(&schemas.Action{Kind: a.kind, Time: a.time, Member: []byte("m"), Platform: fmt.Appendf(nil, "on%d", a.member)}, of)
			last[a.member] = max(before, a.time)
			switch rapid.IntRange(0, 9).Draw(t, "then") {
			case 0:
				cut()
			case 1:
				w := state.NewWriter(0)
				f.Save(w)
				r := state.NewReader(w.Bytes())
				if f = LoadFeed(r); r.Done() != nil {
					t.Fatal(r.Err())
				}
			}
		}
		cut()
		for n, w := range want {
			if diff := gocmp.Diff(kept(w), kept(got[n])); diff != "" {
				t.Fatalf("member %d (-want +got):\n%s", n, diff)
			}
		}
	})
}

// Ties arrive as they were, and no piece is larger than a message may be.
func TestTies(t *testing.T) {
	f := NewFeed()
	var src Source
	roster := &members.Roster{}
	name := known{}.Name
	const n = 5000
	for i := range n {
		a := &schemas.Action{Kind: schemas.KindVote, Member: []byte(name(uint32(i % 7))), Time: int64(i), Target: fmt.Appendf(nil, "t%0100d", i),
			Object: fmt.Appendf(nil, "o%d", i), Channel: fmt.Appendf(nil, "c%d", i%3), Value: float64(i), HasValue: i%2 == 0}
		f.Add(a, Of{Member: uint32(i % 7), Known: known{}, First: i < 7, Last: int64(i - 7), Day: i < 7})
	}
	f.Add(&schemas.Action{Kind: schemas.KindVote, Member: []byte("m1"), Time: n, Target: []byte("m1")}, Of{Member: 1, Known: known{}, Last: n - 1})
	f.Add(&schemas.Action{Kind: schemas.KindView, Member: []byte("m1"), Time: n, Target: []byte("m2")}, Of{Member: 1, Known: known{}, Last: n - 1})
	at := 0
	f.Cut(func(_ int, p *actionpb.Facts) { src.Read(p, roster, func(Fact) {}) }, func(places int, p *actionpb.Ties) {
		if len(p.Texts) > 2*pieceSize || places > 20_000 {
			t.Errorf("a piece of %d bytes, %d places", len(p.Texts), places)
		}
		src.ReadTies(p, func(x Tie) {
			want := Tie{Time: int64(at), Member: uint32(at % 7), Kind: schemas.KindVote, Value: 1, Channel: fmt.Sprint("c", at%3),
				Target: fmt.Appendf(nil, "t%0100d", at), Object: fmt.Appendf(nil, "o%d", at)}
			if at%2 == 0 {
				want.Value = float64(at)
			}
			if diff := gocmp.Diff(want, x); diff != "" {
				t.Fatal(diff)
			}
			at++
		})
	})
	if at != n {
		t.Errorf("%d ties of %d", at, n)
	}
}
